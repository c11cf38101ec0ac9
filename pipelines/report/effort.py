"""Where the effort went: by bucket, by node with what was planned, by month and by team."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from pipelines.report.answer import amount, shares_of, whole_period
from pipelines.report.buckets import OFF_COURSE, SEEN, UNOBSERVED, Bucket
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, foreign, phrase
from pipelines.report.signals import NOT_TESTED, Signals, signals_of
from pipelines.report.words import Share, short_month

_TOP_KINDS = ("goal", "objective", "purpose")
_GREYED_BELOW = 0.6
MOST_NODES, MOST_MONTHS = 200, 24


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: whose it is, its share, its look, and a tick for what was planned."""

    label: Markup
    note: Markup
    share: Share
    look: str
    planned: float | None = None


@dataclass(frozen=True)
class NodeLine:
    """One strategy node in the table behind the bars."""

    node_id: str
    kind: str
    title: str
    status: str
    direct: float
    rolled_up: float
    share: Share
    planned: float | None


@dataclass(frozen=True)
class Point:
    """One month of a panel; an open month is drawn hollow, a withheld one is left out."""

    label: Markup
    share: Share
    is_closed: bool
    is_signal: bool = False


@dataclass(frozen=True)
class Panel:
    """One small chart over the months, on the scale that all of them share."""

    label: str
    look: str
    points: list[Point]
    signals: Signals = NOT_TESTED


@dataclass(frozen=True)
class TeamLine:
    """One team, in alphabetical order; ``is_thin`` greys a figure that rests on too little."""

    name: str
    direction: str
    traced: Share
    untraced: Share
    observed: Share
    is_thin: bool


def bucket_bars(facts: Facts) -> list[Bar]:
    """A bar for each bucket of the effort seen, also for the empty ones."""
    row = whole_period(facts)
    seen = amount(row, "allocated_days")
    return [_bucket_bar(row, bucket, seen) for bucket in SEEN]


def unobserved_bar(facts: Facts) -> Bar:
    """Capacity without evidence, as a share of capacity and never of the effort seen."""
    row = whole_period(facts)
    return _bucket_bar(row, UNOBSERVED, amount(row, "capacity_days"))


def _bucket_bar(row: Row, bucket: Bucket, whole: Figure) -> Bar:
    share = Share(amount(row, bucket.column), whole)
    return Bar(Markup(bucket.label), Markup(bucket.meaning), share, bucket.key)


def node_lines(facts: Facts) -> list[NodeLine]:
    """Every declared node with its effort over the whole period."""
    seen = amount(whole_period(facts), "allocated_days")
    direct, rolled_up = node_days(facts, "direct"), node_days(facts, "rolled_up")
    return [
        NodeLine(
            node_id=node["node_id"],
            kind=(node["kind"] or "").replace("_", " "),
            title=node["title"] or "",
            status=node["status"] or "",
            direct=direct[node["node_id"]],
            rolled_up=rolled_up[node["node_id"]],
            share=Share(rolled_up[node["node_id"]], seen),
            planned=_planned(node),
        )
        for node in facts.nodes
        if node["node_id"] != "(none)"
    ]


def largest_nodes(facts: Facts) -> list[NodeLine]:
    """The nodes that the page has room for: those with most effort, in the order of the table."""
    lines = node_lines(facts)
    largest = sorted(lines, key=lambda line: (-line.rolled_up, line.node_id))[:MOST_NODES]
    shown = {line.node_id for line in largest}
    return [line for line in lines if line.node_id in shown]


def nodes_left_out(facts: Facts) -> Figure:
    """How many nodes the page has no room for."""
    number = len(node_lines(facts))
    shown = min(number, MOST_NODES)
    what = f"count(*) - {shown}"
    return figure(number - shown, what, "dim_strategy_node", "node_id <> '(none)'")


def node_days(facts: Facts, column: str) -> dict[str, Figure]:
    """Person-days of every node over the whole period, by one column of rpt_node_effort."""
    sums: dict[str, float] = defaultdict(float)
    for row in facts.node_effort:
        sums[row["node_id"]] += row[column] or 0.0
    table, keys = "rpt_node_effort", {"period_type": "month"}
    nodes = [node["node_id"] for node in facts.nodes]
    return {
        node_id: figure(sums[node_id], f"sum({column})", table, **keys, node_id=node_id)
        for node_id in nodes
    }


