"""A night with bad records: a few are told and published, too many keep yesterday's tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from tests.figures import Figure
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import board

AS_OF = "2026-06-30"
QUALITY = """
select check_name, source, subject, severity, records, detail
from (select 'of the run' as check_name, source, stream as subject, severity,
      cast(broken as bigint) as records, detail, broken, allowed
      from {{ source('run', 'expectations') }})
where broken > allowed
"""
SOURCE = "tables: [{name: sources}]"


@pytest.fixture
def run(call: Callable, toy_project: Path) -> Callable:  # noqa: F811 - the fixture
    """Run a home with the project of three models, and one of what is not as expected."""
    (toy_project / "models" / "marts" / "rpt_quality.sql").write_text(QUALITY)
    schema = toy_project / "models" / "schema.yml"
    schema.write_text(
        schema.read_text().replace(SOURCE, "tables: [{name: sources}, {name: expectations}]")
    )
    return lambda home: call("run", "--home", home, "--as-of", AS_OF)


def cards(good: int, bad: int) -> str:
    """The export of a board with so many cards that can be used, and so many without a name."""
    facts = json.loads(board())
    [card] = facts["cards"]
    facts["cards"] = [
        {**card, "id": f"5f1d{number:020x}", "name": f"Card {number}" if number < good else None}
        for number in range(good + bad)
    ]
    return json.dumps(facts)


@pytest.mark.requirement("R15", "3 % bad publishes with exit code 3, 8 % publishes nothing")
def test_a_few_bad_records_are_published_and_told_and_too_many_are_not(
    run, toy_home, figure: Figure
) -> None:
    # Board and list are records, too: 100 in all.
    home = toy_home({"a.json": cards(95, 3), "b.json": board(7777)[:-40]})

    called = run(home)

    places = Places(home)
    assert called.code == 3, called.err
    assert "old is partial: 1 of 2 files are damaged" in called.err
    assert "3 of 10" in called.err and "records are set aside in old" in called.err
    first = places.current.resolve()
    manifest = json.loads((first / "manifest.json").read_text())
    assert any("records are set aside in old" in each for each in manifest["warnings"])
    assert manifest["expectations"]["not_met"] == 1
    with duckdb.connect(str(first / "throughline.duckdb"), read_only=True) as connection:
        told = connection.execute("select source, subject, records from rpt_quality").fetchall()
    assert told == [("old", "cards", 3)]

    (home / "exports" / "a.json").write_text(cards(90, 9))
    called = run(home)

    assert called.code == 1
    assert "Too many records cannot be used, so nothing was published: 9 of 10" in called.err
    assert "first in 5f1d" in called.err and "`name`" in called.err
    assert places.current.resolve() == first
    assert read_records(places, 1)[0]["state"] == "refused"
    figure.reached("3 % published with 3, 8 % and more held with 1")


def test_data_docs_are_published_with_counts_alone_and_ask_no_host(run, toy_home) -> None:
    home = toy_home({"a.json": cards(97, 1)})

    called = run(home)

    assert called.code == 3, called.err
    page = (Places(home).current / "data-docs" / "index.html").read_text()
    assert "default-src 'none'" in page
    assert "http" not in page.split("<body>")[1]
    assert "<script" not in page and "src=" not in page
    assert "5f1d" not in page
    assert "can be read in every record" in page and "old/cards: not met" in page
    files = json.loads((Places(home).current / "manifest.json").read_text())["files"]
    assert "data-docs/index.html" in files


def test_a_broken_promise_keeps_yesterdays_tables(run, toy_home, toy_project: Path) -> None:
    home = toy_home()
    assert run(home).code == 0
    before = Places(home).current.resolve()
    model = toy_project / "models" / "marts" / "rpt_traced_share.sql"
    model.write_text(model.read_text().replace("1.0 as untraced_days", "-1.0 as untraced_days"))
    schema = toy_project / "models" / "schema.yml"
    unit = "columns: [{name: untraced_days, config: {meta: {unit: person-days}}}]"
    schema.write_text(schema.read_text() + f"  - {{name: rpt_traced_share, {unit}}}\n")

    called = run(home)

    assert called.code == 1
    assert (
        "A quality gate held, so nothing was published: rpt_traced_share.untraced_days lies "
        "within its range: broken 1 times"
    ) in called.err
    assert Places(home).current.resolve() == before
