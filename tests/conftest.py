"""The order of the suite: what takes longest begins first, so that no worker waits at the end.

Files stay whole on one worker, so that what the tests of a file need run is run once.
"""

from __future__ import annotations

import pytest

from tests.homes import demo_home  # noqa: F401 - a fixture for all tests

LONG = (
    "tests/pipelines/run/test_real_runs",
    "tests/properties/",
    "tests/drills/test_nights",
    "tests/end_to_end/",
    "tests/dbt/test_unit_tests",
    "tests/pipelines/live/",
    "tests/pipelines/run/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests in front; among themselves all stay in their order."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(test: str) -> int:
    return next((place for place, part in enumerate(LONG) if part in test), len(LONG))
