"""Identifiers of strategy nodes in what people wrote."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

HYPHENS = {ord(letter): "-" for letter in "\u2010\u2011\u2012\u2013"}
BRACKETS = re.compile(r"\[[^\[\]\r\n]*\]")
WEIGHT = re.compile(r"[:=](\d+(?:\.\d+)?)%?(?=$|[\s,;|/()\[\]{}.])")


@dataclass(frozen=True)
class Named:
    """An identifier that stands in a text, in capitals, with the weight written at it."""

    identifier: str
    weight: float | None


def is_word(letter: str) -> bool:
    """Letters and digits of any script, and the hyphen."""
    return letter == "-" or unicodedata.category(letter)[0] == "L" or letter.isdigit()


def find(text: str, pattern: str, brackets_only: bool) -> list[Named]:
    """All identifiers of a text in order; ``brackets_only`` for titles and descriptions."""
    text = text.translate(HYPHENS)
    matcher = re.compile(pattern, re.IGNORECASE)
    inside = [match.span() for match in BRACKETS.finditer(text)]
    found = []
    place = 0
    while place < len(text):
        end = _longest(matcher, text, place)
        if end is None:
            place += 1
            continue
        token = text[place:end]
        bracketed = any(first < place and end < last for first, last in inside)
        short = len(token.split("-")[0]) == 1
        if _stands_alone(text, place, end) and (bracketed or not (brackets_only and short)):
            found.append(Named(token.upper(), _weight(text, end)))
        place = end
    return found


def _longest(matcher: re.Pattern[str], text: str, place: int) -> int | None:
    """The farthest end of a match that starts exactly here."""
    if matcher.match(text, place) is None:
        return None
    for end in range(len(text), place, -1):
        if matcher.fullmatch(text, place, end):
            return end
    return None


def _stands_alone(text: str, place: int, end: int) -> bool:
    before = place > 0 and is_word(text[place - 1])
    after = end < len(text) and is_word(text[end])
    return not before and not after


def _weight(text: str, end: int) -> float | None:
    match = WEIGHT.match(text, end)
    return float(match.group(1)) if match else None
