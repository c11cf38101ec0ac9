"""What every tracker's history is made of: steps that set one part of an item's state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.oracle.model import Change


@dataclass(frozen=True)
class Step:
    """At an instant one part of the state went from ``before`` to ``after``."""

    at: int
    part: str
    before: Any
    after: Any
    change: Change | None = None


@dataclass
class State:
    """The state from an instant on; ``causes`` are the changes made at that very instant."""

    at: int
    parts: dict[str, Any]
    causes: list[Change]


def replay(start: int, present: dict[str, Any], steps: list[Step], cut: int) -> list[State]:
    """The states from ``start`` on, worked back from the present, without what came after."""
    steps = sorted(steps, key=lambda step: step.at)
    parts = dict(present)
    for step in reversed(steps):
        parts[step.part] = step.before
    states = [State(start, dict(parts), [])]
    for step in steps:
        if step.at >= cut:
            break
        parts[step.part] = step.after
        if step.at <= start:
            states[0].parts = dict(parts)
            continue
        if step.at > states[-1].at:
            states.append(State(step.at, dict(parts), []))
        states[-1].parts = dict(parts)
        if step.change:
            states[-1].causes.append(step.change)
    return states
