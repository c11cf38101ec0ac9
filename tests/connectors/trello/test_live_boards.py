"""Boards that come, go, hide or fail, each without harm to the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import Missing, Refused
from tests.connectors.trello.nights import Nights, first_board
from tests.simulators.server import Fault
from tests.simulators.trello import Trello
from tests.simulators.world import Happening

Make = Callable[..., Nights]


def happen(trello: Trello, what: str, thing: str, **details: Any) -> None:
    trello.advance(3600)
    trello.play([Happening(trello.now, what, thing, trello.world.people[0], details)])


@pytest.mark.parametrize("status", [401, 404])
def test_a_hidden_board_leaves_the_roster_and_loses_no_card(
    trello: Trello, nights: Make, status: int
) -> None:
    trello.hidden_status = status
    source = nights()
    source.run()
    board = next(iter(trello.story.boards.values()))
    held, before = set(source.held("cards")), source.outcomes()
    board.fate = "hidden"

    source.run()

    assert board.id not in {scope.id for scope in source.reader.scopes()}
    assert source.of(board.id).state == "held" and not source.failed
    assert set(source.held("cards")) == held and source.outcomes() == before
    source.run(confirm_removals=True)
    assert source.outcomes() == before | {f"scope:{board.id}": "unobserved"}
    board.fate = ""
    trello.advance(3600)
    source.run()
    assert board.id in source.read and source.outcomes() == before


@pytest.mark.parametrize(
    ("fate", "status", "outcome"),
    [("hidden", 401, "access_lost"), ("hidden", 404, "unobserved"), ("deleted", 404, "unobserved")],
)
def test_a_board_that_the_settings_name_is_listed_even_if_it_cannot_be_read(
    trello: Trello, nights: Make, fate: str, status: int, outcome: str
) -> None:
    trello.hidden_status = status
    first, second, *_ = trello.story.boards.values()
    first.fate = fate
    source = nights(boards=[first.id, second.data["shortLink"]])

    source.run()

    unreadable = next(scope for scope in source.reader.scopes() if scope.id == first.id)
    assert not unreadable.is_readable and str(status) in unreadable.reason
    assert unreadable.outcome == outcome
    assert source.read == [second.id]
    reader = nights(boards=[first.data["shortLink"]]).reader
    assert reader.scopes()[1].id == f"name:{first.data['shortLink']}"


def test_a_new_board_is_found_by_itself(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    happen(trello, "add_container", "C9", name="New")

    source.run()

    assert source.read == [trello.story.id_of("C9")]


def test_boards_of_an_organisation_are_found_even_if_one_is_not_on_them(
    trello: Trello, nights: Make
) -> None:
    ours = {b.id for b in trello.story.boards.values() if b.data["idOrganization"]}
    trello.joined = set()
    source = nights()

    source.run()

    assert ours and set(source.read) == ours


def test_archived_boards_are_read(trello: Trello, nights: Make) -> None:
    board = next(iter(trello.story.boards.values()))
    board.data["closed"] = True
    source = nights()

    source.run()

    assert board.id in source.read
    assert source.newest("boards")[board.id]["closed"] is True


def test_one_board_of_two_hundred_fails_alone(trello: Trello, nights: Make) -> None:
    for number in range(5, 201):
        happen(trello, "add_container", f"C{number}", name=f"Area {number}")
    board = list(trello.story.boards.values())[77]
    trello.advance(7200)
    source = nights()
    refused = {"status": 403, "body": "unauthorized permission requested"}
    trello.faults.append(Fault("status", f"{board.id}/cards", times=9, details=refused))

    source.run()

    assert source.failed == [board.id] and source.report.state == "partial"
    assert len(source.read) == 199
    assert source.of(board.id).mark_after is None and "403" in source.of(board.id).reason
    trello.faults.clear()
    source.run()
    assert source.read == [board.id] and not source.failed


def test_a_board_refused_midway_is_refused_alone_and_a_dead_token_ends_all(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    scope = first_board(source.reader)
    walk = source.reader.plan(scope, None).slices[1]
    trello.story.boards[scope.id].fate = "hidden"

    with pytest.raises(Refused) as refused:
        source.reader.step(walk, None)
    assert refused.value.status == 403
    trello.hidden_status = 404
    with pytest.raises(Missing):
        source.reader.step(walk, None)

    trello.secrets = {**trello.secrets, "token": "another"}
    with pytest.raises(Refused) as dead:
        source.reader.step(walk, None)
    assert dead.value.status == 401
