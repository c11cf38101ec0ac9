"""Decoding into declared shapes, from any thread.

msgspec learns a type when it is first met. Two threads that meet the same one at once crash the
program (seen in msgspec 0.22: a type that is half learnt is used), so one thread at a time learns
one here.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, TypeVar

import msgspec

Shape = TypeVar("Shape")
_guard = Lock()
_known: dict[Any, msgspec.json.Decoder[Any]] = {}


def shaped(content: bytes | str | msgspec.Raw, type: type[Shape]) -> Shape:
    """Decode JSON into a type.

    Raises:
        msgspec.DecodeError: If it is no JSON, or of another shape.
    """
    return _decoder(type).decode(content)


def converted(value: object, type: type[Shape]) -> Shape:
    """Make a type of what JSON was decoded to.

    Raises:
        msgspec.ValidationError: If it is of another shape.
    """
    _decoder(type)
    return msgspec.convert(value, type)


def _decoder(type: Any) -> msgspec.json.Decoder[Any]:
    found = _known.get(type)
    if found is None:
        with _guard:
            found = _known.setdefault(type, msgspec.json.Decoder(type))
    return found
