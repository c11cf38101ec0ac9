"""Projects and boards that could not be read to their end, and since when."""

from dataclasses import dataclass
from datetime import datetime

from pipelines.report.facts import Facts, Row
from pipelines.report.words import count, moment

_SHOWN = 12
_WORDS = {
    "partial": "failed",
    "incomplete": "fewer than announced",
    "access_lost": "no access",
    "deferred": "not finished yet",
    "unread": "could not be asked",
    "held": "removals wait for a word",
}


@dataclass(frozen=True)
class ScopeLine:
    """A project or board that is behind."""

    source: str
    name: str
    state: str
    since: str
    reason: str


@dataclass(frozen=True)
class Behind:
    """All that are behind, those longest so first; ``left_out`` are not shown."""

    lines: list[ScopeLine]
    left_out: int
    known: int
    oldest: datetime | None

    @property
    def text(self) -> str:
        """What the health strip says."""
        number = len(self.lines) + self.left_out
        if not number:
            return f"{count(self.known, 'project or board', 'projects and boards')} up to date"
        since = f" since {moment(self.oldest)}" if self.oldest else ""
        return f"{number:,} of {self.known:,} projects and boards behind{since}"


def behind(facts: Facts) -> Behind:
    """Collect them from the rows of rpt_sources."""
    scopes = {(row["source"], row["scope"]): row for row in facts.sources}
    known = [row for (_, scope), row in scopes.items() if scope != "(none)"]
    found = sorted((row for row in scopes.values() if row["scope_state"] in _WORDS), key=_age)
    times = [row["last_good_read_at"] for row in found if row["last_good_read_at"]]
    return Behind(
        lines=[_line(row) for row in found[:_SHOWN]],
        left_out=len(found[_SHOWN:]),
        known=max(len(known), len(found)),
        oldest=min(times, default=None),
    )


def _age(row: Row) -> tuple[datetime, str, str]:
    return row["last_good_read_at"] or datetime.min, row["source"], row["scope"]


def _line(row: Row) -> ScopeLine:
    at = row["last_good_read_at"]
    return ScopeLine(
        source=row["source"],
        name=row["scope_name"] or row["scope"],
        state=_WORDS[row["scope_state"]],
        since=moment(at) if at else "never",
        reason=row["scope_detail"] or "",
    )
