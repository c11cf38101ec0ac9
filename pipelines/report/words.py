"""How the report says a number: whole percent, never a share without its parts."""

from dataclasses import dataclass
from datetime import date, datetime
from math import floor

_HARD_BLANK = "\u00a0"


def days(amount: float) -> str:
    """Person-days for a sentence: whole from 10 on, one decimal below, never rounded to zero."""
    if 0 < amount < 0.05:
        return "under 0.1"
    text = f"{amount:,.1f}" if 0 < amount < 9.95 else f"{amount:,.0f}"
    return text.removesuffix(".0")


def percent(share: float) -> str:
    """A whole percentage, halves up; a share that only rounds to 0 or 100 says so."""
    if 0 < share < 0.005:
        return f"under 1{_HARD_BLANK}%"
    if 0.995 < share < 1:
        return f"over 99{_HARD_BLANK}%"
    return f"{floor(share * 100 + 0.5 + 1e-9)}{_HARD_BLANK}%"


def count(number: int, thing: str, things: str | None = None) -> str:
    """A number with its noun: ``1 source``, ``3 sources``."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def long_day(day: date) -> str:
    """A date for a sentence: ``1 July 2026``."""
    return f"{day.day} {day:%B %Y}"


def short_month(month: date) -> str:
    """A month for an axis: ``Jul 26``."""
    return f"{month:%b} {month:%y}"


def moment(instant: datetime | None) -> str:
    """An instant in UTC to the minute; a dash where it is unknown."""
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else "unknown"


def listed(words: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass(frozen=True)
class Share:
    """A part of a whole in one unit, or the reason why no share is given."""

    part: float
    whole: float
    unit: str = "person-days"
    reason: str | None = None

    @property
    def value(self) -> float | None:
        """The share, or None where it is withheld or has no denominator."""
        return None if self.reason or self.whole <= 0 else self.part / self.whole

    @property
    def percent(self) -> str:
        """The whole percentage, or the reason in its place."""
        return self.reason or "no effort" if self.value is None else percent(self.value)

    @property
    def parts(self) -> str:
        """``1,730 of 4,120 person-days``."""
        return f"{days(self.part)} of {days(self.whole)} {self.unit}"

    @property
    def text(self) -> str:
        """Parts and percentage in one phrase."""
        return f"{self.parts} ({self.percent})"
