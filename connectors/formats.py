"""The number of the format that a file of state carries: what a later version wrote is refused.

A file without a number is of the first format, which had none.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from connectors.errors import SettingsError
from connectors.shaping import shaped

FIRST = 1


class _Numbered(msgspec.Struct):
    format: int = FIRST


def read_state(file: Path, known: int, damaged: str) -> dict[str, Any]:
    """Return what a file of state holds, which is one JSON object.

    Raises:
        SettingsError: If it is of another format; with the sentence ``damaged`` if it is no JSON.
    """
    try:
        told = json.loads(file.read_bytes())
        found = told.get("format", FIRST)
    except (ValueError, AttributeError):
        raise SettingsError(damaged) from None
    check_format(file, found, known)
    return told


def check_number(file: Path, text: bytes, known: int) -> None:
    """Refuse JSON of another format that stands in a file.

    Raises:
        SettingsError: It names the file and says what to do.
        msgspec.DecodeError: If it is no JSON.
    """
    check_format(file, shaped(text, _Numbered).format, known)


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
