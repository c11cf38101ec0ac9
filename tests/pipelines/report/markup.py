"""A page taken apart with the standard library's parser, for tests that look at what is there."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = {"style", "title", "desc"}


class Document(HTMLParser):
    """The elements, texts and ids of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.ids: set[str] = set()
        self.id_count = 0
        self.descriptions: list[str] = []
        self._words: list[str] = []
        self._heading: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        if "id" in found:
            self.ids.add(found["id"])
            self.id_count += 1
        self._open.append(tag)
        if tag == "desc":
            self.descriptions.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        if "desc" in self._open:
            self.descriptions[-1] += data.replace("\u00a0", " ")
        if not _SILENT & set(self._open):
            self._words.append(data)
        if "h1" in self._open:
            self._heading.append(data)

    @property
    def tags(self) -> list[str]:
        """The name of every element in order."""
        return [tag for tag, _ in self.elements]

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """What a reader sees, with single blanks."""
        return re.sub(r"\s+", " ", "".join(self._words)).strip()

    @property
    def heading(self) -> str:
        """The verdict."""
        return re.sub(r"\s+", " ", "".join(self._heading)).strip()


def parsed(page: str) -> Document:
    """Parse a page."""
    document = Document()
    document.feed(page)
    document.close()
    return document
