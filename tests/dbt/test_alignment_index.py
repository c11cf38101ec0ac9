"""The execution-alignment index, on random components, through the very SQL of its model."""

from __future__ import annotations

import functools
import math

import duckdb
import jinja2
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.defs.dbt_project import PROJECT

MODEL = PROJECT / "models" / "marts" / "reports" / "rpt_alignment_index.sql"
OTHERS = ("clarity", "communication", "allocation", "monitoring", "adaptability")
NAMES = (*OTHERS, "buy_in")
STEP = 1e-6

Components = dict[str, float | None]

scores = st.floats(0, 1)
known = st.fixed_dictionaries(dict.fromkeys(NAMES, scores))
partly_known = st.fixed_dictionaries({name: st.none() | scores for name in NAMES})


@functools.cache
def model() -> tuple[duckdb.DuckDBPyConnection, str]:
    """An engine with the table that the model reads, and the model as plain SQL."""
    code = jinja2.Template(MODEL.read_text()).render(ref=lambda name: name)
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    connection.execute(
        "create table int_index_components"
        " (component text, score double, n integer, basis text, reason text)"
    )
    return connection, code


def rows_of(components: Components) -> dict[str, dict]:
    """The rows that the model makes of the components, by the component they are of."""
    connection, code = model()
    rows = [(name, score, 1, "data", None) for name, score in components.items()]
    connection.execute("delete from int_index_components")
    connection.executemany("insert into int_index_components values (?, ?, ?, ?, ?)", rows)
    answer = connection.execute(code)
    columns = [column[0] for column in answer.description]
    return {row[0]: dict(zip(columns, row, strict=True)) for row in answer.fetchall()}


def index_of(components: Components) -> dict:
    """The row of the index."""
    return rows_of(components)["index"]


@settings(max_examples=200, deadline=None)
@given(known)
def test_the_index_is_the_logarithm_over_its_greatest_value(components):
    product = math.prod(1 + components[name] for name in OTHERS)
    expected = math.log(product ** components["buy_in"]) / math.log(2**5)

    found = index_of(components)

    assert math.isclose(found["score"], expected, abs_tol=1e-12)
    assert found["low"] == found["score"] == found["high"]


@settings(max_examples=200, deadline=None)
@given(partly_known, st.sampled_from(NAMES), st.floats(STEP, 1))
def test_the_index_rises_in_every_component(components, name, rise):
    before = components[name]
    assume(before is not None and before + rise <= 1)
    low = index_of(components)
    high = index_of({**components, name: before + rise})
    moves = components["buy_in"] if name != "buy_in" else low["score"]

    if low["score"] is None:
        assert high["score"] is None
    elif moves and moves > STEP:
        assert high["score"] > low["score"]
    else:
        assert high["score"] >= low["score"]


@settings(max_examples=200, deadline=None)
@given(partly_known)
def test_the_index_needs_buy_in_and_three_of_five(components):
    told = sum(components[name] is not None for name in OTHERS)
    is_enough = components["buy_in"] is not None and told >= 3

    found = index_of(components)

    assert (found["score"] is not None) == is_enough
    assert (found["reason"] is None) == is_enough
    assert found["n"] == told


@settings(max_examples=200, deadline=None)
@given(partly_known)
def test_low_and_high_enclose_the_index_and_put_0_and_1_for_what_is_missing(components):
    found = index_of(components)
    worst = index_of({name: score or 0.0 for name, score in components.items()})
    best = index_of({n: 1.0 if score is None else score for n, score in components.items()})

    assert math.isclose(found["low"], worst["score"], abs_tol=1e-12)
    assert math.isclose(found["high"], best["score"], abs_tol=1e-12)
    if found["score"] is not None:
        assert found["low"] <= found["score"] + 1e-12 <= found["high"] + 2e-12


@settings(max_examples=200, deadline=None)
@given(partly_known)
def test_the_weakest_is_the_known_component_with_the_lowest_score(components):
    told = {name: score for name, score in components.items() if score is not None}
    lowest = min(told, key=lambda name: (told[name], name), default=None)

    rows = rows_of(components)

    assert rows["index"]["weakest"] == lowest
    assert {name: rows[name]["score"] for name in NAMES} == components
