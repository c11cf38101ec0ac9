"""What `throughline check` says of PostgreSQL, and what stands in no word of it: the secret."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable

import psycopg
import pytest

from connectors.errors import SettingsError, TemporaryError
from pipelines.warehouse.postgres.address import address_of
from pipelines.warehouse.postgres.server import connected
from tests.drills.secrets import forms
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.postgres.conftest import SCHEMA, VARIABLE, Database
from tests.pipelines.postgres.server import PASSWORD

needs_server = pytest.mark.needs_program("postgres")
PUBLISHING = SETTINGS + f"publish: {{postgres: {{dsn_env: {VARIABLE}}}}}\n"
SECONDS_AT_MOST = 10


@pytest.fixture
def check(call: Callable[..., Called], toy_home, monkeypatch) -> Callable[[str], Called]:  # noqa: F811
    """Check a home that publishes to what a string names; nothing it says holds the password."""

    def checked(dsn: str) -> Called:
        monkeypatch.setenv(VARIABLE, dsn)
        began = time.monotonic()
        called = call("check", "--home", toy_home(settings=PUBLISHING))
        assert time.monotonic() - began < SECONDS_AT_MOST
        said = (called.out + called.err).encode()
        assert not [form for form in forms([PASSWORD]) if form in said]
        return called

    return checked


def changed(dsn: str, **parts: str) -> str:
    return psycopg.conninfo.make_conninfo(dsn, **parts)


@needs_server
def test_it_says_who_is_signed_in_where_and_what_stands_there(check, database: Database) -> None:
    before = check(database.dsn)
    database.publish({"fct_a": ("select 1 as id", ["id"])})
    after = check(database.dsn)

    assert (before.code, after.code) == (0, 0), before.err + after.err
    signed_in = "PostgreSQL (schema throughline): signed in as nightly to the database nightly of"
    assert signed_in in before.out
    assert "nothing is published there yet" in before.out
    assert "run run-1 stands there" in after.out
    assert database.rows("select count(*) from pg_namespace where nspname = 'public'") == [(1,)]


@needs_server
def test_a_check_writes_nothing(check, database: Database) -> None:
    check(database.dsn)

    assert database.rows(f"select to_regnamespace('{SCHEMA}')") == [(None,)]


def test_where_no_server_is_it_says_so(check) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        found = check(f"postgresql://bi:{PASSWORD}@127.0.0.1:{port}/figures")

    assert found.code == 2
    assert "PostgreSQL cannot be reached" in found.err
    assert f"host, port and sslmode in {VARIABLE} are right" in found.err


def test_a_server_that_says_nothing_is_given_up(check) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = check(f"host=127.0.0.1 port={silent.getsockname()[1]} user=bi password={PASSWORD}")

    assert found.code == 2
    assert "error: PostgreSQL (schema throughline): " in found.err
    assert f"in {VARIABLE} are right" in found.err


@needs_server
def test_a_wrong_password_a_missing_one_and_a_missing_database_are_told_apart(
    check, database: Database
) -> None:
    wrong = check(changed(database.dsn, password="wr0ng-" + PASSWORD))
    absent = check(database.dsn.replace(f"password={PASSWORD}", ""))
    elsewhere = check(changed(database.dsn, dbname="nowhere"))

    assert [found.code for found in (wrong, absent, elsewhere)] == [2, 2, 2]
    assert "PostgreSQL let nobody in" in wrong.err
    assert 'password authentication failed for user "nightly"' in wrong.err
    assert "PostgreSQL asks for a password" in absent.err
    assert f"Put it into {VARIABLE}" in absent.err
    assert 'database "nowhere" does not exist' in elsewhere.err


@needs_server
def test_missing_rights_are_told_with_the_statement_that_grants_them(
    check, database: Database
) -> None:
    database.rows("drop role if exists stranger")
    database.rows(f"create role stranger login password '{PASSWORD}'")
    stranger = database.server.dsn(user="stranger", database=database.name)
    none = check(stranger)
    database.rows(f"create schema {SCHEMA}")
    some = check(stranger)
    database.rows(f"grant usage, create on schema {SCHEMA} to stranger")
    enough = check(stranger)
    database.rows(f"drop schema {SCHEMA}")

    assert [found.code for found in (none, some, enough)] == [2, 2, 0]
    assert "say `create schema throughline authorization stranger`" in none.err
    assert "`grant usage, create on schema throughline to stranger`" in some.err


@needs_server
def test_tables_of_another_role_and_a_table_named_like_ours_are_told(
    check, database: Database
) -> None:
    database.publish({"fct_a": ("select 1 as id", ["id"])})
    database.rows("drop role if exists stranger")
    database.rows(f"create role stranger login password '{PASSWORD}'")
    database.rows(f"grant all on schema {SCHEMA} to stranger")
    database.rows(f"grant select on all tables in schema {SCHEMA} to stranger")

    found = check(database.server.dsn(user="stranger", database=database.name))

    assert found.code == 2
    assert "The tables in the schema throughline belong to nightly" in found.err


@needs_server
def test_a_database_that_cannot_hold_every_text_is_refused(check, database: Database) -> None:
    database.rows("drop database if exists latin")
    database.rows("create database latin owner nightly encoding 'LATIN1' template template0")

    found = check(changed(database.dsn, dbname="latin"))

    assert found.code == 2
    assert "encoding LATIN1, expected UTF8" in found.err


def test_what_can_be_said_without_a_server_is_said_at_once(check, monkeypatch) -> None:
    unset = check("")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    uninstalled = check("host=nowhere.invalid")

    assert (unset.code, uninstalled.code) == (2, 2)
    assert f"publish.postgres.dsn_env: found no value in the environment variable {VARIABLE}" in (
        unset.err
    )
    assert "publish.postgres: found no package psycopg" in uninstalled.err
    assert "python -m pip install 'throughline[postgres]'" in uninstalled.err


@pytest.mark.parametrize(
    "given",
    [
        f"{PASSWORD}",
        f"host=db user=bi {PASSWORD}",
        f"postgresql://bi:{PASSWORD}@part@db/figures",
        f"postgresql://bi:x/{PASSWORD}@db/figures",
        f"postgresql://bi:x?{PASSWORD}@db/figures",
        f"postgresql://bi:%{PASSWORD}@db/figures",
        f"postgresql://bi:%zz{PASSWORD}@db/figures",
        f"postgresql://bi:{PASSWORD}@db/figures?sslmode=disable",
        f"host=10.0.0.1 password={PASSWORD} sslmode=prefer",
    ],
)
def test_a_string_that_cannot_be_used_is_refused_without_being_shown(given: str) -> None:
    with pytest.raises(SettingsError) as refused:
        address_of(VARIABLE, SCHEMA, {VARIABLE: given})

    said = f"{refused.value!r} {refused.value.__cause__!r}"
    assert VARIABLE in said
    assert PASSWORD not in said and "part@" not in said
    assert "sslmode=verify-full" in said


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ("postgresql://bi:x@db.example.org/figures", "require"),
        ("host=127.0.0.1,10.0.0.1 password=x", "require"),
        ("host=localhost hostaddr=10.0.0.1", "require"),
        ("service=figures", "require"),
        ("postgresql://bi:x@db.example.org/figures?sslmode=verify-full", "verify-full"),
        ("host=127.0.0.1 password=x", None),
        ("host=localhost", None),
        ("host=::1", None),
        ("host=/run/postgresql", None),
        ("dbname=figures", None),
    ],
)
def test_another_machine_is_asked_with_encryption_alone(given, mode, monkeypatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)

    address = address_of(VARIABLE, SCHEMA, {VARIABLE: given})

    assert address.parameters.get("sslmode") == mode
    assert "password" not in repr(address)


@needs_server
def test_a_server_that_falls_silent_is_cut_off(database: Database) -> None:
    began = time.monotonic()

    with (
        pytest.raises(TemporaryError, match="PostgreSQL cannot be reached"),
        connected(database.address, at_most=1) as connection,
    ):
        connection.execute("select pg_sleep(60)")

    assert time.monotonic() - began < SECONDS_AT_MOST


@needs_server
def test_a_server_without_encryption_is_not_asked_where_it_is_wanted(
    check, database: Database
) -> None:
    tcp = changed(database.dsn, host="127.0.0.1")

    assert check(tcp).code == 0
    refused = check(changed(tcp, sslmode="require"))
    assert refused.code == 2
    assert "server does not support SSL" in refused.err
