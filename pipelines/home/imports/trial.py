"""Whether the home would pass its check with what is about to be written."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.home.files import SETTINGS, STRATEGY, TEAMS
from pipelines.home.home import check_home
from pipelines.home.imports.draft import ImportRefusedError

FAULTS_SHOWN = 20


def check_with(home: Path, texts: dict[Path, str]) -> None:
    """Check a copy of the home's own files, with the texts in their place.

    Raises:
        ImportRefusedError: With the faults in the strategy; those elsewhere are of no matter here.
    """
    with TemporaryDirectory() as elsewhere:
        trial = Path(elsewhere)
        (trial / STRATEGY).mkdir()
        for path in (home / SETTINGS, home / TEAMS, *(home / STRATEGY).glob("*")):
            if path.is_file():
                shutil.copyfile(path, trial / path.relative_to(home))
        for path, text in texts.items():
            (trial / STRATEGY / path.name).write_text(text, encoding="utf-8", newline="\n")
        found = check_home(trial)
    faults = [
        str(each)
        for each in found
        if each.severity == "error" and each.file.startswith(f"{STRATEGY}/")
    ]
    if faults:
        more = len(faults) - FAULTS_SHOWN
        rest = [f"... and {more} more"] if more > 0 else []
        reason = "The home would not pass its check with this strategy; nothing was written:"
        raise ImportRefusedError(reason, *faults[:FAULTS_SHOWN], *rest)
