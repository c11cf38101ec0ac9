"""The order of the suite: what takes longest begins first, so that no worker waits at the end; and
what becomes of tests that need a program which is not there.

Files stay whole on one worker, so that what the tests of a file need run is run once.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from pipelines.defs import dbt_project
from pipelines.quality import examiner
from tests import forked
from tests.drilled import add_option, see_to_drill
from tests.figures import IS_DRILL, choose_tests, figure, note_requirement  # noqa: F401 - a fixture
from tests.homes import case_home, demo_home  # noqa: F401 - fixtures for all tests
from tests.programs import see_to_programs, tell_what_was_left_out

LONGEST = ("tests/drills/test_determinism", "operations/test_again")
"""In a drill: up to an hour each."""
LONG = (
    "tests/pipelines/run/test_real_runs",
    *(LONGEST if IS_DRILL else ()),
    "tests/properties/",
    "tests/drills/test_nights",
    "tests/end_to_end/",
    "tests/pipelines/postgres/",
    "tests/dbt/test_semantic_layer",
    "tests/pipelines/live/",
    "tests/pipelines/run/",
)
CHILD_COMMAND, JUDGE_COMMAND = dbt_project.child_command, examiner.command


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a drill go on where another was interrupted."""
    add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Keep what a drill reaches, and let all that is started here be ended."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # so a shell starts what runs in the background, and children inherit it: Dagster's page
        # treats a request to end like an interrupt, and would never end
        signal.signal(signal.SIGINT, signal.default_int_handler)
    see_to_drill(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long tests in front; among themselves all stay in their order."""
    choose_tests(config, items)
    items.sort(key=lambda item: _place(item.nodeid))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """See to the programs that a test needs before anything is made for it."""
    note_requirement(item)
    see_to_programs(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    tell_what_was_left_out(terminalreporter)


@pytest.fixture(scope="session", autouse=True)
def _children_are_forked() -> Iterator[None]:
    """Let dbt be called, and data be judged, in processes that need not start from nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_project, "child_command", forked.dbt_command)
        patch.setattr(examiner, "command", forked.judge_command)
        yield


@pytest.fixture
def afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of starting processes, and of what only a new process heeds."""
    monkeypatch.setattr(dbt_project, "child_command", CHILD_COMMAND)
    monkeypatch.setattr(examiner, "command", JUDGE_COMMAND)


def _place(test: str) -> int:
    return next((place for place, part in enumerate(LONG) if part in test), len(LONG))
