"""Cut the issues of a project by their creation into windows of bounded size.

An issue's creation never changes, so an issue stays in its window while the windows are read side
by side. Bounds are milliseconds since 1970 in UTC, at whole minutes: JQL reads those alike in every
time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import msgspec

MINUTE = 60_000
LARGEST = 2_000
"""Issues of a window: few enough to be read again, to be read while a page token lives, and for a
project of some thousands to be read by several walks at once."""
_PARTS = 16


class Window(msgspec.Struct, frozen=True):
    """Issues of a project, created from some time on and before another, changed since a third."""

    project: str
    created_from: int | None = None
    created_to: int | None = None
    updated_from: int | None = None

    def jql(self) -> str:
        """The query for it, without an order. ``updated`` has no upper bound: what is touched every
        minute would otherwise never be read."""
        bounds = (
            ("updated >=", self.updated_from),
            ("created >=", self.created_from),
            ("created <", self.created_to),
        )
        told = [f"{name} {bound}" for name, bound in bounds if bound is not None]
        return " AND ".join((f"project = {_value(self.project)}", *told))

    def between(self, created_from: int | None, created_to: int | None) -> Window:
        """The part of it that was created between two instants."""
        return Window(self.project, created_from, created_to, self.updated_from)


def _value(text: str) -> str:
    """A value in JQL: a number as it is, for in quotes it would be a name; all else in quotes."""
    if text.isascii() and text.isdigit():
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 32 else c for c in escaped) + '"'


Counting = Callable[[Sequence[str]], Sequence[int]]
"""Tells how many issues each of several queries finds."""


def cut(whole: Window, first: int, last: int, count: Counting) -> list[Window]:
    """Return windows of at most ``LARGEST`` issues that make up a whole one, oldest first.

    Args:
        whole: What to cut. The first window has its start and the last its end, so that nothing is
            lost where ``first`` and ``last`` are not quite right.
        first: About when its oldest issue was created.
        last: About when its newest issue was created.
        count: Asks the site; several at once.
    """
    # Ends are exclusive, so the last minute begins one later than the newest issue.
    parts = _counted(whole, first // MINUTE * MINUTE, (last // MINUTE + 1) * MINUTE, count)
    ends = [end for end, _ in _joined(parts)][:-1]
    starts = [whole.created_from, *ends]
    return [
        whole.between(*bounds) for bounds in zip(starts, [*ends, whole.created_to], strict=True)
    ]


def halves(window: Window, first: int, last: int) -> list[Window]:
    """Return the two halves of a window; none if it is too narrow to be cut.

    ``first`` and ``last`` are when its oldest and its newest issue were created.
    """
    start, end = first // MINUTE * MINUTE, (last // MINUTE + 1) * MINUTE
    middle = (start + end) // 2 // MINUTE * MINUTE
    if not start < middle < end:
        return []
    return [window.between(window.created_from, middle), window.between(middle, window.created_to)]


def _counted(whole: Window, start: int, end: int, count: Counting) -> list[tuple[int, int]]:
    """Return ends of windows and their counts, cut further and further where there is too much."""
    done: dict[tuple[int, int], int] = {}
    open_windows = list(_parts(start, end, _PARTS))
    while open_windows:
        counts = count([whole.between(*bounds).jql() for bounds in open_windows])
        too_much = []
        for bounds, found in zip(open_windows, counts, strict=True):
            if found > LARGEST and bounds[1] - bounds[0] > MINUTE:
                too_much += _parts(*bounds, min(_PARTS, found // LARGEST + 2))
            else:
                done[bounds] = found
        open_windows = too_much
    return [(end, found) for (_, end), found in sorted(done.items())]


def _parts(start: int, end: int, number: int) -> Iterator[tuple[int, int]]:
    """Yield equal parts of a stretch of time, at whole minutes."""
    minutes = (end - start) // MINUTE
    number = max(1, min(number, minutes))
    ends = [start + minutes * each // number * MINUTE for each in range(number + 1)]
    yield from pairwise(ends)


def _joined(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join neighbours that are few together."""
    found: list[tuple[int, int]] = []
    for end, count in parts:
        if found and found[-1][1] + count <= LARGEST:
            found[-1] = (end, found[-1][1] + count)
        else:
            found.append((end, count))
    return found
