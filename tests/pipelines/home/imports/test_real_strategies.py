"""Strategies that others have written: all load, or are refused with the reason."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from pipelines.home.home import load_home
from pipelines.home.imports.draft import ImportRefusedError
from pipelines.home.imports.importing import import_strategy

REAL = Path(__file__).parents[5] / "shared" / "data" / "real" / "strategy"

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real strategies are not here")

LOADED = {
    "stratml/ncses-part1.xml.gz": ({"purpose": 1, "goal": 4, "objective": 3}, 0),
    "stratml/fy2023-accountability-part2.xml.gz": (
        {"purpose": 1, "goal": 5, "objective": 11},
        28,
    ),
    "stratml/stratml-committee-2011-part2.xml.gz": (
        {"purpose": 1, "goal": 3, "objective": 10},
        11,
    ),
    # 90 + 19 + 3 goals and 348 strategic objectives as listed, and the 96 goals above these
    "us-performance-gov/goals.json.gz": ({"goal": 208, "objective": 348}, 227),
    "canada-infobase": ({"purpose": 356, "result": 10_387, "initiative": 1_486}, 0),
}
REFUSED = {
    "gitlab-okrs/2018-q3.md.gz": "Markdown",
    "gitlab-okrs/fy20-q4.md.gz": "Markdown",
    "gitlab-okrs/fy21-q1.md.gz": "Markdown",
    "un-sdg/global_goals.yml.gz": "YAML",
    "stratml/StrategicPlanISOVersion20140401.xsd.gz": "'schema'",
    "us-performance-gov/tags.json.gz": "neither goals nor issues",
    "gitlab-okrs": "a folder",
}


@pytest.mark.parametrize("name", LOADED)
def test_a_real_strategy_loads_and_the_home_passes_its_check(home, name):
    kinds, measures = LOADED[name]

    found = import_strategy(home.folder, REAL / name)
    loaded = load_home(home.folder)

    assert Counter(node.value.kind for node in loaded.files.nodes) == kinds
    assert len(loaded.files.measures) == measures
    assert all(node.value.origin for node in loaded.files.nodes)
    assert found.draft.left


def test_checking_twelve_thousand_nodes_costs_a_few_times_reading_them(home):
    import_strategy(home.folder, REAL / "canada-infobase")
    begin = time.process_time()
    for file in (home.folder / "strategy").glob("*.yml"):
        yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    read = time.process_time()
    load_home(home.folder)

    assert time.process_time() - read < 5 * (read - begin)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_loaded_is_refused_with_the_reason(home, name):
    with pytest.raises(ImportRefusedError, match=REFUSED[name]):
        import_strategy(home.folder, REAL / name)

    assert home.listed() == []
