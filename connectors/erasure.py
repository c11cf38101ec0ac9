"""Forgetting people: what tells who somebody is, is replaced wherever it stands.

Nothing here knows whom it forgets. Each identifier (an account, an e-mail, a name) is kept as a
keyed hash, and texts are searched for runs of words whose keyed hash is one of them. Whoever has
the data folder but not the key can neither read the list nor try names out on it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from connectors.contract import Record, Rejected

Kind = Literal["account", "name"]
"""An account stays one under its erased key, so that totals hold; of a name nothing is left."""
ERASED_NAME = "(erased)"
_ATOM = re.compile(r"[^\W_]+")
_SHORTEST_ALONE = 8
_ACCOUNT_FIELDS = ("accountId", "gid", "id", "key", "name", "username", "emailAddress", "email")
_TELLING_FIELDS = frozenset(
    {
        *("displayName", "fullName", "name", "username", "initials", "emailAddress", "email"),
        *("avatarUrl", "avatarHash", "avatarUrls", "avatarSource", "self", "photo", "url"),
        *("key", "bio"),
    }
)
_REMEMBERED_TEXTS = 200_000


class Mark(msgspec.Struct, frozen=True):
    """One identifier as a keyed hash (hex), and its shape, by which most texts are passed over.

    ``atoms`` and ``size`` count its runs of letters and digits, and its characters. One that is
    not ``everywhere`` is a plain word as well, and counts only where it is all of a text.
    """

    digest: str
    kind: Kind
    atoms: int
    size: int
    everywhere: bool


def folded(text: str) -> str:
    """Return a text as it is compared: case, width and the blanks around it do not count."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def hashed(key: bytes, text: str) -> str:
    """Return the keyed hash (HMAC-SHA-256) of a folded text."""
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()


def marks(key: bytes, identifiers: Mapping[str, Kind]) -> list[Mark]:
    """Return the marks of a person's identifiers, also as addresses carry them."""
    found: dict[str, Mark] = {}
    for text, kind in identifiers.items():
        for form in {text, quote(text, safe="")}:
            for told in _with_and_without_ends(folded(form)):
                atoms = _ATOM.findall(told)
                is_long = len(told) >= _SHORTEST_ALONE and any(map(str.isdigit, told))
                everywhere = len(atoms) > 1 or is_long
                mark = Mark(hashed(key, told), kind, len(atoms), len(told), everywhere)
                found.setdefault(mark.digest, mark)
    return list(found.values())


def _with_and_without_ends(text: str) -> set[str]:
    """Return a text, and what is left of it from its first letter to its last."""
    spans = [match.span() for match in _ATOM.finditer(text)]
    return {text, text[spans[0][0] : spans[-1][1]]} if spans else set()


class Erasure:
    """Replaces the identifiers of forgotten people; with nobody forgotten it changes nothing."""

    def __init__(self, key: bytes, forgotten: Iterable[tuple[str, Iterable[Mark]]]) -> None:
        """Forget people.

        Args:
            key: The secret of the hashes.
            forgotten: For each person the erased key that stands in their place, and their marks.
        """
        self._key = key
        self._places: dict[str, tuple[str, Mark]] = {}
        self._sizes: dict[int, set[int]] = {}
        for replacement, its_marks in forgotten:
            for mark in its_marks:
                self._places[mark.digest] = (replacement, mark)
                if mark.everywhere:
                    self._sizes.setdefault(mark.atoms, set()).add(mark.size)
        self._whole_sizes = {mark.size for _, mark in self._places.values()}
        self._lengths = sorted(self._sizes, reverse=True)
        self._replaced = lru_cache(_REMEMBERED_TEXTS)(self._replace)

    def __bool__(self) -> bool:
        return bool(self._places)

    def text(self, text: str) -> str:
        """Return a text without forgotten people."""
        return self._replaced(text) if self._places and text else text

    def value(self, value: Any) -> Any:
        """Return JSON without them; an object that tells of one keeps what tells nobody who."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {self.text(name): self.value(each) for name, each in value.items()}
        if any(self._is_account(value.get(name)) for name in _ACCOUNT_FIELDS):
            for name in _TELLING_FIELDS & set(found):
                if found[name] == value[name]:
                    found[name] = _blank(value[name])
        return found

    def json(self, text: bytes) -> bytes:
        """Return JSON, or whatever text it is, without them; the same bytes where none stand."""
        if not self._places:
            return text
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            told = text.decode("utf-8", "surrogateescape")
            return self.text(told).encode("utf-8", "surrogateescape")
        changed = self.value(value)
        if changed == value:
            return text
        return json.dumps(changed, ensure_ascii=True, separators=(",", ":")).encode()

    def record(self, found: Record) -> Record:
        """Return a record without them, its key included."""
        if not self._places:
            return found
        return msgspec.structs.replace(
            found,
            key=self.text(found.key),
            payload=self.json(found.payload),
            scope=self.text(found.scope),
            place=self.text(found.place),
        )

    def rejected(self, found: Rejected) -> Rejected:
        """Return a fault without them."""
        if not self._places:
            return found
        told = {name: self.text(getattr(found, name)) for name in ("record_id", "place", "reason")}
        return replace(found, payload=self.json(found.payload), **told)

    def _is_account(self, value: object) -> bool:
        if not isinstance(value, str) or not value:
            return False
        found = self._known(folded(value))
        return found is not None and found[1].kind == "account"

    def _known(self, told: str) -> tuple[str, Mark] | None:
        if len(told) not in self._whole_sizes:
            return None
        return self._places.get(hashed(self._key, told))

    def _replace(self, text: str) -> str:
        whole = self._known(folded(text))
        if whole is not None:
            return _instead(*whole)
        spans = [match.span() for match in _ATOM.finditer(text)]
        kept, at, first = [], 0, 0
        while first < len(spans):
            found = self._from(text, spans, first)
            if found is None:
                first += 1
                continue
            atoms, instead = found
            kept += [text[at : spans[first][0]], instead]
            at = spans[first + atoms - 1][1]
            first += atoms
        return "".join([*kept, text[at:]]) if kept else text

    def _from(self, text: str, spans: list[tuple[int, int]], first: int) -> tuple[int, str] | None:
        """Return the longest identifier that begins at an atom: its atoms, and what replaces it."""
        start = spans[first][0]
        for atoms in self._lengths:
            if first + atoms > len(spans):
                continue
            told = text[start : spans[first + atoms - 1][1]]
            told = told.lower() if told.isascii() else folded(told)
            if len(told) not in self._sizes[atoms]:
                continue
            found = self._places.get(hashed(self._key, told))
            if found is not None and found[1].everywhere:
                return atoms, _instead(*found)
        return None


def _instead(replacement: str, mark: Mark) -> str:
    return replacement if mark.kind == "account" else ERASED_NAME


def _blank(value: Any) -> Any:
    if isinstance(value, str):
        return ERASED_NAME if value else value
    if isinstance(value, dict):
        return {name: _blank(each) for name, each in value.items()}
    return value


NOBODY = Erasure(b"", ())
"""Changes nothing."""
