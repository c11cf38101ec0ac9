"""As much of JQL as a reader of everything needs: conditions joined by AND, and an order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.simulators.jira_state import Issue, JiraState, milliseconds


class JqlError(Exception):
    """A query that Jira refuses, in its words."""


class Row(NamedTuple):
    """An issue as the index knows it: with the ``updated`` that had reached it."""

    issue: Issue
    updated: int


Condition = Callable[[Row], bool]


@dataclass(frozen=True)
class Query:
    """A parsed query. ``order`` holds names and whether they descend."""

    conditions: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]

    def matches(self, row: Row) -> bool:
        """Whether a row fulfils all conditions."""
        return all(condition(row) for condition in self.conditions)

    def place(self, row: Row) -> tuple[int, ...]:
        """Where a row stands in the order; no two stand in the same place."""
        values = [*self.order, ("id", self.order[-1][1] if self.order else True)]
        return tuple(
            -value if descends else value
            for name, descends in values
            for value in _ORDER[name](row)
        )


@dataclass(frozen=True)
class Index:
    """What a search goes through: the state as it was some seconds ago."""

    state: JiraState
    now: datetime
    zone: str
    lag: float = 0
    unindexed: frozenset[int] = frozenset()
    reconciled: frozenset[int] = frozenset()

    def find(self, query: Query) -> list[Row]:
        """The rows of a query, in its order."""
        rows = (self._row(issue) for issue in self.state.searchable())
        found = [row for row in rows if row and query.matches(row)]
        return sorted(found, key=query.place)

    def _row(self, issue: Issue) -> Row | None:
        if issue.id in self.reconciled:
            return Row(issue, issue.touches[-1])
        if issue.id in self.unindexed:
            return None
        if not self.lag:
            return Row(issue, issue.touches[-1])
        horizon = milliseconds(self.now - timedelta(seconds=self.lag))
        place = bisect_right(issue.touches, horizon)
        return Row(issue, issue.touches[place - 1]) if place else None


_TOKEN = re.compile(
    r"""\s*(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'"""
    r"""|(?P<sign>>=|<=|!=|=|>|<|\(|\)|,)|(?P<word>[^\s()<>=!,"']+))"""
)
_KEYS = ("key", "issuekey", "issue", "id")
_DATES = {"created": "created", "createddate": "created", "updated": "updated"}
_DATES["updateddate"] = "updated"
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    "=": lambda left, right: left == right,
}
_ORDER: dict[str, Callable[[Row], tuple[int, ...]]] = {
    "created": lambda row: (row.issue.touches[0],),
    "updated": lambda row: (row.updated,),
    "key": lambda row: (row.issue.project.id, int(row.issue.key.rpartition("-")[2])),
    "id": lambda row: (row.issue.id,),
}


class _Word(NamedTuple):
    text: str
    is_quoted: bool = False


