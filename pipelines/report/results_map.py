"""The Results Map as marks: results in four columns, effort as width, broken chains in sight.

Each column is a layer, from what teams change (left) to what the organisation is for (right), so
that a reader follows effort along a chain as along a line of text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

LAYERS = ("Team results", "Objectives and key results", "Goals", "Purpose")
BOX_WIDTH, BOX_HEIGHT = 226, 58
GAP_ACROSS, GAP_DOWN, TOP = 78, 14, 34
WIDEST_LINE = 22.0
LETTERS_IN_A_LINE, LINES = 30, 2
MOST_NODES = 60
SWEEPS = 6


@dataclass(frozen=True)
class Result:
    """A result to draw; ``layer`` counts from 0 (team results) to 3 (purpose)."""

    node_id: str
    title: str
    layer: int
    person_days: float
    grade: str
    broken_because: str

    @property
    def is_broken(self) -> bool:
        """Whether its chain leads nowhere, or lacks a reason."""
        return bool(self.broken_because)


@dataclass(frozen=True)
class Chain:
    """An edge to draw, from the lower result to the upper one."""

    from_id: str
    to_id: str
    person_days: float
    is_enabling: bool
    has_reason: bool


@dataclass(frozen=True)
class Box:
    """A result in its place, in pixels; ``bar`` is the width that its effort takes."""

    result: Result
    lines: tuple[str, ...]
    x: float
    y: float
    bar: float


@dataclass(frozen=True)
class Line:
    """An edge as a path, with its width in pixels."""

    chain: Chain
    path: str
    width: float


@dataclass(frozen=True)
class ResultsMap:
    """All marks of the map, its size, and how many results were left out."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float
    left_out: int


def results_map(results: Sequence[Result], chains: Sequence[Chain]) -> ResultsMap:
    """Lay out the map.

    Args:
        results: In any order; the same set gives the same map.
        chains: Edges between them; one whose ends are not both drawn is left out.

    Where there are more than ``MOST_NODES``, those with most effort and those that are broken are
    drawn, with everything that they lead to.
    """
    drawn = _worth_drawing(results, chains)
    kept = [c for c in sorted(chains, key=_ends) if c.from_id in drawn and c.to_id in drawn]
    columns = _ordered(_columns(drawn), kept)
    boxes = _boxes(columns, max((each.person_days for each in drawn.values()), default=0.0))
    height = TOP + max((len(column) for column in columns), default=0) * (BOX_HEIGHT + GAP_DOWN)
    return ResultsMap(
        tuple(boxes.values()),
        tuple(_lines(kept, boxes)),
        len(LAYERS) * BOX_WIDTH + (len(LAYERS) - 1) * GAP_ACROSS,
        height,
        len(results) - len(drawn),
    )


def _ends(chain: Chain) -> tuple[str, str, bool]:
    return chain.from_id, chain.to_id, chain.is_enabling


