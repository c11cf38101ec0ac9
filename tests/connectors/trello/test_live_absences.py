"""Cards and boards that are not there any more, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.contract import Record
from connectors.errors import ResponseError, TemporaryError
from tests.connectors.trello.nights import Nights, first_board
from tests.simulators.server import Fault
from tests.simulators.trello import Trello
from tests.simulators.trello_boards import Board, Object
from tests.simulators.world import Happening

Make = Callable[..., Nights]


def happen(trello: Trello, what: str, thing: str, **details: Any) -> None:
    trello.advance(3600)
    trello.play([Happening(trello.now, what, thing, trello.world.people[0], details)])


def some_item(trello: Trello, board: Board | None = None) -> tuple[str, Object]:
    """An item of the world with its card, on a board if one is given."""
    for name in trello.world.items:
        card = trello.story.card_of(name)
        if (card and board is None) or (card and board and card["idBoard"] == board.id):
            return name, card
    raise AssertionError("no card")


def container(trello: Trello, board: Board) -> str:
    return next(n for n in ("C1", "C2", "C3", "C4") if trello.story.id_of(n) == board.id)


def test_a_deletion_is_told_by_its_action_and_not_asked_for(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    name, card = some_item(trello)
    happen(trello, "delete", name)
    at = trello.now
    trello.requests.clear()

    source.run()

    told = source.newest("absences")[card["id"]]
    actions = trello.truth()["actions"].values()
    action = next(each for each in actions if each["date"][:19] == f"{at:%FT%T}")
    assert told["outcome"] == "deleted" and told["evidence"] == f"action {action['id']}"
    assert told["at"] == at.replace(tzinfo=None).isoformat()
    assert card["id"] in source.held("cards")
    assert not any("/cards/" in request.value("urls") for request in trello.requests)


def test_a_card_gone_without_an_action_was_deleted(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    name, card = some_item(trello)
    board = trello.story.board_of(card)
    happen(trello, "delete", name)
    board.actions.pop()
    trello.story.act(board, trello.now, trello.world.people[0], "updateBoard")

    source.run()

    assert source.outcomes()[card["id"]] == "deleted"


@pytest.mark.parametrize("status", [401, 404])
def test_a_card_moved_to_a_board_out_of_sight_is_not_deleted(
    trello: Trello, nights: Make, status: int
) -> None:
    trello.hidden_status = status
    first, second, *_ = trello.story.boards.values()
    source = nights(boards=[first.id])
    source.run()
    name, card = some_item(trello, first)
    happen(trello, "move_container", name, container=container(trello, second))
    second.fate = "hidden"

    source.run()

    assert source.outcomes()[card["id"]] == "access_lost"


def test_a_card_that_was_moved_and_then_deleted_is_deleted(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    first, second, third, _ = trello.story.boards.values()
    name, card = some_item(trello, first)
    for board in (second, first, third):
        happen(trello, "move_container", name, container=container(trello, board))
    happen(trello, "delete", name)
    scope = next(each for each in source.reader.scopes() if each.id == first.id)

    assert source.reader.look_up(scope, [card["id"]]) == {card["id"]: "deleted"}
    third.fate = "hidden"
    assert source.reader.look_up(scope, [card["id"]]) == {card["id"]: "access_lost"}


def test_a_card_moved_to_another_board_keeps_its_id_and_is_no_absence(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    source.run()
    first, second, *_ = trello.story.boards.values()
    name, card = some_item(trello, first)
    held = len(source.held("cards"))
    happen(trello, "move_container", name, container=container(trello, second))

    source.run()

    moved = source.newest("cards")[card["id"]]
    assert moved["idBoard"] == second.id and len(source.held("cards")) == held
    assert card["id"] not in source.outcomes()


def test_an_archived_card_is_there(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    name, card = some_item(trello)
    happen(trello, "archive", name)

    source.run()

    assert source.newest("cards")[card["id"]]["closed"] is True
    assert card["id"] not in source.outcomes()
    happen(trello, "unarchive", name)
    source.run()
    assert source.newest("cards")[card["id"]]["closed"] is False


def test_each_card_of_a_look_up_has_an_outcome_of_its_own(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    scope = first_board(source.reader)
    ids = [c["id"] for c in trello.truth()["cards"].values() if c["idBoard"] == scope.id]
    deleted = [key for key, outcome in trello.story.lost.items() if outcome == "deleted"]

    found = source.reader.look_up(scope, [*ids[:15], *deleted])

    assert dict(found) == dict.fromkeys(ids[:15], "present") | dict.fromkeys(deleted, "deleted")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_look_up_that_fails_for_the_moment_says_nothing_of_a_card(
    trello: Trello, nights: Make, status: int
) -> None:
    source = nights()
    source.run()
    trello.answers_in_batches = status

    with pytest.raises(TemporaryError):
        source.reader.look_up(first_board(source.reader), ["0" * 24])


def test_a_batch_that_is_not_understood_says_nothing_of_a_card(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    source.run()
    for body in ("[]", '[{"name": "Error"}]', "[5]", '[{"302": {}}]'):
        found = {"status": 200, "body": body.encode()}
        trello.faults.append(Fault("status", "/1/batch", details=found))

        with pytest.raises(ResponseError):
            source.reader.look_up(first_board(source.reader), ["0" * 24])


def test_a_card_that_disappears_between_pages_is_no_fault(trello: Trello, nights: Make) -> None:
    trello.answers.rows_at_most = 5
    source = nights()
    scope = first_board(source.reader)
    walk = source.reader.plan(scope, None).slices[1]
    first = source.reader.step(walk, None)
    name = next(
        name
        for name in trello.world.items
        if (card := trello.story.card_of(name))
        and card["idBoard"] == scope.id
        and card["id"] < str(first.token)
    )
    gone = trello.story.card_of(name)
    happen(trello, "delete", name)

    found: list[str] = []
    token = first.token
    while token is not None:
        step = source.reader.step(walk, token)
        found += [each.key for each in step.records if isinstance(each, Record)]
        token = step.token

    left = {c["id"] for c in trello.truth()["cards"].values() if c["idBoard"] == scope.id}
    seen = {each.key for each in first.records if isinstance(each, Record)}
    assert gone and gone["id"] not in found
    assert left == seen | set(found)


def test_many_deletions_that_actions_tell_of_are_not_held(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    board = next(iter(trello.story.boards.values()))
    gone = set()
    for _ in range(10):
        name, card = some_item(trello, board)
        gone.add(card["id"])
        happen(trello, "delete", name)

    source.run()

    assert source.of(board.id).state == "complete"
    assert gone <= {key for key, outcome in source.outcomes().items() if outcome == "deleted"}
    written = source.written
    trello.advance(86_400 * 8)
    source.run()
    assert written and source.written == 0


def test_many_cards_gone_without_a_word_are_held_until_confirmed(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    source.run()
    before = source.outcomes()
    board = next(iter(trello.story.boards.values()))
    gone = {}
    for _ in range(10):
        name, card = some_item(trello, board)
        happen(trello, "delete", name)
        gone[card["id"]] = "deleted"
        board.actions.pop()
    happen(trello, "rename_field", "size", name="Points")

    source.run()

    told = source.of(board.id)
    assert told.state == "held" and "--confirm-removals mkt" in told.reason
    assert source.outcomes() == before
    happen(trello, "rename_field", "size", name="Size")
    source.run(confirm_removals=True)
    assert source.outcomes() == before | gone
