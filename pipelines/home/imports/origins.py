"""What kind of file a strategy lies in, told by what the file holds."""

from __future__ import annotations

from pathlib import Path

from pipelines.home.imports.asana_goals import is_asana, read_asana_goals
from pipelines.home.imports.draft import Draft
from pipelines.home.imports.infobase import is_infobase, read_infobase
from pipelines.home.imports.jira_levels import is_jira, read_jira_levels
from pipelines.home.imports.json_records import records
from pipelines.home.imports.node_table import read_node_table
from pipelines.home.imports.origin_file import OriginFile
from pipelines.home.imports.performance_gov import is_performance_gov, read_performance_gov
from pipelines.home.imports.stratml import is_stratml, read_stratml

FORMATS = (
    "StratML Part 1 or 2 (XML), a CSV of nodes (columns id, kind, title, parent), goals of Asana or"
    " issues of Jira as their APIs give them (JSON), goals.json of performance.gov, or a folder of"
    " GC InfoBase"
)
NO_IDENTIFIERS = {
    ".md": "Markdown, which has no identifiers to keep and no kinds of nodes",
    ".yml": "YAML, which has no agreed form for a strategy (ours goes into strategy/ as it is)",
    ".yaml": "YAML, which has no agreed form for a strategy (ours goes into strategy/ as it is)",
    ".xlsx": "a workbook",
    ".docx": "a document",
    ".pdf": "a document",
}


def read_origin(path: Path) -> tuple[Draft, str]:
    """Read a file or folder, whatever of these it is, and the name that its import should have.

    Raises:
        ImportRefusedError: If it is none of them, or damaged; with the reason.
    """
    file = OriginFile(path)
    if not path.exists():
        raise file.refused("no such file", "the file or folder to import")
    if path.is_dir():
        if not is_infobase(file):
            raise file.refused("a folder", f"a file, or the four of GC InfoBase: {FORMATS}")
        draft = read_infobase(file)
    else:
        draft = _read(file)
    if not draft.nodes:
        raise file.refused("nothing that could be a node", FORMATS)
    return draft, file.path.name if path.is_dir() else file.stem


def _read(file: OriginFile) -> Draft:
    suffix = Path(file.name).suffix.lower()
    if suffix in NO_IDENTIFIERS:
        raise file.refused(NO_IDENTIFIERS[suffix], FORMATS)
    raw = file.raw()
    if is_stratml(raw):
        return read_stratml(file, raw)
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return _read_json(file, raw)
    if not raw.strip():
        raise file.refused("an empty file", FORMATS)
    if suffix not in (".csv", ".tsv", ".txt"):
        raise file.refused(f"a file of the kind {suffix or '(none)'}", FORMATS)
    return read_node_table(file, file.text())


def _read_json(file: OriginFile, raw: bytes) -> Draft:
    rows = records(file, raw)
    if is_performance_gov(rows):
        return read_performance_gov(file, rows)
    if is_asana(rows):
        return read_asana_goals(file, rows)
    if is_jira(rows):
        return read_jira_levels(file, rows)
    raise file.refused("JSON objects that are neither goals nor issues", FORMATS)