class Parser:
    """Reads one query for one account."""

    def __init__(self, text: str, index: Index) -> None:
        """Cut the query into words."""
        self.index = index
        self.words: list[_Word] = []
        place, text = 0, text.strip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if not found:
                raise JqlError(f"Error in the JQL Query: unexpected {text[place]!r} at {place}.")
            quoted = found["double"] if found["double"] is not None else found["single"]
            if quoted is not None:
                self.words.append(_Word(re.sub(r"\\(.)", r"\1", quoted), True))
            else:
                self.words.append(_Word(found["sign"] or found["word"]))
            place = found.end()

    def query(self) -> Query:
        """The query."""
        conditions: list[Condition] = []
        while self.words and self._peek() != "order":
            if conditions:
                self._expect("and")
            conditions.append(self._condition())
        return Query(tuple(conditions), tuple(self._order()))

    def _peek(self) -> str:
        return self.words[0].text.casefold() if self.words else ""

    def _take(self) -> _Word:
        if not self.words:
            raise JqlError("Error in the JQL Query: the query ends too early.")
        return self.words.pop(0)

    def _expect(self, text: str) -> None:
        found = self._take().text
        if found.casefold() != text:
            raise JqlError(f"Error in the JQL Query: expected {text.upper()!r}, got {found!r}.")

    def _condition(self) -> Condition:
        name, sign = self._take().text.casefold(), self._take().text.casefold()
        is_denied = sign in ("!=", "not")
        if sign == "not":
            self._expect("in")
            sign = "in"
        values = self._list() if sign == "in" else [self._take()]
        if name in _DATES:
            return self._date(_DATES[name], sign, values[0])
        if sign not in ("=", "!=", "in"):
            raise JqlError(f"The operator '{sign}' is not supported by the '{name}' field.")
        found = self._among(name, values)
        return (lambda row: not found(row)) if is_denied else found

    def _list(self) -> list[_Word]:
        self._expect("(")
        found = [self._take()]
        while self._peek() == ",":
            self._take()
            found.append(self._take())
        self._expect(")")
        return found

    def _among(self, name: str, values: list[_Word]) -> Condition:
        if name == "project":
            projects = {self._project(each.text) for each in values}
            return lambda row: row.issue.project.id in projects
        if name in _KEYS:
            issues = {self._issue(name, each.text) for each in values}
            return lambda row: row.issue.id in issues
        if name in ("issuetype", "type"):
            kinds = {each.text.casefold() for each in values}
            return lambda row: bool({row.issue.kind.name.casefold(), row.issue.kind.id} & kinds)
        raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")

    def _project(self, text: str) -> int:
        found = self.index.state.project(text)
        if not found:
            raise JqlError(f"The value '{text}' does not exist for the field 'project'.")
        return found.id

    def _issue(self, name: str, text: str) -> int:
        found = self.index.state.issue(text)
        if not found:
            what = "A value with ID" if text.isdecimal() else "An issue with key"
            raise JqlError(f"{what} '{text}' does not exist for field '{name}'.")
        return found.id

    def _date(self, name: str, sign: str, value: _Word) -> Condition:
        if sign not in _COMPARE:
            raise JqlError(f"The operator '{sign}' is not supported by the '{name}' field.")
        compare, bound = _COMPARE[sign], self._instant(name, value)
        if name == "created":
            return lambda row: compare(row.issue.touches[0], bound)
        return lambda row: compare(row.updated, bound)

    def _instant(self, name: str, value: _Word) -> int:
        """A bound: milliseconds if unquoted, else a minute of the account's time zone."""
        if not value.is_quoted and value.text.isdecimal():
            return int(value.text)
        ago = re.fullmatch(r"-(\d+)([wdhm])", value.text)
        if ago:
            unit = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}[ago[2]]
            return milliseconds(self.index.now - timedelta(**{unit: int(ago[1])}))
        for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d"):
            try:
                found = datetime.strptime(value.text, form)
            except ValueError:
                continue
            return milliseconds(found.replace(tzinfo=ZoneInfo(self.index.zone)).astimezone(UTC))
        raise JqlError(
            f"Date value '{value.text}' for field '{name}' is invalid. Valid formats include: "
            "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period "
            "format e.g. '-5d', '4w 2d'."
        )

    def _order(self) -> list[tuple[str, bool]]:
        if not self.words:
            return []
        self._expect("order")
        self._expect("by")
        found = [self._ordered()]
        while self.words:
            self._expect(",")
            found.append(self._ordered())
        if len(found) > 7:
            raise JqlError("The ORDER BY clause can contain a maximum of 7 fields.")
        return found

    def _ordered(self) -> tuple[str, bool]:
        text = self._take().text.casefold()
        name = _DATES.get(text, "key" if text in ("issuekey", "issue") else text)
        if name not in _ORDER:
            raise JqlError(f"Not able to sort using field '{text}'.")
        if self._peek() in ("asc", "desc"):
            return name, self._take().text.casefold() == "desc"
        # Without a direction Jira shows the newest dates first, but the smallest keys.
        return name, name in _DATES.values()
