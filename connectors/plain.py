"""Foreign text as it may stand in an error, in a log and on a terminal."""

from __future__ import annotations

import unicodedata

STEERING = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""The kinds of characters that end a line, move the cursor, or are not seen."""


def plain(text: object) -> str:
    """A text as one line without control characters; each of them becomes a blank."""
    told = str(text)
    if told.isprintable():
        return told
    return "".join(" " if unicodedata.category(each) in STEERING else each for each in told)
