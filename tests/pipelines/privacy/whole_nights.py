"""Whole nights of every simulated tracker, up to what readers read, and what stands in them then.

In a drill each is `throughline run` with the real models. In the suite all but dbt and Dagster is
real, and the tables are a few statements that have people in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pytest

from connectors.landing import Landing
from connectors.told import people_in
from pipelines.home.home import load_home
from pipelines.warehouse.inputs import keep_inputs
from pipelines.warehouse.places import Places
from pipelines.warehouse.retention import published_runs
from tests.drills import small_nights
from tests.drills.nights import Stage
from tests.drills.secrets import contents
from tests.drills.trackers import TRACKERS, Tracker
from tests.figures import IS_DRILL
from tests.homes import throughline
from tests.simulators.server import Simulator

NAMED = """
    select user_id as id, display_name as name, email from landed.asana_users
    union select record_id, full_name, email from landed.trello_members
    union select account_id, display_name, email from landed.jira_accounts
"""
TABLES = {
    "dim_source": "select source as id, tracker, state from run.sources",
    "dim_team": "select team_id as id, name from home.teams",
    "dim_person": f"""
        select person_keys.person_key as id, any_value(named.name) as name
        from home.person_keys
        left join ({NAMED}) named
            on person_keys.person_id in (lower(named.email), split_part(person_id, ':', 2))
            and (select people from home.settings) = 'named'
        group by all
    """,
    "fct_allocation_day": """
        select person_key as id, sum(capacity) as person_days
        from home.memberships inner join home.person_keys using (person_id) group by all
    """,
}
Sums = dict[tuple[str, str], float]


def today(stage: Stage) -> date:
    """The day of the simulators."""
    return next(iter(stage.simulators.values())).now.date()


def run_night(home: Path, day: date, *more: str) -> None:
    """Run one night; with ``--full`` everything is read anew."""
    if IS_DRILL:
        called = throughline("run", "--home", home, "--as-of", day.isoformat(), *more)
        assert called.returncode == 0, called.stderr[-3000:]
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_nights, "TABLES", TABLES)
        patch.setattr(small_nights, "begun", partial(small_nights.begun, full="--full" in more))
        run_id = small_nights.night(home, day)
    keep_inputs(load_home(home, day), Places(home), run_id)


def accounts_of(home: Path, tracker: Tracker, name: str) -> set[str]:
    """Every account and e-mail that the landing of a source tells of somebody."""
    told = people_in(Landing(Places(home).raw, tracker.source))
    known = {text for each in told if name in each.names for text in each.accounts}
    again = {text for each in told if each.accounts & known for text in each.accounts | each.emails}
    return known | again


def found(folder: Path, texts: Iterable[str]) -> dict[str, set[str]]:
    """Where texts stand, in whatever is packed and in names of files: the texts by file."""
    wanted = {text: text.lower().encode() for text in texts}
    places: dict[str, set[str]] = {}
    for name, content in contents(folder):
        small = content.lower() + name.lower().encode()
        if hit := {text for text, form in wanted.items() if form in small}:
            places.setdefault(name, set()).update(hit)
    return places


def sums(folder: Path) -> Sums:
    """The sum of every column of person-days in every table of a published run."""
    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as database:
        columns = database.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
            " and data_type = 'DOUBLE' and column_name like '%days' order by all"
        ).fetchall()
        return {(table, column): _sum(database, table, column) for table, column in columns}


def _sum(database: duckdb.DuckDBPyConnection, table: str, column: str) -> float:
    [total] = database.execute(f'select coalesce(fsum("{column}"), 0) from {table}').fetchone() or [
        0
    ]
    return round(total, 6)


def all_sums(home: Path) -> dict[str, Sums]:
    """Those sums of every published run that is kept, oldest first."""
    return {folder.name: sums(folder) for folder in published_runs(Places(home))}


def recorded(simulator: Simulator) -> list[bytes]:
    """What a simulator answers from now on, as it is sent."""
    answers: list[bytes] = []
    real = simulator.respond

    def respond(request):
        answer = real(request)
        answers.append(json.dumps(answer.body, default=str).encode())
        return answer

    simulator.respond = respond
    return answers


def let_in(environment: pytest.MonkeyPatch) -> None:
    """Give the environment what all simulators ask for."""
    for tracker in TRACKERS.values():
        for name, value in tracker.environment().items():
            environment.setenv(name, value)
