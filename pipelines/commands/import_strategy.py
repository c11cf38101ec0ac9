"""``throughline import-strategy``: a strategy that was written elsewhere, as files of the home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.failures import say

if TYPE_CHECKING:
    from pipelines.home.imports.importing import Imported

LINES_SHOWN = 25


def import_it(
    folder: Path, file: Path, *, into: str | None, identifiers: str | None, force: bool
) -> None:
    """Import the file and tell what came of it, above all what has no place in the home.

    Raises:
        SettingsError: If the file or the home cannot be used; nothing is written then.
    """
    from pipelines.home.imports.importing import counts_of, import_strategy

    folder = folder.resolve()
    found = import_strategy(folder, file, into=into, identifiers=identifiers, force=force)
    for path in found.files:
        say(f"wrote {path.relative_to(folder)}")
    say(f"{found.draft.label}: {counts_of(found.draft)}.")
    _tell_what_differs(found)
    if found.is_beside:
        say(
            f"{found.target} was edited since it was imported, so this lies beside it: compare the"
            " two, or import again with --force to overwrite your changes."
        )
    say(f"Next: review it, then `throughline check --home {folder}`.")


def _tell_what_differs(found: Imported) -> None:
    from pipelines.home.imports.strategy_writer import told

    lines = told("Left out, as there is no place for it", found.draft.left)
    lines += told("Changed on the way", found.draft.changed)
    for line in lines[:LINES_SHOWN]:
        say(line)
    if len(lines) > LINES_SHOWN:
        say(f"  ... and {len(lines) - LINES_SHOWN} more lines in {found.target}")
    for file, count in found.elsewhere.items():
        say(f"{count} of it stay as they are in {file}, which has them already.")
    if found.kept:
        shown = ", ".join(found.kept[:LINES_SHOWN])
        say(f"Not in the origin (any more), kept as they were: {shown}. Retire or remove them.")
