"""How the report says a number: whole percent, never a share without its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import floor, log10

from markupsafe import Markup

from pipelines.report.figures import phrase, shown

_HARD_BLANK = "\u00a0"


def days(amount: float) -> Markup:
    """Person-days for a sentence: whole from 10 on, one decimal below, never rounded to zero."""
    if 0 < amount < 0.05:
        return shown(amount, "under 0.1", "days")
    text = f"{amount:,.1f}" if 0 < amount < 9.95 else f"{abs(amount):,.0f}"
    return shown(amount, text.removesuffix(".0"), "days")


def percent(share: float) -> Markup:
    """A whole percentage, halves up; a share that only rounds to 0 or 100 says so."""
    if 0 < share < 0.005:
        return shown(share, f"under 1{_HARD_BLANK}%", "percent")
    if 0.995 < share < 1:
        return shown(share, f"over 99{_HARD_BLANK}%", "percent")
    return shown(share, f"{floor(share * 100 + 0.5 + 1e-9)}{_HARD_BLANK}%", "percent")


def decimals(number: float, places: int) -> Markup:
    """A number with a fixed number of decimals."""
    return shown(number, f"{number:,.{places}f}", "number")


def reading(value: float, unit: str | None) -> Markup:
    """A value of a measure without its unit: three digits that count, a share as a percentage."""
    if unit == "share":
        places = 1 if abs(value) < 0.1 else 0
        return shown(value, f"{100 * value:.{places}f}{_HARD_BLANK}%", "percent")
    if not value:
        return shown(value, "0", "number")
    places = min(max(0, 2 - floor(log10(abs(value)))), 6)
    text = f"{value:,.{places}f}"
    return shown(value, text.rstrip("0").rstrip(".") if places else text, "number")


def whole(number: float) -> Markup:
    """A number of things, without their name."""
    return shown(number, f"{int(number):,}", "number")


def count(number: float, thing: str, things: str | None = None) -> Markup:
    """A number with its noun: ``1 source``, ``3 sources``."""
    noun = thing if number == 1 else things or thing + "s"
    return phrase("{} {}", whole(number), noun)


def long_day(day: date) -> Markup:
    """A date for a sentence: ``1 July 2026``."""
    return _time(day.isoformat(), f"{day.day} {day:%B %Y}")


def short_month(month: date) -> Markup:
    """A month for an axis: ``Jul 26``."""
    return _time(f"{month:%Y-%m}", f"{month:%b} {month:%y}")


def long_month(month: date) -> Markup:
    """A month for a sentence: ``July 2026``."""
    return _time(f"{month:%Y-%m}", f"{month:%B %Y}")


def moment(instant: datetime | None) -> Markup:
    """An instant in UTC to the minute; ``unknown`` without one."""
    if instant is None:
        return Markup("unknown")
    return _time(f"{instant:%Y-%m-%dT%H:%MZ}", f"{instant:%Y-%m-%d %H:%M} UTC")


def _time(machine: str, text: str) -> Markup:
    return phrase('<time datetime="{}">{}</time>', machine, text)


def listed(words: Sequence[str]) -> Markup:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(words) == 1:
        return phrase("{}", words[0])
    return phrase("{} and {}", Markup(", ").join(words[:-1]), words[-1])


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
    def percent(self) -> Markup:
        """The whole percentage, or the reason in its place."""
        value = self.value
        return phrase("{}", self.reason or "no effort") if value is None else percent(value)

    @property
    def parts(self) -> Markup:
        """``1,730 of 4,120 person-days``."""
        return phrase("{} of {} {}", days(self.part), days(self.whole), self.unit)

    @property
    def text(self) -> Markup:
        """Parts and percentage in one phrase."""
        return phrase("{} ({})", self.parts, self.percent)
