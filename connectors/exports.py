"""Read exported JSON files, whatever their shape, and name what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import msgspec

from connectors.contract import Rejected, Unreadable
from connectors.export_lines import DamagedFileError, lines
from connectors.export_walk import Walk

_BLANK = b" \t\r\n"
_decode_raw = msgspec.json.Decoder(msgspec.Raw).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True)
class Document:
    """One JSON object of an exported file, byte for byte as it stood there.

    ``place`` is the file's name with the line or the position in the list. ``taken_at`` is the
    time at which the file was last written (naive UTC). ``around`` holds the other members of the
    object that the list stood in, for example the ``names`` of a Jira search page.
    """

    payload: bytes
    place: str
    taken_at: datetime
    around: Mapping[str, bytes] = field(default_factory=dict)


class Envelope(msgspec.Struct):
    """What a program that copies data puts around a record in a line of its own.

    Source: Airbyte's protocol, a message of the type ``RECORD``; its member ``record`` is this.
    """

    data: msgspec.Raw
    stream: str = ""


_decode_envelope = msgspec.json.Decoder(Envelope).decode


def opened(record: msgspec.Raw) -> Envelope:
    """Return what the member ``record`` of such a line holds.

    Raises:
        msgspec.DecodeError: If it is no such thing.
    """
    return _decode_envelope(record)


@dataclass(frozen=True)
class _Reading:
    """What all steps of reading one file need to know."""

    path: Path
    stream: str
    lists: tuple[str, ...]
    taken_at: datetime

    def rejected(self, place: str, reason: str, payload: bytes) -> Rejected:
        return Rejected(self.stream, "", "", reason, f"{self.path.name}:{place}", payload)

    def unreadable(self, reason: str) -> Unreadable:
        return Unreadable(self.path.name, reason)

    def element(
        self, payload: bytes, place: str, around: Mapping[str, bytes]
    ) -> Document | Rejected:
        """Return one element of a list, if it is an object in valid UTF-8."""
        payload = payload.strip(_BLANK)
        if not payload.startswith(b"{"):
            return self.rejected(place, "expected an object", payload)
        try:
            payload.decode("utf-8")
        except UnicodeDecodeError as fault:
            return self.rejected(place, f"not UTF-8: byte {fault.start}", payload)
        return Document(payload, f"{self.path.name}:{place}", self.taken_at, around)


def documents(
    path: Path, stream: str, lists: tuple[str, ...] = ()
) -> Iterator[Document | Rejected | Unreadable]:
    """Yield the objects of one exported file, plain or gzip, in the order of the file.

    The file is one object, one list, or one object (or list) per line. Of an object that has a
    list under one of the names in ``lists``, the elements of that list are yielded instead. Memory
    is bounded by the longest line where the file is in lines, else by the file.

    Args:
        path: The file to read.
        stream: The stream to name in a ``Rejected``.
        lists: Members to look into, for example ``("issues",)``.

    Yields:
        ``Document`` for what can be used; ``Rejected`` for a line or element that cannot (reading
        goes on behind it); at most one ``Unreadable``, last, where the file is damaged from some
        place on. What stood before that place has been yielded.
    """
    try:
        taken_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
    except OSError as fault:
        yield Unreadable(path.name, f"cannot be opened: {fault.strerror}")
        return
    reading = _Reading(path, stream, lists, taken_at)
    numbered = (row for row in enumerate(lines(path), 1) if row[1].strip(_BLANK))
    try:
        yield from _from_lines(reading, numbered)
    except DamagedFileError as fault:
        yield reading.unreadable(fault.reason)


def _from_lines(
    reading: _Reading, numbered: Iterator[tuple[int, bytes]]
) -> Iterator[Document | Rejected | Unreadable]:
    """Find out which shape the file has from its first two lines, and read it so."""
    first = next(numbered, None)
    if first is None:
        yield reading.unreadable("the file is empty")
        return
    if first[1].startswith((b"\xff\xfe", b"\xfe\xff")):
        yield reading.unreadable("the file is in UTF-16; expected UTF-8")
        return
    head, damage = [first], None
    try:
        head += [row for row in (next(numbered, None),) if row is not None]
    except DamagedFileError as fault:
        damage = fault
    numbered = chain(head, _failing(damage) if damage else numbered)
    if len(head) == 2 and _is_in_lines(head[0][1], head[1][1]):
        yield from _each_line(reading, numbered)
    else:
        yield from _joined(reading, numbered)


def _failing(damage: DamagedFileError) -> Iterator[tuple[int, bytes]]:
    """Raise the fault at the place in the file where it was met."""
    raise damage
    yield


def _joined(
    reading: _Reading, numbered: Iterator[tuple[int, bytes]]
) -> Iterator[Document | Rejected | Unreadable]:
    """Read a document that spreads over many lines; of a damaged file, what is there of it."""
    parts, damage = [], None
    try:
        for _, line in numbered:
            parts.append(line)
    except DamagedFileError as fault:
        damage = fault
    found = _whole(reading, b"\n".join(parts))
    if damage is None:
        yield from found
        return
    yield from (each for each in found if not isinstance(each, Unreadable))
    raise damage


def _is_in_lines(first: bytes, second: bytes) -> bool:
    """Tell a file of lines, even with a bad first line, from a document written over many."""
    if _is_json(first):
        return True
    opening = first.strip(_BLANK)
    if opening.startswith(b"[") or opening.endswith((b"{", b"[", b",", b":")):
        return False
    return second.strip(_BLANK).startswith(b"{") and _is_json(second)


def _is_json(text: bytes) -> bool:
    try:
        _decode_raw(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _each_line(
    reading: _Reading, numbered: Iterator[tuple[int, bytes]]
) -> Iterator[Document | Rejected | Unreadable]:
    """Read one value per line. The last line may be cut off; a bad one elsewhere is skipped."""
    held: tuple[int, bytes, str] | None = None
    for number, line in numbered:
        if held:
            yield reading.rejected(str(held[0]), f"not JSON: {held[2]}", held[1])
            held = None
        try:
            _decode_raw(line)
        except (msgspec.DecodeError, RecursionError) as fault:
            held = (number, line, str(fault))
            continue
        yield from _unwrapped(reading, line, str(number))
    if held and "truncated" in held[2]:
        yield reading.unreadable(f"cut off in line {held[0]}")
    elif held:
        yield reading.rejected(str(held[0]), f"not JSON: {held[2]}", held[1])


def _whole(reading: _Reading, text: bytes) -> Iterator[Document | Rejected | Unreadable]:
    """Read one document, and of a damaged one whatever stands before the damage."""
    if _is_json(text):
        yield from _unwrapped(reading, text, "")
    else:
        yield from _carefully(reading, text)


def _unwrapped(reading: _Reading, text: bytes, place: str) -> Iterator[Document | Rejected]:
    """Yield the elements of a valid list or page, or the object itself."""
    text = text.strip(_BLANK)
    elements, around = None, {}
    if text.startswith(b"["):
        elements = _decode_list(text)
    elif text.startswith(b"{") and reading.lists:
        elements, around = _page(reading, text)
    if elements is None:
        yield reading.element(text, place or "1", {})
        return
    for position, element in enumerate(elements, 1):
        where = f"{place}[{position}]"
        yield reading.element(bytes(element), where, around)


def _page(reading: _Reading, text: bytes) -> tuple[list[msgspec.Raw] | None, Mapping[str, bytes]]:
    """Split a page into its list of records and what stands around it."""
    if not any(f'"{name}"'.encode() in text for name in reading.lists):
        return None, {}
    try:
        members = _decode_members(text)
    except UnicodeDecodeError:
        return None, {}
    for name in reading.lists:
        if name in members and bytes(members[name]).startswith(b"["):
            elements = _decode_list(members.pop(name))
            return elements, {key: bytes(value) for key, value in members.items()}
    return None, {}


def _carefully(reading: _Reading, text: bytes) -> Iterator[Document | Rejected | Unreadable]:
    """Walk through a document that does not read as a whole, element by element."""
    walk = Walk(text)
    count = 0
    try:
        if not walk.enter(reading.lists):
            yield reading.unreadable(f"not JSON: {_fault(text)}")
            return
        for element in walk.elements():
            count += 1
            place = f"[{count}]"
            if _is_json(element):
                yield reading.element(element, place, {})
            else:
                yield reading.rejected(place, "holds text that is no valid JSON", element)
    except (ValueError, IndexError, RecursionError):
        yield reading.unreadable(f"damaged or cut off after {count} records")


def _fault(text: bytes) -> str:
    """Return what the parser says of a text."""
    try:
        _decode_raw(text)
    except (msgspec.DecodeError, RecursionError) as fault:
        return str(fault)
    return "unknown fault"
