"""Projects and boards that could not be read to their end, and since when."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from pipelines.report.facts import Facts, Row
from pipelines.report.figures import figure, phrase
from pipelines.report.words import count, moment, whole

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
    since: Markup
    reason: str


@dataclass(frozen=True)
class Behind:
    """All that are behind, those longest so first; ``left_out`` of the ``number`` are not shown."""

    lines: list[ScopeLine]
    number: float
    left_out: float
    known: float
    oldest: datetime | None

    @property
    def text(self) -> Markup:
        """What the health strip says."""
        if not self.number:
            known = count(self.known, "project or board", "projects and boards")
            return phrase("{} up to date", known)
        since = phrase(" since {}", moment(self.oldest)) if self.oldest else ""
        known = count(self.known, "project or board", "projects and boards")
        return phrase("{} of {} behind{}", whole(self.number), known, since)


def behind(facts: Facts) -> Behind:
    """Collect them from the rows of rpt_sources."""
    scopes = {(row["source"], row["scope"]): row for row in facts.sources}
    found = sorted((row for row in scopes.values() if row["scope_state"] in _WORDS), key=_age)
    known = [r for r in scopes.values() if r["scope"] != "(none)" or r["scope_state"] in _WORDS]
    times = [row["last_good_read_at"] for row in found if row["last_good_read_at"]]
    states = ", ".join(f"'{state}'" for state in _WORDS)
    is_behind = f"scope_state in ({states})"
    scopes_told, shown = "count(distinct (source, scope))", found[:_SHOWN]
    is_known = f"(scope <> '(none)' or {is_behind})"
    return Behind(
        lines=[_line(row) for row in shown],
        number=figure(len(found), scopes_told, "rpt_sources", is_behind),
        left_out=figure(
            len(found) - len(shown), f"{scopes_told} - {len(shown)}", "rpt_sources", is_behind
        ),
        known=figure(len(known), scopes_told, "rpt_sources", is_known),
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
        since=moment(at) if at else Markup("never"),
        reason=row["scope_detail"] or "",
    )
