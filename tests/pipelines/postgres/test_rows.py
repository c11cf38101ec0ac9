"""What stands in PostgreSQL is what stands in DuckDB: rows, types, keys and descriptions."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from connectors.errors import ThroughlineError
from tests.pipelines.postgres.conftest import Database, Tables, write_published

pytestmark = pytest.mark.needs_program("postgres")

KINDS = """
select * from (values
    (1::bigint, null::varchar, true, 1::integer, 0.1::double, 12.50::decimal(10, 2),
        date '2026-02-28', timestamp '2026-03-29 01:30:00.123456', 1.5::float,
        timestamptz '2026-03-29 03:30:00+02'),
    (2, '', false, -2147483648, '-0.0'::double, -0.01, date '0001-01-01',
        timestamp '1990-01-01 00:00:00', '-inf'::float, null),
    (9223372036854775807, 'NULL', null, null, 'nan'::double, null, date '9999-12-31', null, null,
        null),
    (-9223372036854775808, '\\N', null, 0, 1.7976931348623157e308::double, 99999999.99, null,
        timestamp '9999-12-31 23:59:59.999999', null, null),
    (0, null, null, null, 5e-324::double, null, null, null, null, null)
) rows (id, words, flag, whole, part, amount, day, at_time, small, instant)
"""
EXPECTED_TYPES = {
    "id": "bigint",
    "words": "text",
    "flag": "boolean",
    "whole": "integer",
    "part": "double precision",
    "amount": "numeric(10,2)",
    "day": "date",
    "at_time": "timestamp without time zone",
    "small": "real",
    "instant": "timestamp with time zone",
}
HOSTILE = [
    *(
        "",
        " ",
        "a,b",
        'say "x"',
        "it's",
        "line\nend",
        "carriage\r\nreturn",
        "tab\tbed",
        "\\.",
        "\\N",
    ),
    *("x\n\\.\ny", "\\", '"', '""', "NULL", "null", "$$; drop schema throughline cascade", "%s {}"),
    *("ünïcödé", "e\u0301", "\u202eright to left", "\U0001f600", "\ufeff", "\u2028", "\x1b[31m"),
    *("'; delete from run; --", "=1+2", "a" * 300_000),
]


def rows_in_duckdb(folder: Path, query: str) -> list[str]:
    with duckdb.connect(str(folder / "throughline.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return sorted(map(repr, connection.execute(query).fetchall()))


def rows_in_postgres(database: Database, query: str) -> list[str]:
    with database.connect() as connection:
        connection.execute("set TimeZone = 'UTC'; set search_path = throughline")
        return sorted(map(repr, connection.execute(query).fetchall()))  # pyright: ignore


def types(database: Database, table: str) -> dict[str, str]:
    return dict(
        database.rows(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            f" where attrelid = 'throughline.{table}'::regclass and attnum > 0"
        )
    )


@pytest.mark.requirement("C05", "DuckDB = PostgreSQL, row by row and value by value")
def test_every_kind_of_value_arrives_as_it_is(database, tmp_path) -> None:
    database.publish({"fct_kinds": (KINDS, ["id"])})

    query = (
        "select id, words, flag, whole, part, amount, day, at_time, small,"
        " extract(epoch from instant)::bigint from fct_kinds"
    )
    found = rows_in_postgres(database, query)
    assert found == rows_in_duckdb(tmp_path / "published-1", query)
    assert len(found) == 5
    assert types(database, "fct_kinds") == EXPECTED_TYPES
    assert database.rows(
        "select count(*) from throughline.fct_kinds where words is null union all"
        " select count(*) from throughline.fct_kinds where words = ''"
    ) == [(2,), (1,)]


def test_texts_of_trackers_arrive_as_they_are(database, tmp_path) -> None:
    write_published(tmp_path / "texts", "run-0", {})
    with duckdb.connect(str(tmp_path / "texts.duckdb")) as connection:
        connection.execute("create table texts (id integer, title varchar)")
        connection.executemany("insert into texts values (?, ?)", list(enumerate(HOSTILE)))
    made = f"select * from read_parquet('{tmp_path / 'texts.parquet'}')"
    with duckdb.connect(str(tmp_path / "texts.duckdb")) as connection:
        connection.execute(f"copy texts to '{tmp_path / 'texts.parquet'}' (format parquet)")

    database.publish({"dim_text": (made, ["id"])})

    found = database.rows("select title from throughline.dim_text order by id")
    assert [title for (title,) in found] == HOSTILE
    assert database.run() == "run-1"


def test_a_character_that_postgresql_cannot_hold_is_shown_as_such(database) -> None:
    database.publish({"dim_text": ("select 1 as id, 'a' || chr(0) || 'b' as title", ["id"])})

    assert database.rows("select title from throughline.dim_text") == [("a\ufffdb",)]


def test_descriptions_with_their_unit_and_keys_are_there(database) -> None:
    tables: Tables = {"fct_a": ("select 1 as id, 'x' as part, 2.0::double as days", ["id", "part"])}
    comments = (
        "comment on table fct_a is 'What it''s about.'",
        "comment on column fct_a.days is 'Effort. [person-days]'",
    )
    database.publish(tables, *comments)

    told = (
        "select obj_description('throughline.fct_a'::regclass, 'pg_class'),"
        " col_description('throughline.fct_a'::regclass, 3)"
    )
    assert database.rows(told) == [("What it's about.", "Effort. [person-days]")]
    key = "select pg_get_constraintdef(oid) from pg_constraint where contype = 'p' and conrelid = "
    assert database.rows(f"{key} 'throughline.fct_a'::regclass") == [("PRIMARY KEY (id, part)",)]

    database.publish(tables, "comment on table fct_a is 'Another.'")

    assert database.rows(told) == [("Another.", None)]


def test_only_rows_that_differ_are_written(database) -> None:
    def tables(changed: str) -> Tables:
        part = f"case when i in ({changed}) then '-0.0'::double else 0.0::double end as part"
        query = f"select i as id, {part}"
        return {"fct_a": (f"{query} from range(1000) numbers(i)", ["id"])}

    first, same, changed = (database.publish(tables(which)) for which in ("-1", "-1", "5, 7"))

    assert (first.written, first.removed) == (1000, 0)
    assert (same.written, same.removed) == (0, 0)
    assert database.run() == "run-3"
    assert (changed.written, changed.removed) == (2, 2)
    assert repr(database.rows("select part from throughline.fct_a where id = 5")) == "[(-0.0,)]"
    assert database.rows("select count(*) from throughline.fct_a") == [(1000,)]


@pytest.mark.parametrize("before", ["select 1 as id, 'b' as part", "select 1 as id, 'a' as part"])
def test_a_table_without_a_key_has_each_row_as_often_as_it_was_published(database, before) -> None:
    database.publish({"rpt_a": (before, [])})

    database.publish({"rpt_a": ("select 1 as id, 'a' as part from range(3)", [])})

    assert database.rows("select * from throughline.rpt_a") == [(1, "a")] * 3


def test_a_key_that_no_index_can_hold_is_left_out_for_that_night(database) -> None:
    long = ("select repeat(md5(i::varchar), 200) as subject from range(3) numbers(i)", ["subject"])
    short = ("select 'short' as subject", ["subject"])
    keys = "select count(*) from pg_constraint where conrelid = 'throughline.rpt_a'::regclass"

    found = []
    for table in (short, long, short):
        database.publish({"rpt_a": table})
        found.append(database.rows(f"{keys} union all select count(*) from throughline.rpt_a"))

    assert found == [[(1,), (1,)], [(0,), (3,)], [(1,), (1,)]]


def test_a_type_that_postgresql_has_not_is_named(database) -> None:
    with pytest.raises(ThroughlineError, match=r"fct_a\.parts is INTEGER\[\] in DuckDB"):
        database.publish({"fct_a": ("select 1 as id, [1, 2] as parts", ["id"])})


def test_rows_that_get_lost_on_the_way_are_missed(database, tmp_path, monkeypatch) -> None:
    database.publish({"fct_a": ("select 1 as id", ["id"])})
    lossy = "delete from fct_a where id = 3"

    with pytest.raises(ThroughlineError, match="3 rows of fct_a arrived in PostgreSQL, expected 4"):
        database.publish({"fct_a": ("select i as id from range(4) numbers(i)", ["id"])}, lossy)

    assert database.run() == "run-1"
    assert database.rows("select id from throughline.fct_a") == [(1,)]
