"""A home to begin with: commented files that pass ``check`` as they are."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.errors import SettingsError
from pipelines.home.home import load_home
from pipelines.home.schemas import SCHEMAS, write_schemas
from pipelines.home.starter_source import NewSource, check_new

STARTER = Path(__file__).parent / "starter"
SCHEMA_FOLDER = "schemas"


def init_home(folder: Path, source: NewSource | None = None) -> list[Path]:
    """Write the starter home with its JSON Schemas into ``folder``.

    Args:
        folder: Empty, or without any of these files.
        source: A tracker to read, in place of the invented export.

    Returns:
        The files written.

    Raises:
        SettingsError: If one of the files is there already, or what was told of the source cannot
            be used; then nothing is written.
    """
    texts = {
        path.relative_to(STARTER): path.read_bytes()
        for path in sorted(STARTER.rglob("*"))
        if path.is_file()
    }
    if source is not None:
        texts = _with(source, texts)
    wanted = [*texts, *(Path(SCHEMA_FOLDER) / name for name in SCHEMAS)]
    existing = [str(path) for path in wanted if (folder / path).exists()]
    if existing:
        raise SettingsError(
            f"{folder} has {', '.join(existing)} already, and init never overwrites a file."
            " Name an empty folder: `throughline init FOLDER`."
        )
    with TemporaryDirectory() as elsewhere:
        _write(texts, Path(elsewhere))
        load_home(Path(elsewhere))
    return [*_write(texts, folder), *write_schemas(folder / SCHEMA_FOLDER)]


def _with(source: NewSource, texts: dict[Path, bytes]) -> dict[Path, bytes]:
    """The starter's files without the example, with a source that reads a tracker."""
    check_new(source)
    found = {path: text for path, text in texts.items() if path.parts[0] != "exports"}
    settings, teams = Path("throughline.yml"), Path("teams.yml")
    found[settings] = source.into(found[settings].decode()).encode()
    found[teams] = found[teams].replace(b"'example:", f"'{source.label}:".encode())
    return found


def _write(texts: dict[Path, bytes], folder: Path) -> list[Path]:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    return [folder / path for path in texts]
