"""A night with bad records: Data Docs tell of them, and a broken promise keeps the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.warehouse.places import Places
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
