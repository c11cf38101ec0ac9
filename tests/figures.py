"""Requirements with a figure: which tests hold them, and what was reached.

A test names its requirement and the figure asked with ``@pytest.mark.requirement("R22", "one of
two starts runs, 100 of 100")``. Its fixture ``figure`` gives the size of the run, small in the
suite and full under `make drills`, and takes down what was reached. `make drills` ends with one
line for each requirement of the lists (`tests.drilled`).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import pytest

IS_DRILL = os.environ.get("THROUGHLINE_DRILLS") == "full"
COUNTS = {"R": 40, "S": 20, "P": 8, "C": 6}
"""Reliability, security, privacy, contract with BI tools: how many of each there are."""
REQUIREMENTS = [
    f"{letter}{number:02}" for letter, most in COUNTS.items() for number in range(1, most + 1)
]
LEFT_TO_DRILLS = (
    # kinds and cases that go the way of those that stay
    r"/test_worlds\.py::.*\[(summer_time_ends|equal_split|short_pattern_first|late_data|small_teams)\b",
    r"/test_cases\.py::.*\[(council|health|retail)\b",
    # kills of nights of three models, and ten nights against a load of all at once, stay
    r"/test_real_runs\.py::",
    r"/test_semantic_layer\.py::.*\[(goals|weeks and buckets|places of busyness)\]",
    r"/test_demo\.py::test_a_checker_of_accessibility_.*\[True\]",
    r"/test_fourth_tracker\.py::test_a_whole_night_publishes_it",
)
"""What only `make drills` runs, as each of these is minutes and its like is in the suite."""
DRILLED = (*LEFT_TO_DRILLS, r"^tests/drills/", r"^tests/properties/")
"""What a drill runs beside the tests that have a figure; how many there are is theirs."""


@dataclass(frozen=True)
class Figure:
    """The figure of one test."""

    item: pytest.Item

    def of(self, small: int, full: int) -> int:
        """How much to do: ``small`` in the suite, ``full`` in a drill."""
        return full if IS_DRILL else small

    def reached(self, figure: str) -> None:
        """Take down what was reached, in the words and the unit of what was asked."""
        self.item.user_properties.append(("reached", figure))

    def missed(self, figure: str) -> None:
        """Take down what falls short of what was asked, where the test holds how far: a fail."""
        self.item.user_properties.append(("missed", figure))


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """The figure of the requirement that the test is marked with."""
    assert request.node.get_closest_marker("requirement"), "mark the test with its requirement"
    return Figure(request.node)


def choose_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to drills what is theirs alone; to the suite, in a drill, what holds no figure."""
    if config.args == config.getini("testpaths") and not config.getoption("ignore"):
        unmatched = [
            each for each in LEFT_TO_DRILLS if not any(_matches(item, each) for item in items)
        ]
        assert not unmatched, f"no test is left to drills by {unmatched}"
    chosen = [item for item in items if _is_chosen(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _is_chosen(item)])
    items[:] = chosen


def _is_chosen(item: pytest.Item) -> bool:
    if not IS_DRILL:
        return not _matches(item, *LEFT_TO_DRILLS)
    return item.get_closest_marker("requirement") is not None or _matches(item, *DRILLED)


def _matches(item: pytest.Item, *patterns: str) -> bool:
    return any(re.search(pattern, item.nodeid) for pattern in patterns)


def note_requirement(item: pytest.Item) -> None:
    """Let the report of a test carry its requirements, also from another process."""
    for mark in item.iter_markers("requirement"):
        name, asked = mark.args
        assert name in REQUIREMENTS, f"{name} is no requirement of the lists"
        item.user_properties.append(("requirement", (name, asked)))
