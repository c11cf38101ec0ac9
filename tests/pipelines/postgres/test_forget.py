"""A forgotten person is gone from PostgreSQL as well, or it is told that not yet."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from connectors.erased import forgotten
from pipelines.home.home import load_home
from pipelines.warehouse import forgetting
from pipelines.warehouse.postgres.publishing import publish_folder
from tests.figures import Figure
from tests.pipelines.cli.conftest import Called, call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.postgres.conftest import FACTS, VARIABLE, Database
from tests.pipelines.postgres.server import Server
from tests.pipelines.postgres.test_rollback import PUBLISH, both
from tests.pipelines.privacy.conftest import (  # noqa: F401 - fixtures for the tests here
    EMAIL,
    NAME,
    Haunted,
    haunted,
    haunted_once,
)

pytestmark = pytest.mark.needs_program("postgres")


@pytest.fixture
def home(haunted: Haunted, database: Database, monkeypatch: pytest.MonkeyPatch) -> Haunted:  # noqa: F811
    """A home whose person stands in PostgreSQL: as a key, as a name, in a user's view."""
    monkeypatch.setenv(VARIABLE, database.dsn)
    settings = haunted.folder / "throughline.yml"
    settings.write_text(settings.read_text() + PUBLISH)
    manifest = haunted.places.current.resolve() / "manifest.json"
    facts = json.loads(manifest.read_text())
    manifest.chmod(0o644)
    manifest.write_text(json.dumps({**FACTS, **facts}))
    publish_folder(database.address, haunted.places.current.resolve())
    database.rows("create view public.mine as select * from throughline.dim_person")
    return haunted


def standing(server: Server, database: Database) -> list[str]:
    """What of the person anything in the database holds, views as they are read."""
    views = str(database.rows("select * from public.mine"))
    told = (server.dump(database.name) + views).lower()
    return [text for text in (EMAIL, NAME) if text.lower() in told]


@pytest.mark.requirement("P05", "0 hits in PostgreSQL, with the same rows as the folder")
def test_a_forgotten_person_is_in_no_table_of_postgres(
    home: Haunted,
    database: Database,
    server: Server,
    call: Callable[..., Called],  # noqa: F811
    figure: Figure,
) -> None:
    before = standing(server, database)

    called = call("forget", EMAIL, "--home", home.folder)

    assert called.code == 0, called.err
    assert before == [EMAIL, NAME]
    assert standing(server, database) == []
    folder, postgres = both(home.folder, database)
    assert folder == postgres
    assert database.rows("select sum(days) from throughline.fct_allocation_day") == [(2.5,)]
    figure.reached(f"0 of {len(before)} hits in a dump of the database; rows as in the folder")


def test_a_server_that_fails_is_told_of_and_the_next_call_finishes(
    home: Haunted,
    database: Database,
    server: Server,
    call: Callable[..., Called],  # noqa: F811
) -> None:
    with server.stopped():
        called = call("forget", EMAIL, "--home", home.folder)

    again = f"throughline forget --home {home.folder}"
    assert called.code == 3
    assert "Gone from data/, but the person still stands in PostgreSQL: " in called.err
    assert f"`{again}` or the next run finishes it" in called.err
    assert home.hits() == []
    assert standing(server, database) == [EMAIL, NAME]
    assert [each.is_done for each in forgotten(home.places.data)] == [False]

    (home.places.typed / "kept").mkdir(parents=True)
    with server.stopped():
        assert forgetting.go_on(load_home(home.folder)) == []
    assert (home.places.typed / "kept").exists(), "what is done already is not done each night"
    assert [each.is_done for each in forgotten(home.places.data)] == [False]

    assert call(*again.split()[1:3], home.folder).code == 0
    assert standing(server, database) == []
    assert [each.is_done for each in forgotten(home.places.data)] == [True]


def test_the_next_run_finishes_what_postgres_did_not_take(
    home: Haunted,
    database: Database,
    server: Server,
    call: Callable[..., Called],  # noqa: F811
) -> None:
    with server.stopped():
        assert call("forget", EMAIL, "--home", home.folder).code == 3

    [person] = forgetting.go_on(load_home(home.folder))

    assert standing(server, database) == []
    assert [each.is_done for each in forgotten(home.places.data)] == [True]
    assert person.replacement == forgotten(home.places.data)[0].replacement
