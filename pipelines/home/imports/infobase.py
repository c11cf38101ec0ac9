"""GC InfoBase, the plans and results of a whole government: a folder of its CSV files.

A core responsibility becomes a purpose (it never ends), a result a result of it, and a program an
initiative that contributes to the results it is linked to, else to its core responsibility. A
result of a program counts towards the core responsibility of that program.

Source: github.com/TBS-EACPD/infobase, ``data/*.csv``; the id of a program is
``dept_code-activity_code``.
"""

from __future__ import annotations

from collections import defaultdict

from pipelines.home.imports.draft import Draft, DraftEdge, DraftNode, Key
from pipelines.home.imports.node_table import table_rows
from pipelines.home.imports.origin_file import OriginFile
from pipelines.home.strategy_file import Status

RESPONSIBILITY, PROGRAM, RESULT = "core responsibility", "program", "result"
FILES = ("core_responsibilities.csv", "programs.csv", "results.csv", "program_result_links.csv")
COLUMNS = {
    "core_responsibilities.csv": {"id", "name_en"},
    "programs.csv": {"dept_code", "crso_id", "activity_code", "name_en"},
    "results.csv": {"id", "subject_id", "name_en", "doc"},
    "program_result_links.csv": {"program_id", "result_id"},
}
TAKEN = {
    "core_responsibilities.csv": {"desc_en", "is_active"},
    "programs.csv": {"desc_en", "is_active"},
}
Rows = list[dict[str, str]]


def is_infobase(folder: OriginFile) -> bool:
    """Whether the folder holds the four files that make the hierarchy."""
    return all(folder.beside(name) for name in FILES)


def read_infobase(folder: OriginFile) -> Draft:
    """Read core responsibilities, programs, results and what links them.

    Raises:
        ImportRefusedError: If a file lacks a column that is needed.
    """
    draft = Draft("GC InfoBase", "infobase")
    tables = {name: _rows(folder, name, draft) for name in FILES}
    linked: dict[str, list[str]] = defaultdict(list)
    for row in tables["program_result_links.csv"]:
        linked[row["program_id"]].append(row["result_id"])
    for row in tables["core_responsibilities.csv"]:
        origin = draft.origin(RESPONSIBILITY, row["id"], "", row.get("desc_en", ""))
        draft.nodes.append(DraftNode(origin, "purpose", row["name_en"], status=_status(row)))
    programs = {f"{row['dept_code']}-{row['activity_code']}": row for row in tables[FILES[1]]}
    for row in tables["results.csv"]:
        origin = draft.origin(RESULT, row["id"], row["doc"])
        edges = [DraftEdge(_responsibility(row["subject_id"], programs))]
        draft.nodes.append(DraftNode(origin, "result", row["name_en"], edges))
    for identifier, row in programs.items():
        origin = draft.origin(PROGRAM, identifier, "", row.get("desc_en", ""))
        targets: list[Key] = [(RESULT, result) for result in linked[identifier]]
        edges = [DraftEdge(key) for key in targets or [(RESPONSIBILITY, row["crso_id"])]]
        draft.nodes.append(
            DraftNode(origin, "initiative", row["name_en"], edges, status=_status(row))
        )
    _count_other_files(folder, draft)
    return draft


def _responsibility(subject: str, programs: dict[str, dict[str, str]]) -> Key:
    """The core responsibility that a result belongs to, itself or by its program."""
    return RESPONSIBILITY, programs[subject]["crso_id"] if subject in programs else subject


def _status(row: dict[str, str]) -> Status:
    return "retired" if row.get("is_active") == "0" else "active"


def _rows(folder: OriginFile, name: str, draft: Draft) -> Rows:
    file = folder.beside(name)
    assert file is not None
    rows = [cells for _, cells in table_rows(file, file.text())]
    lacking = sorted(COLUMNS[name] - set(rows[0] if rows else ()))
    if lacking:
        raise file.refused(f"no column {', '.join(lacking)}", "the columns of GC InfoBase")
    for column in set(rows[0]) - COLUMNS[name] - TAKEN.get(name, set()):
        draft.left[f"{name}: {column}"] += sum(bool(row[column]) for row in rows)
    named = [row for row in rows if row.get("name_en", "x")]
    if len(named) < len(rows):
        draft.left[f"{name}: a row without a name"] += len(rows) - len(named)
    return named


def _count_other_files(folder: OriginFile, draft: Draft) -> None:
    for path in sorted(folder.path.iterdir()):
        file = OriginFile(path)
        if path.is_file() and file.name.endswith(".csv") and file.name not in FILES:
            draft.left[f"{file.name}: a row"] += len(table_rows(file, file.text()))
