"""A night with bad records: Data Docs tell of them, and a broken promise keeps the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.quality import verdicts
from pipelines.quality.rules import Count
from pipelines.warehouse.places import Places
from tests.figures import IS_DRILL, Figure
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import SETTINGS, board

AS_OF = "2026-06-30"
SHARES = [(100, 0, "", 0), (95, 5, "", 3), (94, 6, "0.1", 3), (94, 6, "", 1)]
"""Good and bad records, the limit that is set, and how the night ends."""
CHANGES = [
    "alter table rpt_traced_share drop column untraced_days",
    "alter table rpt_traced_share rename column untraced_days to other_days",
]
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


@pytest.mark.requirement("R15", "nights of no bad records, 5 %, more, and another limit")
@pytest.mark.parametrize(("good", "bad", "limit", "code"), SHARES if IS_DRILL else SHARES[-1:])
def test_a_night_is_published_up_to_the_share_of_bad_records_that_may_be(
    run, toy_home, figure: Figure, good: int, bad: int, limit: str, code: int
) -> None:
    more = f"quality: {{bad_records_share: {limit}}}\n" if limit else ""
    # of a board's export, the board itself and its list are records as well
    home = toy_home({"a.json": cards(good - 2, bad)}, settings=SETTINGS + more)

    called = run(home)

    told = f"{bad} of 100 records are set aside in old"
    assert called.code == code, called.err
    assert Places(home).current.exists() == (code != 1)
    assert (told in called.out + called.err) == (bad > 0)
    figure.reached(f"{bad} of 100: {code}")


@pytest.mark.requirement("R35", "a column dropped or renamed after dbt: nothing is published")
@pytest.mark.parametrize("change", CHANGES if IS_DRILL else CHANGES[:1])
def test_a_column_that_is_gone_after_dbt_keeps_yesterdays_tables(
    run, toy_home, toy_project: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure, change: str
) -> None:
    home = toy_home()
    schema = toy_project / "models" / "schema.yml"
    column = "columns: [{name: untraced_days, data_type: 'decimal(2,1)'}]"
    schema.write_text(schema.read_text() + f"  - {{name: rpt_traced_share, {column}}}\n")
    assert run(home).code == 0
    before = Places(home).current.resolve()
    counted = verdicts.counts_of_a_run

    def counts_of_a_run(database: Path, *more: Any) -> list[Count]:
        with duckdb.connect(str(database)) as connection:
            connection.execute(change)
        return counted(database, *more)

    monkeypatch.setattr(verdicts, "counts_of_a_run", counts_of_a_run)

    called = run(home)

    assert called.code == 1
    assert "rpt_traced_share.untraced_days is there with the declared type: broken" in called.err
    assert Places(home).current.resolve() == before
    figure.reached("held back, and yesterday's tables stand")


@pytest.mark.requirement("R35", "an amount out of its range: nothing is published")
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
