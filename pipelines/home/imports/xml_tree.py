"""XML that nobody vouches for as a small tree that knows which of its parts were used."""

from __future__ import annotations

from typing import IO, cast

from pipelines.home.imports.origin_file import OriginFile

DEPTH_AT_MOST = 60
ELEMENTS_AT_MOST = 200_000
BYTES_AT_MOST = 1_000_000
"""Between the beginnings and ends of elements: a longer one is read again with each piece of it."""


class Element:
    """An element without its namespace; looking at a part with ``take`` marks it as used."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = _local(tag)
        self.attributes = {_local(name): value for name, value in attributes.items()}
        self.elements: list[Element] = []
        self.text = ""
        self.used = False
        self._used_attributes: set[str] = set()

    @property
    def has_used(self) -> bool:
        """Whether it, or anything in it, was used."""
        return bool(
            self.used or self._used_attributes or any(each.has_used for each in self.elements)
        )

    @property
    def has_text(self) -> bool:
        """Whether it says anything at all."""
        return bool(self.text.strip()) or any(each.has_text for each in self.elements)

    def children(self, tag: str) -> list[Element]:
        """Those of its parts that have this name, in order."""
        return [each for each in self.elements if each.tag == tag]

    def child(self, tag: str) -> Element | None:
        """The first part of this name."""
        return next(iter(self.children(tag)), None)

    def peek(self, tag: str) -> str:
        """The text of the first part of this name; empty if there is none."""
        found = self.child(tag)
        return found.text.strip() if found else ""

    def take(self, tag: str) -> str:
        """The same, and it counts as used."""
        found = self.child(tag)
        if found:
            found.used = True
        return found.text.strip() if found else ""

    def take_attribute(self, *names: str) -> str:
        """The first attribute of these names that says something; it counts as used."""
        for name in names:
            if self.attributes.get(name, "").strip():
                self._used_attributes.add(name)
                return self.attributes[name].strip()
        return ""

    def take_all(self) -> None:
        """Count it and everything in it as used."""
        self.used = True
        self._used_attributes |= set(self.attributes)
        for each in self.elements:
            each.take_all()

    def unused_attributes(self) -> list[str]:
        """Attributes that say something and were not used; where a schema lies is no content."""
        return [
            name
            for name, value in self.attributes.items()
            if value.strip() and name not in self._used_attributes | {"schemaLocation"}
        ]


def read_tree(file: OriginFile, stream: IO[bytes]) -> Element:
    """Read a document.

    Raises:
        ImportRefusedError: If it is not well-formed, declares or includes entities, or is nested
            or long without reason.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    root: Element | None = None
    open_elements: list[Element] = []
    count = 0
    bounded = _Bounded(file, stream)
    try:
        for event, found in iterparse(cast("IO[bytes]", bounded), events=("start", "end")):
            bounded.since = 0
            if event == "end":
                done = open_elements.pop()
                done.text = (found.text or "") + "".join(each.tail or "" for each in found)
                found.clear()
                continue
            count += 1
            if count > ELEMENTS_AT_MOST or len(open_elements) >= DEPTH_AT_MOST:
                raise file.refused(
                    "XML that is nested or goes on without end",
                    f"at most {DEPTH_AT_MOST} levels and {ELEMENTS_AT_MOST:,} elements",
                )
            element = Element(found.tag, dict(found.attrib))
            if open_elements:
                open_elements[-1].elements.append(element)
            root = root or element
            open_elements.append(element)
    except DefusedXmlException:
        raise file.refused(
            "XML with entities of its own, or that fetches others", "plain XML without them"
        ) from None
    except (ParseError, LookupError, ValueError) as fault:
        reason = str(fault)[:100]
        raise file.refused(f"XML that breaks off ({reason})", "well-formed XML") from None
    if root is None:
        raise file.refused("an empty document", "a StratML plan")
    return root


class _Bounded:
    """A stream that ends where the parser makes nothing of what it is given."""

    def __init__(self, file: OriginFile, stream: IO[bytes]) -> None:
        self._file, self._stream = file, stream
        self.since = 0

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self.since += len(piece)
        if self.since > BYTES_AT_MOST:
            wanted = f"at most {BYTES_AT_MOST:,} bytes from tag to tag"
            raise self._file.refused("a part of the XML without end", wanted)
        return piece


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
