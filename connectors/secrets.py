"""Text that must never be seen: it hides itself, and it can be struck out of other text."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, quote_plus

_SHORTEST = 4
"""Shorter text is no secret, and striking it out would leave no message readable."""


class Secret:
    """A secret behind ``***``; ``reveal`` is for the one place that sends it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Hide a text."""
        self._value = value

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("A secret is not written to disk or sent to another process.")


def struck_out(text: str, secrets: Iterable[Secret]) -> str:
    """Return a text without the secrets, as they are and as addresses and headers carry them."""
    for form in _all_forms(frozenset(secrets)):
        text = text.replace(form, "***")
    return text


@lru_cache(maxsize=16)
def _all_forms(secrets: frozenset[Secret]) -> tuple[str, ...]:
    """Return what is struck out, the longest first. Kept: every request is looked over."""
    forms = {form for secret in secrets for form in _forms(secret.reveal())}
    return tuple(sorted(forms, key=len, reverse=True))


def _forms(value: str) -> Iterable[str]:
    if len(value) < _SHORTEST:
        return
    yield from (value, quote(value, safe=""), quote_plus(value))
    yield base64.b64encode(value.encode()).decode()
    # A header such as ``Basic dXNlcjp0b2tlbg==`` is a secret as a whole and in its last word.
    word = value.rsplit(" ", 1)[-1]
    if word != value and len(word) >= _SHORTEST:
        yield from (word, quote(word, safe=""))
