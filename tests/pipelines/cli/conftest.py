"""Call the command in this process, and a published run small enough to read here."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.cli import main
from pipelines.warehouse.manifest import write_manifest
from pipelines.warehouse.places import Places
from pipelines.warehouse.private import close
from tests.pipelines.home.conftest import make_home  # noqa: F401 - a fixture for the tests here

TABLES = """
create table dim_work_item as
select * from (values
    ('eng:1', 'APP-1', 'Story', 'Guided set-up [KR-1.2]', '(none)', 'App', 'Done', 'done'),
    ('eng:2', 'APP-2', 'Bug', 'Slow\n\x1b[31m login', 'eng:1', 'App', 'Doing', 'in_progress'),
    ('ops:2', 'APP-2', 'Task', 'Same key elsewhere', '(none)', null, 'To do', 'todo'),
    ('(none)', null, null, null, '(none)', null, null, null)
) t (
    work_item_id, key, item_type, title, parent_work_item_id, container, status_name,
    status_category
);
alter table dim_work_item add column url varchar;
create table dim_strategy_node as
select * from (values
    ('G-1', 'goal', 'Value within a week', null, 'active', 'strategy', 'A', true),
    ('KR-1.2', 'key_result', 'Median under 7 days', 'ana', 'active', 'strategy', 'A', false),
    ('INI-4', 'initiative', 'Loyalty app', null, 'active', '(none)', 'D', false),
    ('(none)', null, null, null, null, '(none)', null, false)
) t (node_id, kind, title, owner, status, direction, chain_grade, is_anchor);
create table bridge_node_ancestor as
select * from (values
    ('G-1', 'G-1', date '1900-01-01', null::date, 1::double, 0),
    ('KR-1.2', 'KR-1.2', date '1900-01-01', null, 1.0, 0),
    ('KR-1.2', 'G-1', date '2026-01-01', null, 1.0, 1),
    ('INI-4', 'INI-4', date '1900-01-01', null, 1.0, 0)
) t (node_id, ancestor_id, valid_from, valid_to, weight, depth);
create table fct_allocation_week as
select * from (values
    (date '2026-06-01', 'eng:1', 'KR-1.2', 'outcome', 'strategy', 'strict', 'logged', 2.5),
    (date '2026-06-08', 'eng:1', 'KR-1.2', 'outcome', 'strategy', 'strict', 'logged', 1.0),
    (date '2026-06-08', '(none)', 'KR-1.2', 'outcome', 'strategy', 'strict', 'manual', 4.0),
    (date '2026-06-08', 'eng:2', '(none)', 'untraced', '(none)', 'none', 'status', 3.0)
) t (week, work_item_id, node_id, bucket, direction, strength, basis, person_days);
create table fct_link as
select * from (values
    ('eng:1', 3, 'KR-1.2', 'KR-1.2', 1::double, true, 'title', '[KR-1.2]', 'ana',
        timestamp '2026-06-01 09:00'),
    ('eng:1', 2, '(none)', 'KR-9.9', 1.0, false, 'label', 'kr-9.9', null, null),
    ('eng:1', 6, 'INI-4', 'INI-4', 1.0, false, 'description', 'see INI-4', null, null)
) t (work_item_id, tier, node_id, identifier, weight, decides, place, text, author, written_at);
alter table fct_link add column strength varchar default 'strict';
create table rpt_traced_share as
select 'all' as period_type, '(all)' as team_id, 7.5 as traced_days, 10.5 as allocated_days,
    10.5 as observed_days, 12.0 as capacity_days, 0.7142 as traced_share, 0.7142 as strict_share,
    0.875 as observed_share, null as reason, 7.5 as outcome_days, 0.0 as enabling_days,
    0.0 as purpose_days, 0.0 as unanchored_days, 0.0 as retired_days, 0.0 as unknown_id_days,
    3.0 as untraced_days;
create table rpt_quality as
select 'refused_identifier' as check_name, 'eng' as source, 'one letter' as subject,
    2 as records, 'for example P-1' as detail;
"""


@dataclass(frozen=True)
class Called:
    """How a call of the command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Callable[..., Called]:
    """Call ``throughline`` with arguments."""
    monkeypatch.delenv("THROUGHLINE_HOME", raising=False)

    def run(*arguments: object) -> Called:
        monkeypatch.setattr(sys, "argv", ["throughline", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        return Called(code, *capsys.readouterr())

    return run


@pytest.fixture
def published_home(tmp_path: Path) -> Path:
    """A home with one published run."""
    home = tmp_path / "a home"
    places = Places(home)
    folder = places.published / "run-1"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "throughline.duckdb")) as connection:
        connection.execute(TABLES)
    source = {"source": "eng", "tracker": "jira", "state": "stale", "detail": "no file matches"}
    facts = {
        "run_id": "run-1",
        "as_of": "2026-07-01",
        "since": "2026-01-01",
        "published_at": datetime.now(UTC).isoformat(),
        "sources": [{**source, "data_as_of": "2026-06-30T10:00:00"}],
    }
    write_manifest(facts, folder)
    places.current.symlink_to("run-1")
    close(places)
    return home
