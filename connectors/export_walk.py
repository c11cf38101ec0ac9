"""Walk through a JSON text that is damaged somewhere, up to the damage."""

from __future__ import annotations

import json
from collections.abc import Iterator


class Walk:
    """A position in a JSON text that need not be whole. A ``ValueError`` ends the walk."""

    def __init__(self, text: bytes) -> None:
        # Bytes that are no UTF-8 survive the round trip and are refused with their element only.
        self.text = text.decode("utf-8", "surrogateescape")
        self.position = 0
        self.value = json.JSONDecoder(strict=False).raw_decode

    def enter(self, lists: tuple[str, ...]) -> bool:
        """Go to the first element of the list of records; False if there is none."""
        opening = self._next()
        if opening == "[":
            return True
        if opening != "{":
            return False
        while self._peek() != "}":
            name, self.position = self.value(self.text, self._skip())
            if self._next() != ":":
                raise ValueError
            if name in lists and self._peek() == "[":
                return self._next() == "["
            _, self.position = self.value(self.text, self._skip())
            if self._peek() == ",":
                self._next()
        return False

    def elements(self) -> Iterator[bytes]:
        """Yield the text of each element from here to the end of the list."""
        while self._peek() != "]":
            start = self._skip()
            _, self.position = self.value(self.text, start)
            yield self.text[start : self.position].encode("utf-8", "surrogateescape")
            if self._peek() == ",":
                self._next()
            elif self._peek() != "]":
                raise ValueError

    def _skip(self) -> int:
        while self.text[self.position] in " \t\r\n":
            self.position += 1
        return self.position

    def _peek(self) -> str:
        return self.text[self._skip()]

    def _next(self) -> str:
        found = self._peek()
        self.position += 1
        return found
