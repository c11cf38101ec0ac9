"""The list of forgotten people: ``data/erased.jsonl``, keyed hashes alone.

    {"replacement": "erased_…", "key": "…", "marks": […], "at": "…", "is_done": false}

One line per person; the last one with a replacement counts. The key of the hashes comes from the
environment and stands in no file; ``key`` is its fingerprint, so that a wrong one is told.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.durable import write_durably
from connectors.erasure import NOBODY, Erasure, Kind, Mark, hashed, marks
from connectors.errors import ResponseError, SettingsError
from connectors.formats import check_number
from connectors.shaping import shaped

KEY_ENV = "THROUGHLINE_ERASURE_KEY"
SHORTEST_KEY = 32
FORMAT_VERSION = 1
_PREFIX = "erased_"


class Forgotten(msgspec.Struct, frozen=True):
    """A person that is forgotten; ``is_done`` once every store has been gone through, and
    ``is_out_of_data`` already when PostgreSQL is all that is left."""

    replacement: str
    key: str
    marks: list[Mark]
    at: str
    is_done: bool = False
    is_out_of_data: bool = False
    format: int = FORMAT_VERSION


def list_of(data: Path) -> Path:
    """Return where the list of a data folder stands."""
    return data / "erased.jsonl"


def forgotten(data: Path) -> list[Forgotten]:
    """Return everybody who is forgotten, in the order of the list.

    Raises:
        ResponseError: If the list cannot be read: nobody is let in again by a damaged file.
        SettingsError: If a later version of the program has written it.
    """
    path = list_of(data)
    if not path.exists():
        return []
    try:
        lines = path.read_bytes().splitlines()
        for line in lines:
            check_number(path, line, FORMAT_VERSION)
        found = [shaped(line, Forgotten) for line in lines]
    except msgspec.DecodeError as fault:
        raise ResponseError(
            f"The list of forgotten people {path} cannot be read ({fault}). Put it back from a "
            "copy: without it they would be landed again."
        ) from None
    return list({each.replacement: each for each in found}.values())


def write(data: Path, people: Iterable[Forgotten]) -> None:
    """Replace the list, durably."""
    data.mkdir(parents=True, exist_ok=True)
    write_durably(list_of(data), b"".join(msgspec.json.encode(each) + b"\n" for each in people))


def the_key() -> bytes:
    """Return the key of the list.

    Raises:
        SettingsError: If the environment holds none, or one that could be guessed.
    """
    found = os.environ.get(KEY_ENV, "").strip()
    if len(found) < SHORTEST_KEY:
        told = f"only {len(found)} characters" if found else "nothing"
        raise SettingsError(
            f"The environment variable {KEY_ENV} holds {told}; expected at least {SHORTEST_KEY} "
            "random characters (for example from `openssl rand -hex 32`), always the same, kept "
            "outside of the data folder. With it forgotten people are told when they come again."
        )
    return found.encode()


def erasure_of(data: Path) -> Erasure:
    """Return what forgets everybody on the list of a data folder.

    Raises:
        SettingsError: If there is a list, and not the key that it was written with.
    """
    people = forgotten(data)
    if not people:
        return NOBODY
    key = the_key()
    check_key(data, people, key)
    return Erasure(key, ((each.replacement, each.marks) for each in people))


def check_key(data: Path, people: Iterable[Forgotten], key: bytes) -> None:
    """Refuse a key that the list was not written with."""
    if any(each.key != _fingerprint(key) for each in people):
        raise SettingsError(
            f"The key in {KEY_ENV} is not the one that {list_of(data)} was written with. Set that "
            "one: with another, forgotten people would be landed again."
        )


def forget(data: Path, identifiers: dict[str, Kind], known: str = "") -> Forgotten:
    """Put a person on the list, before anything of theirs is erased.

    Args:
        data: The data folder.
        identifiers: All that tells who it is, and what kind each is of.
        known: The replacement of the person, if part of them was forgotten before.
    """
    key = the_key()
    people = forgotten(data)
    check_key(data, people, key)
    earlier = next((each for each in people if each.replacement == known), None)
    all_marks = {each.digest: each for each in (earlier.marks if earlier else ())}
    all_marks |= {each.digest: each for each in marks(key, identifiers)}
    told = datetime.now(UTC).date().isoformat()
    replacement = known or _PREFIX + secrets.token_hex(8)
    person = Forgotten(replacement, _fingerprint(key), list(all_marks.values()), told)
    write(data, [*(each for each in people if each.replacement != replacement), person])
    return person


def is_replacement(text: str) -> bool:
    """True for a key that stands in the place of a forgotten person."""
    return text.startswith(_PREFIX)


def _fingerprint(key: bytes) -> str:
    return hashed(key, "throughline: forgotten people")[:16]
