"""Readers see one whole run, wait for nobody, and keep the rights and views that they have."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import psycopg
import pytest

from connectors.errors import TemporaryError, ThroughlineError
from pipelines.warehouse.postgres.address import address_of
from pipelines.warehouse.postgres.publishing import publish_folder
from tests.figures import IS_DRILL
from tests.pipelines.postgres.conftest import Database, Tables, write_published
from tests.pipelines.postgres.server import PASSWORD

pytestmark = pytest.mark.needs_program("postgres")

NAMES = ("dim_source", "fct_first", "fct_second", "rpt_last")
PUBLISHES = 50 if IS_DRILL else 12
AT_ONCE = " union all ".join(
    f"select run, count(*) from throughline.{name} group by run" for name in NAMES
)


def tables(number: int, rows: int = 40) -> Tables:
    """Four tables of which every row names its run, and half of all rows are new each time."""
    query = (
        f"select {number} as run, i + {number} * {rows // 2} as id from range({rows}) numbers(i)"
    )
    return dict.fromkeys(NAMES, (query, ["id"]))


class Reader(threading.Thread):
    """Reads all tables again and again, at once or one by one, until it is told to stop."""

    def __init__(self, database: Database, is_repeatable: bool) -> None:
        super().__init__()
        self.reads, self.mixed, self.seconds = 0, [], 0.0
        self._database, self._is_repeatable = database, is_repeatable
        self._over = threading.Event()
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            with self._database.connect(autocommit=True) as connection:
                while not self._over.is_set():
                    began = time.monotonic()
                    found = self._read(connection)
                    self.seconds = max(self.seconds, time.monotonic() - began)
                    self.reads += 1
                    if len(set(found)) != 1 or len(found) != len(NAMES) or found[0][1] != 40:
                        self.mixed.append(found)
        except psycopg.Error as fault:
            self.fault = fault

    def _read(self, connection) -> list[tuple[int, int]]:
        if not self._is_repeatable:
            return connection.execute(AT_ONCE).fetchall()
        found = []
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read")
            for query in AT_ONCE.split(" union all "):
                found += connection.execute(query).fetchall()
                time.sleep(0.005)
        return found

    def stop(self) -> None:
        self._over.set()
        self.join()


@pytest.mark.requirement("R03", "PostgreSQL, 3 readers, 50 publishes: 0 torn, 0 errors")
def test_readers_see_whole_runs_alone_through_many_publications(database, figure) -> None:
    database.publish(tables(0))
    readers = [Reader(database, is_repeatable) for is_repeatable in (False, True, True)]
    for reader in readers:
        reader.start()

    for number in range(1, PUBLISHES + 1):
        database.publish(tables(number))
    for reader in readers:
        reader.stop()

    assert [reader.fault for reader in readers] == [None] * 3
    assert [reader.mixed for reader in readers] == [[], [], []]
    assert min(reader.reads for reader in readers) >= PUBLISHES
    assert database.run() == f"run-{PUBLISHES + 1}"
    reads = sum(reader.reads for reader in readers)
    figure.reached(f"{PUBLISHES} publishes, {reads:,} reads, 0 torn")


def test_a_dashboard_left_open_keeps_its_run_and_stops_no_night(database) -> None:
    database.publish(tables(0))
    with database.connect() as connection:
        connection.execute("set transaction isolation level repeatable read")
        before = connection.execute("select run_id from throughline.run").fetchall()
        for number in range(1, 6):
            database.publish(tables(number))

        found = connection.execute(AT_ONCE).fetchall()

    assert before == [("run-1",)]
    assert found == [(0, 40)] * len(NAMES)
    assert database.run() == "run-6"


def test_what_mixes_runs_is_found_to_mix_them(database) -> None:
    database.publish(tables(0))
    reader = Reader(database, is_repeatable=False)
    reader.start()

    database.rows("update throughline.fct_second set run = 1")
    time.sleep(0.2)
    reader.stop()

    assert reader.mixed


def test_the_rights_of_users_survive(database, reader) -> None:
    wider = "select i as id, 'y' as name, 2.5::double as days from range(3) numbers(i)"

    database.publish({"fct_a": (wider, ["id"])})
    assert reader("select count(*), sum(days) from throughline.fct_a") == [(3, 7.5)]

    narrower = "select i::varchar as id, 2.5::double as days from range(2) numbers(i)"
    database.publish({"fct_a": (narrower, ["id"])})

    assert reader("select id from throughline.fct_a order by 1") == [("0",), ("1",)]
    assert reader("select run_id from throughline.run") == [("run-3",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader("delete from throughline.fct_a")


def test_what_the_readme_grants_is_enough_to_publish_and_read(server, database, tmp_path) -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    granted = re.search(r"```sql\n(create schema throughline .*?)```", readme, re.DOTALL)
    assert granted
    for role in ("throughline_role", "bi"):
        database.rows(f"drop role if exists {role}")
        database.rows(f"create role {role} login password '{PASSWORD}'")
    with database.connect(autocommit=True) as connection:
        connection.execute(granted[1])
    folder = write_published(tmp_path / "published", "run-1", tables(1))
    publisher = server.dsn(user="throughline_role", database=database.name)

    publish_folder(address_of("PG", "throughline", {"PG": publisher}), folder)

    dsn = server.dsn(user="bi", database=database.name)
    assert database.rows(AT_ONCE, dsn=dsn) == [(1, 40)] * len(NAMES)
    assert database.rows("select run_id from throughline.run", dsn=dsn) == [("run-1",)]


def test_a_view_of_a_user_goes_on_through_new_rows_and_new_columns(database, reader) -> None:
    database.rows("create view public.mine as select id, name from throughline.fct_a")
    database.rows("create index by_name on throughline.fct_a (name)")

    database.publish({"fct_a": ("select 2 as id, 1.5::double as days, 'z' as name", ["id"])})

    assert database.rows("select * from public.mine") == [(2, "z")]
    assert database.rows("select days from throughline.fct_a") == [(1.5,)]
    assert database.rows("select count(*) from pg_indexes where indexname = 'by_name'") == [(1,)]


@pytest.mark.parametrize(
    "changed", ["select 2 as id", "select 2 as id, 7::bigint as name"], ids=["gone", "retyped"]
)
def test_a_column_that_a_view_needs_is_not_changed_under_it(database, reader, changed) -> None:
    database.rows("create view public.mine as select id, name from throughline.fct_a")

    with pytest.raises(ThroughlineError, match=r"view (public\.)?mine depends on"):
        database.publish({"fct_a": (changed, ["id"])})
    assert (database.rows("select * from public.mine"), database.run()) == ([(1, "x")], "run-1")

    database.rows("drop view public.mine")
    database.publish({"fct_a": (changed, ["id"])})

    assert database.run() == "run-3"
    assert database.rows("select id from throughline.fct_a") == [(2,)]


def test_a_table_that_is_no_longer_published_disappears(database) -> None:
    database.publish(tables(0) | {"fct_day": ("select 1 as id", ["id"])})

    gone = database.publish(tables(1)).gone

    assert gone == ("fct_day",)
    assert database.rows("select to_regclass('throughline.fct_day')") == [(None,)]
    assert database.rows("select count(*) from throughline.run_tables") == [(len(NAMES),)]


def test_one_that_a_view_needs_loses_its_rows_at_least_and_goes_when_the_view_has(database) -> None:
    database.publish(tables(0) | {"fct_day": ("select 1 as id", ["id"])})
    database.rows("create view public.mine as select id from throughline.fct_day")

    first = database.publish(tables(1))
    rows = database.rows("select * from public.mine")
    listed = database.rows(
        "select row_count, is_published from throughline.run_tables where table_name = 'fct_day'"
    )
    database.rows("drop view public.mine")
    second = database.publish(tables(2))

    assert (first.gone, first.emptied, rows, listed) == ((), ("fct_day",), [], [(0, False)])
    assert (second.gone, second.emptied) == (("fct_day",), ())


def test_a_reader_in_a_table_that_goes_or_changes_is_never_cut_off(database) -> None:
    day: Tables = {"fct_day": ("select 1 as id", ["id"])}
    wider: Tables = {"fct_day": ("select 2 as id, 'new' as name", ["id"])}
    database.publish(tables(0) | day)
    with database.connect() as connection:
        connection.execute("set transaction isolation level repeatable read")
        connection.execute("select * from throughline.fct_day")
        with pytest.raises(TemporaryError):
            database.publish(tables(1) | wider)
        assert database.run() == "run-1"

        assert database.publish(tables(2)).emptied == ("fct_day",)
        assert connection.execute("select * from throughline.fct_day").fetchall() == [(1,)]

    assert database.publish(tables(3)).gone == ("fct_day",)


def test_a_table_of_somebody_else_is_never_touched(database) -> None:
    database.publish(tables(0))
    database.rows("create table throughline.fct_mine as select 1 as id")

    with pytest.raises(ThroughlineError, match="has fct_mine, which Throughline did not write"):
        database.publish(tables(1) | {"fct_mine": ("select 2 as id", ["id"])})
    database.publish(tables(2))

    assert database.rows("select id from throughline.fct_mine") == [(1,)]


def test_a_lock_of_somebody_else_is_waited_for_and_then_told_of(database) -> None:
    database.publish(tables(0))
    with database.connect() as holder:
        holder.execute("lock table throughline.fct_second in share mode")
        with pytest.raises(TemporaryError, match="Another session holds a lock"):
            database.publish(tables(1))
        assert database.rows(AT_ONCE) == [(0, 40)] * len(NAMES)
        letting_go = threading.Timer(0.3, holder.rollback)
        letting_go.start()

        database.publish(tables(2))
        letting_go.join()

    assert database.rows(AT_ONCE) == [(2, 40)] * len(NAMES)


def test_two_publishers_of_one_schema_wait_for_each_other(database) -> None:
    database.publish(tables(0))
    with database.connect() as other:
        other.execute(
            "select pg_advisory_xact_lock(hashtextextended('throughline throughline', 0))"
        )

        with pytest.raises(TemporaryError):
            database.publish(tables(1))

    assert database.publish(tables(2)).tables == len(NAMES)
