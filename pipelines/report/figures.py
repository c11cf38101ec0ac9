"""Numbers that carry the query which gives them, so that whoever doubts one can ask the tables.

A `Figure` is a float beside a scalar expression over the published tables. On the page it becomes
a ``data`` element with that expression: ``select`` before it runs it. Sums, differences and ratios
of figures carry the expression of both; with a plain number the expression is lost, and a test
over the whole page finds digits that no query stands behind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

Row = dict[str, Any]

# What tells one row of a table from another, as the contract of the table says.
KEYS = {
    "dim_strategy_node": ("node_id",),
    "fct_measure": ("measure_id", "day"),
    "rpt_alignment_index": ("component",),
    "rpt_alignment_index_parts": ("component", "part"),
    "rpt_conflicts": ("conflict_id",),
    "rpt_decisions": ("decision_id", "action", "week_offset"),
    "rpt_false_alignment": ("finding", "subject_id", "related_id"),
    "rpt_hygiene": ("node_id",),
    "rpt_initiatives": ("node_id",),
    "rpt_link_suggestions": ("work_item_id", "node_id"),
    "rpt_measure_signals": ("measure_id", "period_start"),
    "rpt_movement_progress": ("node_id", "period_start"),
    "rpt_quality": ("check_name", "source", "subject"),
    "rpt_restatement": ("period_type", "period_start", "bucket"),
    "rpt_results_map_edge": ("from_node_id", "to_node_id", "relation"),
    "rpt_results_map_node": ("node_id",),
    "rpt_share_signals": ("share_name", "period_start"),
    "rpt_three_question_test": ("team_id",),
    "rpt_traced_share": ("period_type", "period_start", "team_id"),
    "rpt_untraced": ("source", "container", "item_type", "team_id"),
}


class Figure(float):
    """A number with the expression over the published tables that has it for its value."""

    what: str
    rows: str

    def __new__(cls, value: float, what: str, rows: str = "") -> Figure:
        """``what`` is selected from ``rows``, a from clause; without rows it stands for itself."""
        made = super().__new__(cls, value)
        made.what, made.rows = what, rows
        return made

    @property
    def query(self) -> str:
        """A scalar expression; null counts as 0, as it does for a reader."""
        return f"(select {self.what} {self.rows})" if self.rows else self.what

    def __add__(self, other: float) -> float:
        return _combined(self, "+", other, float(self) + float(other))

    def __radd__(self, other: float) -> float:
        return self if other == 0 else float(other) + float(self)

    def __sub__(self, other: float) -> float:
        return _combined(self, "-", other, float(self) - float(other))

    def __truediv__(self, other: float) -> float:
        return _combined(self, "/", other, float(self) / float(other))


def _combined(one: Figure, sign: str, other: float, value: float) -> float:
    if not isinstance(other, Figure):
        return value
    if one.rows and one.rows == other.rows:
        return Figure(value, f"({one.what} {sign} {other.what})", one.rows)
    return Figure(value, f"({one.query} {sign} {other.query})")


def figure(value: float | None, what: str, table: str, *conditions: str, **keys: Any) -> Figure:
    """A number that was reckoned from rows of a table.

    Args:
        value: The number; None counts as 0.
        what: What a query selects for it: ``sum(person_days)``.
        table: The published table.
        conditions: Conditions of our own on its rows; no foreign text.
        keys: Columns and the values that they have, foreign text too.
    """
    asked = [*conditions, *(f"{name} {_equals(key)}" for name, key in keys.items())]
    where = f" where {' and '.join(asked)}" if asked else ""
    return Figure(value or 0.0, what, f"from {table}{where}")


def cell(row: Mapping[str, Any], column: str, table: str) -> Figure:
    """The number in one row of a table."""
    keys = {name: row.get(name) for name in KEYS[table]}
    return figure(row.get(column), column, table, **keys)


def _equals(key: Any) -> str:
    """The right side of a comparison, with text quoted as SQL quotes it."""
    if key is None:
        return "is null"
    if isinstance(key, datetime | date):
        return f"= '{key.isoformat()}'"
    if isinstance(key, str):
        return "= '" + key.replace("'", "''") + "'"
    return f"= {key!r}".lower()


def shown(number: float, text: str, look: str) -> Markup:
    """A number as it stands on the page; ``look`` says how it was rounded."""
    if not isinstance(number, Figure):
        return escape(text)
    opening = Markup('<data value="{}" data-as="{}" data-query="{}">{}</data>')
    # a single quote is harmless within double ones, and its escape would be a tenth of the page
    query = Markup(str(escape(number.query)).replace("&#39;", "'"))
    return opening.format(f"{float(number):.12g}", look, query, text)


def foreign(text: Any) -> Markup:
    """Text that somebody else wrote: a title, a name, an identifier."""
    return Markup("<bdi>{}</bdi>").format("" if text is None else str(text))


def phrase(template: str, *parts: Any, **named: Any) -> Markup:
    """A sentence of ours with figures, days and foreign text in it; what is not marked is escaped.

    Only a literal may be the template.
    """
    return Markup(template).format(*parts, **named)


def plain(text: str) -> str:
    """The words of a phrase without its marks, with common blanks."""
    return Markup(text).striptags()


_MARKS = re.compile(r"<(/?)(?:data|time|bdi)\b")


def in_drawing(text: str) -> Markup:
    """A phrase for a text in a drawing, where marks are called ``tspan``."""
    return Markup(_MARKS.sub(r"<\1tspan", str(escape(text))))
