"""The demo organisation through the models, with every unit and data test of the project."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.demo import AS_OF, write_demo_home
from pipelines.home.home import load_home
from tests.browser.chromium import audited
from tests.dbt import project
from tests.dbt.building import Statuses, build, failed
from tests.pipelines.report.proof import count_numbers, faults
from tests.properties.comparison import published

README = Path(__file__).parents[2] / "README.md"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, Statuses]:
    """The working database of the demo, and how each model and test went."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo_home(folder / "home")
    home = load_home(folder / "home", date.fromisoformat(AS_OF))
    return build(home, folder)


def test_every_rule_of_the_models_holds(built) -> None:
    """Each rule is a unit test, which stands beside its model under the rule's name."""
    status = {name: went for name, went in built[1].items() if name.startswith("unit_test.")}

    assert failed(status) == {}
    assert status.keys() == project.manifest()["unit_tests"].keys()


def test_every_data_test_holds_also_those_that_no_night_runs(built) -> None:
    _, status = built

    assert sum(name.startswith("test.") for name in status) > 200
    assert failed(status) == {}


@pytest.mark.parametrize(
    ("loss", "cut"),
    [
        ("delete from fct_allocation_week where bucket = 'outcome'", "fct_allocation_week"),
        ("delete from rpt_effort where period_type = 'quarter'", "rpt_effort quarter"),
        ("delete from rpt_traced_share where period_type = 'all'", "rpt_traced_share all (all)"),
        ("update rpt_untraced set person_days = person_days / 2", "rpt_untraced"),
        ("delete from int_allocation", "int_allocation"),
    ],
)
def test_a_cut_that_loses_effort_is_found(built, tmp_path: Path, loss: str, cut: str) -> None:
    (compiled,) = built[0].parent.rglob("compiled/**/is_cut_without_loss_*.sql")
    spoilt = tmp_path / "work.duckdb"
    spoilt.write_bytes(built[0].read_bytes())
    with duckdb.connect(str(spoilt)) as connection:
        connection.execute(loss)
        found = connection.execute(compiled.read_text().replace('"work".', "")).fetchall()

    assert cut in {row[0] for row in found}


def test_no_table_is_empty_without_a_reason(demo_home) -> None:
    """People are hidden, one night restates nothing, and this organisation deceives nobody."""
    with duckdb.connect(str(published(demo_home)), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables()").fetchall()
        counts = {
            name: connection.execute(f"select count(*) from {name}").fetchone() for (name,) in names
        }

    empty = {name for name, count in counts.items() if count == (0,)}
    assert empty == {"dim_person", "rpt_restatement", "rpt_false_alignment"}


def test_every_number_of_the_report_is_what_its_query_gives(demo_home) -> None:
    folder = demo_home / "data" / "published" / "current"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    page = (folder / "report" / "index.html").read_text(encoding="utf-8")

    assert faults(page, folder / "throughline.duckdb", manifest) == []
    assert count_numbers(page) > 1500
    assert len(page.encode()) < 1_000_000


@pytest.mark.needs_program("chromium")
@pytest.mark.parametrize("is_dark", [False, True])
def test_a_checker_of_accessibility_finds_no_violation(demo_home, tmp_path, is_dark) -> None:
    page = demo_home / "data" / "published" / "current" / "report" / "index.html"
    found = audited(page, tmp_path, is_dark)

    assert (found["violations"], found["dark"]) == ([], is_dark)


def test_the_readme_shows_the_figures_of_the_demo(built) -> None:
    text = README.read_text(encoding="utf-8")
    shown = re.search(r"Traced share: .*\nObserved: .*", text)
    named = re.search(r"throughline trace (\S+) --home .demo  +# a work item", text)
    with duckdb.connect(str(built[0]), read_only=True) as connection:
        figures = connection.execute(
            "select traced_share, traced_days, allocated_days, strict_share, observed_share,"
            " observed_days, capacity_days from main.rpt_traced_share"
            " where period_type = 'all' and team_id = '(all)'"
        ).fetchone()
        keys = connection.execute("select key from main.dim_work_item").fetchall()

    assert shown and named and figures
    assert shown[0] == (
        "Traced share: {:.1%} ({:,.1f} of {:,.1f} person-days of observed effort); "
        "strictly traced {:.1%}.\n"
        "Observed: {:.1%} ({:,.1f} of {:,.1f} person-days of capacity)."
    ).format(*figures)
    assert (named[1],) in keys