def _planned(node: Row) -> Figure | None:
    if node["target_share"] is None:
        return None
    return cell(node, "target_share", "dim_strategy_node")


def node_bars(facts: Facts) -> list[Bar]:
    """Goals, objectives and purposes with effort or a plan, then what reaches none of them."""
    ends = {n["node_id"]: n for n in facts.nodes if n["is_anchor"] or n["target_share"] is not None}
    bars = [
        Bar(foreign(line.title), _note(line), line.share, _look(ends[line.node_id]), line.planned)
        for line in node_lines(facts)
        if line.node_id in ends
        and ends[line.node_id]["kind"] in _TOP_KINDS
        and (line.rolled_up > 0 or line.planned is not None)
    ]
    row = whole_period(facts)
    seen = amount(row, "allocated_days")
    return bars + [_bucket_bar(row, b, seen) for b in OFF_COURSE if amount(row, b.column) > 0]


def _note(line: NodeLine) -> Markup:
    name = foreign(line.node_id)
    return name if line.status in ("active", "") else phrase("{}, {}", name, line.status)


def _look(node: Row) -> str:
    return "purpose" if node["kind"] == "purpose" else "outcome"


def months(facts: Facts) -> list[Row]:
    """The rows of rpt_traced_share per month over all teams, oldest first."""
    rows = [r for r in facts.shares if r["period_type"] == "month" and r["team_id"] == "(all)"]
    return sorted(rows, key=lambda row: row["period_start"])


def panels(facts: Facts) -> list[Panel]:
    """The traced share and each bucket that had effort, over the last two years at most."""
    rows = months(facts)[-MOST_MONTHS:]
    drawn = [_panel(facts, rows, "All that is traced", "traced")]
    drawn += [
        _panel(facts, rows, bucket.label, bucket.key, bucket, "allocated_days")
        for bucket in SEEN
        if any(amount(row, bucket.column) > 0 for row in rows)
    ]
    if any(amount(row, UNOBSERVED.column) > 0 for row in rows):
        label, key = "Unobserved, of capacity", UNOBSERVED.key
        drawn.append(_panel(facts, rows, label, key, UNOBSERVED, "capacity_days"))
    return drawn


def _panel(
    facts: Facts,
    rows: list[Row],
    label: str,
    key: str,
    bucket: Bucket | None = None,
    whole: str = "",
) -> Panel:
    found = signals_of(facts, key)
    return Panel(label, key, [_point(facts, row, found, bucket, whole) for row in rows], found)


def _point(facts: Facts, row: Row, found: Signals, bucket: Bucket | None, whole: str) -> Point:
    share = shares_of(row)[0]
    if bucket:
        share = Share(amount(row, bucket.column), amount(row, whole))
    month = row["period_start"]
    return Point(short_month(month), share, _is_closed(facts, month), month in found.months)


def _is_closed(facts: Facts, month: date) -> bool:
    """Whether the period holds the whole of a month."""
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    if facts.first_day is None or facts.last_day is None:
        return False
    return facts.first_day <= month and following - timedelta(days=1) <= facts.last_day


def team_lines(facts: Facts) -> list[TeamLine]:
    """Teams by name; small ones arrive folded and stay so."""
    teams = {team["team_id"]: team for team in facts.teams}
    lines = []
    for row in facts.shares:
        if row["period_type"] != "all" or row["team_id"] == "(all)":
            continue
        team = teams.get(row["team_id"], {})
        traced, _, observed = shares_of(row)
        untraced = Share(amount(row, "untraced_days"), traced.whole, reason=traced.reason)
        is_thin = (observed.value or 0.0) < _GREYED_BELOW
        name, direction = team.get("name") or row["team_id"], team.get("direction")
        direction = "not declared" if direction in (None, "(none)") else direction
        lines.append(TeamLine(name, direction, traced, untraced, observed, is_thin))
    return sorted(lines, key=lambda line: line.name.casefold())
