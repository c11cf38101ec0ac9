"""A line in an imported file that tells later whether anybody has edited what was imported."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

MARK = re.compile(r"# As imported: ([0-9a-f]{16}) ([0-9a-f]{16})")


@dataclass(frozen=True)
class Seal:
    """What the line says. ``other`` is the digest of the file that was written beside."""

    is_untouched: bool
    other: str


def sealed(text: str, other: str) -> str:
    """The text with the line behind its first."""
    first, _, rest = text.partition("\n")
    return f"{first}\n# As imported: {digest(first + rest)} {digest(other)}\n{rest}"


def seal_of(text: str) -> Seal:
    """What a text says of itself; line ends do not matter."""
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    line, _, rest = rest.partition("\n")
    mark = MARK.fullmatch(line)
    if mark is None:
        return Seal(False, "")
    return Seal(mark[1] == digest(first + rest), mark[2])


def digest(text: str) -> str:
    """A short digest of a text; line ends do not matter."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:16]
