"""The number of the format that a file of state carries: what a later version wrote is refused.

A file without a number is of the first format, which had none.
"""

from __future__ import annotations

from pathlib import Path

from connectors.errors import SettingsError


def check_format(file: Path, found: object, known: int) -> None:
    """Refuse a file of another format.

    Raises:
        SettingsError: It names the file and says what to do.
    """
    if found != known:
        raise SettingsError(
            f"{file} has format {found}, this program knows {known}: a later version of "
            "Throughline has written it. Run that version, or put the folder back from a copy made "
            "before it was installed."
        )