def _worth_drawing(results: Sequence[Result], chains: Sequence[Chain]) -> dict[str, Result]:
    """The results to draw, by id; whatever one of them leads to comes with it."""
    by_id = {each.node_id: each for each in sorted(results, key=lambda each: each.node_id)}
    if len(by_id) <= MOST_NODES:
        return by_id
    above = defaultdict(list)
    for chain in chains:
        above[chain.from_id].append(chain.to_id)
    chosen: set[str] = set()
    first = sorted(by_id.values(), key=lambda r: (-r.layer // 3, not r.is_broken, -r.person_days))
    for result in first:
        line = _all_above(result.node_id, above) & by_id.keys()
        if len(chosen | line) <= MOST_NODES:
            chosen |= line
    return {node_id: result for node_id, result in by_id.items() if node_id in chosen}


def _all_above(node_id: str, above: dict[str, list[str]]) -> set[str]:
    seen, waiting = {node_id}, [node_id]
    while waiting:
        for upper in above[waiting.pop()]:
            if upper not in seen:
                seen.add(upper)
                waiting.append(upper)
    return seen


def _columns(drawn: dict[str, Result]) -> list[list[Result]]:
    """Results by layer, most effort first."""
    columns: list[list[Result]] = [[] for _ in LAYERS]
    for result in drawn.values():
        columns[result.layer].append(result)
    return [sorted(column, key=lambda r: (-r.person_days, r.node_id)) for column in columns]


def _ordered(columns: list[list[Result]], chains: Sequence[Chain]) -> list[list[Result]]:
    """Each column in the order of the middle of its neighbours, so that few lines cross."""
    neighbours = defaultdict(list)
    for chain in chains:
        neighbours[chain.from_id].append(chain.to_id)
        neighbours[chain.to_id].append(chain.from_id)
    for sweep in range(SWEEPS):
        place = {
            result.node_id: (index + 0.5) / len(column)
            for column in columns
            for index, result in enumerate(column)
        }

        def middle(result: Result, place: dict[str, float] = place) -> tuple[float, str]:
            near = [place[node_id] for node_id in neighbours[result.node_id]]
            return (sum(near) / len(near) if near else place[result.node_id], result.node_id)

        across = range(len(columns)) if sweep % 2 else reversed(range(len(columns)))
        for number in across:
            columns[number] = sorted(columns[number], key=middle)
            for index, result in enumerate(columns[number]):
                place[result.node_id] = (index + 0.5) / len(columns[number])
    return columns


def _boxes(columns: list[list[Result]], most: float) -> dict[str, Box]:
    tallest = max((len(column) for column in columns), default=0)
    boxes = {}
    for layer, column in enumerate(columns):
        spare = (tallest - len(column)) * (BOX_HEIGHT + GAP_DOWN) / 2
        for index, result in enumerate(column):
            boxes[result.node_id] = Box(
                result,
                tuple(clipped(result.title)),
                layer * (BOX_WIDTH + GAP_ACROSS),
                TOP + spare + index * (BOX_HEIGHT + GAP_DOWN),
                BOX_WIDTH * result.person_days / most if most > 0 else 0.0,
            )
    return boxes


def _lines(chains: Sequence[Chain], boxes: dict[str, Box]) -> list[Line]:
    """Lines between boxes; those that meet at one box are spread over its side."""
    most = max((chain.person_days for chain in chains), default=0.0)
    leaving, arriving = _spread(chains, boxes, "from_id"), _spread(chains, boxes, "to_id")
    drawn = []
    for chain in chains:
        start, end = boxes[chain.from_id], boxes[chain.to_id]
        x1, y1 = start.x + BOX_WIDTH, start.y + leaving[chain]
        x2, y2 = end.x, end.y + arriving[chain]
        path = _curve(x1, y1, x2, y2)
        if end.x <= start.x:  # results of one layer: out on the right and back
            path = _curve(x1, y1, end.x + BOX_WIDTH, y2, turns_back=True)
        width = max(1.5, WIDEST_LINE * chain.person_days / most) if most > 0 else 1.5
        drawn.append(Line(chain, path, width))
    return drawn


def _curve(x1: float, y1: float, x2: float, y2: float, *, turns_back: bool = False) -> str:
    """A path that leaves and arrives level."""
    bend = GAP_ACROSS * 0.8 if turns_back else (x2 - x1) / 2
    arriving = x2 + bend if turns_back else x2 - bend
    return f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {arriving:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"


def _spread(chains: Sequence[Chain], boxes: dict[str, Box], end: str) -> dict[Chain, float]:
    """How far down the side of its box each chain meets it."""
    other = "to_id" if end == "from_id" else "from_id"
    meeting = defaultdict(list)
    for chain in chains:
        meeting[getattr(chain, end)].append(chain)
    return {
        chain: BOX_HEIGHT * (index + 1) / (len(group) + 1)
        for group in meeting.values()
        for index, chain in enumerate(
            sorted(group, key=lambda each: (boxes[getattr(each, other)].y, _ends(each)))
        )
    }


def clipped(title: str) -> list[str]:
    """A title in at most two lines of a box; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in title.split():
        if not lines[-1] or len(lines[-1]) + 1 + len(word) <= LETTERS_IN_A_LINE:
            lines[-1] = f"{lines[-1]} {word}".strip()
        else:
            lines.append(word)
    shown = [
        line if len(line) <= LETTERS_IN_A_LINE else line[: LETTERS_IN_A_LINE - 1] + "…"
        for line in lines
    ]
    if len(shown) > LINES:
        last = shown[LINES - 1]
        shown = [*shown[: LINES - 1], last[: LETTERS_IN_A_LINE - 1].rstrip() + "…"]
    return shown
