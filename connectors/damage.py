"""What of a landing is no longer what was written: looked for before anything needs it."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.errors import Damaged
from connectors.landing import Landing


def damage(landing: Landing) -> str:
    """Go through the files that the journal names; say which is damaged, or nothing.

    Files are read, not unpacked: of a million records that is a fraction of a second.
    """
    found = list(_damaged(landing))
    others = f" So are {len(found) - 1} other files." if found[1:] else ""
    return f"{found[0]}{others}" if found else ""


def _damaged(landing: Landing) -> Iterator[Damaged]:
    for page in landing.pages():
        try:
            landing.packed(page)
        except Damaged as fault:
            yield fault
    for entry in (*landing.files().values(), *landing.readings()):
        try:
            landing.faults(entry)
        except Damaged as fault:
            yield fault
