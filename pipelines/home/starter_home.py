"""A home to begin with: commented files that pass ``check`` as they are."""

from __future__ import annotations

from pathlib import Path

from connectors.errors import SettingsError
from pipelines.home.schemas import SCHEMAS, write_schemas

STARTER = Path(__file__).parent / "starter"
SCHEMA_FOLDER = "schemas"


def init_home(folder: Path) -> list[Path]:
    """Write the starter home with its JSON Schemas into ``folder``.

    Returns:
        The files written.

    Raises:
        SettingsError: If one of the files is there already; then nothing is written.
    """
    texts = {
        path.relative_to(STARTER): path.read_bytes()
        for path in sorted(STARTER.rglob("*"))
        if path.is_file()
    }
    wanted = [*texts, *(Path(SCHEMA_FOLDER) / name for name in SCHEMAS)]
    existing = [str(path) for path in wanted if (folder / path).exists()]
    if existing:
        raise SettingsError(
            f"{folder} has {', '.join(existing)} already, and init never overwrites a file."
            " Name an empty folder: `throughline init FOLDER`."
        )
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    return [*(folder / path for path in texts), *write_schemas(folder / SCHEMA_FOLDER)]
