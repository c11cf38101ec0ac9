"""Boards that come, go, hide or fail, each without harm to the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import Missing, Refused
from tests.connectors.trello.nights import Nights
from tests.simulators.server import Fault
from tests.simulators.trello import Trello
from tests.simulators.world import Happening

Make = Callable[..., Nights]


def happen(trello: Trello, what: str, thing: str, **details: Any) -> None:
    trello.advance(3600)
    trello.play([Happening(trello.now, what, thing, trello.world.people[0], details)])


def outcomes(source: Nights) -> dict[str, str]:
    return {key: each["outcome"] for key, each in source.newest("absences").items()}


@pytest.mark.parametrize("status", [401, 404])
def test_a_hidden_board_leaves_the_roster_and_loses_no_card(
    trello: Trello, nights: Make, status: int
) -> None:
    trello.hidden_status = status
    source = nights()
    source.run()
    board = next(iter(trello.story.boards.values()))
    held = set(source.held["cards"])
    board.fate = "hidden"

    source.run()

    assert board.id not in {scope.id for scope in source.roster}
    assert not source.failed and set(source.held["cards"]) == held
    assert set(outcomes(source)) & held == set()
    board.fate = ""
    happen(trello, "rename_field", "size", name="Points")
    source.run()
    assert board.id in source.read


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

    unreadable = next(scope for scope in source.roster if scope.id == first.id)
    assert not unreadable.is_readable and str(status) in unreadable.reason
    assert unreadable.outcome == outcome
    assert source.read == [second.id]


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
    source = nights()
    refused = {"status": 403, "body": "unauthorized permission requested"}
    trello.faults.append(Fault("status", f"{board.id}/cards", times=9, details=refused))

    source.run()

    assert list(source.failed) == [board.id]
    assert len(source.read) == 199
    assert board.id not in source.marks
    trello.faults.clear()
    source.run()
    assert source.read == [board.id] and not source.failed


def test_a_board_refused_midway_is_refused_alone_and_a_dead_token_ends_all(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    scope = source.reader.scopes()[1]
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
