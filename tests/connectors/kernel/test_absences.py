"""What is gone: believed on evidence, told apart by cause, and never in masses."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.absences import is_too_much
from connectors.extraction_report import Extraction
from tests.connectors.kernel.shelf import Shelf, copies, landed, outcomes, run
from tests.simulators.server import Fault


def night(shelf: Shelf, raw: Path, **named: bool) -> Extraction:
    """A run a day later."""
    shelf.advance(86_400)
    return run(shelf, raw, **named)


@pytest.mark.parametrize("state", ["deleted", "archived", "trashed", "access_lost", "unobserved"])
def test_an_item_that_is_gone_is_told_with_what_became_of_it(
    shelf: Shelf, tmp_path: Path, state: str
) -> None:
    run(shelf, tmp_path)
    shelf.things["t00007"].state = state
    found = night(shelf, tmp_path)
    again = night(shelf, tmp_path)

    assert landed(tmp_path, "absences") == {
        "t00007": {
            "id": "t00007",
            "outcome": state,
            "at": "2026-03-08T02:00:00Z",
            "evidence": "missing in the census of Board b1, and asked for",
        }
    }
    assert found.scopes[0].outcomes == {state: 1}
    assert (found.scopes[0].items, again.landed) == (39, {})
    assert copies(tmp_path) == 40


def test_a_deleted_item_is_asked_for_once(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    shelf.things["t00007"].state = "deleted"
    night(shelf, tmp_path)
    shelf.requests = []
    night(shelf, tmp_path)

    assert not [each for each in shelf.requests if each.path.startswith("/things")]


@pytest.mark.parametrize("state", ["deleted", "archived", "trashed", "access_lost", "unobserved"])
@pytest.mark.parametrize("is_changed", [True, False])
def test_an_item_that_returns_is_present_again(
    shelf: Shelf, tmp_path: Path, state: str, is_changed: bool
) -> None:
    run(shelf, tmp_path)
    shelf.things["t00007"].state = state
    night(shelf, tmp_path)
    shelf.things["t00007"].state = "present"
    shelf.advance(86_400)
    if is_changed:
        shelf.put("t00007", "b1", "back again")
    found = run(shelf, tmp_path)

    assert outcomes(tmp_path) == {"t00007": "present"}
    assert found.scopes[0].items == 40
    assert night(shelf, tmp_path).landed == {}


def test_an_item_may_go_return_and_go_again(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    told = []
    for state in ("deleted", "present", "deleted", "present", "trashed", "deleted"):
        shelf.things["t00007"].state = state
        night(shelf, tmp_path)
        told.append(outcomes(tmp_path)["t00007"])

    assert told == ["deleted", "present", "deleted", "present", "trashed", "deleted"]


def test_a_census_cut_short_deletes_nothing(tmp_path: Path) -> None:
    shelf = Shelf(things=794, page=200)
    with shelf.serving():
        run(shelf, tmp_path)
        shelf.faults = [Fault("short_census", details={"keep": 658})]
        found = night(shelf, tmp_path)
        after = night(shelf, tmp_path)

    assert outcomes(tmp_path) == {}
    assert (found.state, found.scopes[0].state) == ("partial", "held")
    assert found.scopes[0].reason.startswith(
        "the census lacks 136 of 794 work items that are still there; they stay as they were"
    )
    assert found.scopes[0].items == after.scopes[0].items == 794


def test_many_that_are_gone_are_held_until_somebody_confirms(tmp_path: Path) -> None:
    shelf = Shelf(things=794, page=200)
    with shelf.serving():
        run(shelf, tmp_path)
        for number in range(658, 794):
            shelf.things[f"t{number:05}"].state = "deleted"
        shelf.put("t00001", "b1", "changed meanwhile")
        held = night(shelf, tmp_path)
        still_held = night(shelf, tmp_path)
        before = outcomes(tmp_path)
        confirmed = night(shelf, tmp_path, confirm_removals=True)

    assert (held.state, held.scopes[0].state) == ("partial", "held")
    assert held.landed == {"things": 1}
    assert held.scopes[0].reason == (
        "136 of 794 work items of Board b1 would go; nothing was removed. If that is right, run "
        "`throughline run --confirm-removals eng`."
    )
    assert (still_held.scopes[0].state, before) == ("held", {})
    assert confirmed.state == "fresh"
    assert set(outcomes(tmp_path).values()) == {"deleted"}
    assert len(outcomes(tmp_path)) == 136


def test_a_held_board_is_counted_again_though_it_is_idle(shelf: Shelf, tmp_path: Path) -> None:
    shelf.tells_change = True
    run(shelf, tmp_path)
    for number in range(20, 40):
        shelf.things[f"t{number:05}"].state = "deleted"
    shelf.advance(86_400)
    shelf.put("t00001", "b1", "changed")
    held = run(shelf, tmp_path)
    confirmed = night(shelf, tmp_path, confirm_removals=True)

    assert held.scopes[0].state == "held"
    assert confirmed.scopes[0].outcomes == {"deleted": 20}


def test_more_than_can_be_asked_for_are_held_unasked(tmp_path: Path) -> None:
    shelf = Shelf(things=1_200, page=1_000)
    with shelf.serving():
        run(shelf, tmp_path)
        shelf.faults = [Fault("short_census", details={"keep": 10})]
        shelf.requests = []
        found = night(shelf, tmp_path)

        assert found.scopes[0].state == "held"
        assert not [each for each in shelf.requests if each.path.startswith("/things")]


@pytest.mark.parametrize(
    ("going", "known", "is_held"),
    [(5, 5, False), (6, 100, True), (6, 600, False), (7, 600, True), (100, 10**6, False),
     (101, 10**6, True), (0, 0, False)],
)  # fmt: skip
def test_more_than_a_hundredth_or_a_hundred_is_too_much(
    going: int, known: int, is_held: bool
) -> None:
    assert is_too_much(going, known) is is_held


def test_an_item_that_moves_to_another_board_is_not_gone(boards: Shelf, tmp_path: Path) -> None:
    run(boards, tmp_path)
    boards.advance(86_400)
    for number in range(0, 32, 4):
        boards.put(f"t{number:05}", "b3", "moved")
    found = run(boards, tmp_path)
    boards.requests = []
    night(boards, tmp_path)

    assert (found.state, outcomes(tmp_path)) == ("fresh", {})
    assert [each.items for each in found.scopes] == [22, 30, 38, 30]
    assert not [each for each in boards.requests if each.path.startswith("/things")]


def test_what_a_feed_tells_is_neither_asked_for_nor_held(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    for number in range(10):
        shelf.things[f"t{number:05}"].state = "deleted"
        shelf.feed[f"t{number:05}"] = "2026-03-07T12:00:00"
    shelf.requests = []
    found = night(shelf, tmp_path)
    quiet = night(shelf, tmp_path)

    assert (found.state, found.landed) == ("fresh", {"absences": 10})
    assert set(outcomes(tmp_path).values()) == {"deleted"}
    assert quiet.landed == {}
    assert not [each for each in shelf.requests if each.path.startswith("/things")]


def test_an_item_that_goes_after_it_moved_is_noticed(boards: Shelf, tmp_path: Path) -> None:
    run(boards, tmp_path)
    boards.put("t00000", "b3", "moved")
    night(boards, tmp_path)
    boards.things["t00000"].state = "deleted"
    night(boards, tmp_path)

    assert outcomes(tmp_path) == {"t00000": "deleted"}


def test_a_failed_look_up_leaves_the_board_as_it_was(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    shelf.things["t00007"].state = "deleted"
    shelf.put("t00001", "b1", "changed meanwhile")
    shelf.faults = [Fault("status", "/things/t00007", times=5, details={"status": 500})]
    failed = night(shelf, tmp_path)
    later = night(shelf, tmp_path)

    assert (failed.scopes[0].state, failed.landed) == ("partial", {})
    assert later.landed == {"things": 1, "absences": 1}


@pytest.mark.parametrize(
    ("change", "state", "outcome"),
    [("hidden", "access_lost", "access_lost"), (None, "held", "unobserved")],
)
def test_a_whole_board_out_of_sight_is_held_until_somebody_confirms(
    boards: Shelf, tmp_path: Path, change: str | None, state: str, outcome: str
) -> None:
    run(boards, tmp_path)
    if change:
        boards.boards["b2"] = change
    else:
        del boards.boards["b2"]
    held = night(boards, tmp_path)
    before = outcomes(tmp_path)
    confirmed = night(boards, tmp_path, confirm_removals=True)
    after = outcomes(tmp_path)
    quiet = night(boards, tmp_path)
    boards.boards["b2"] = "fine"
    back = night(boards, tmp_path)

    (lost,) = [each for each in held.scopes if each.id == "b2"]
    assert (lost.state, lost.items, before) == (state, 30, {})
    assert "its 30 work items stay as they were" in lost.reason
    assert "--confirm-removals eng" in lost.reason
    assert (confirmed.state, after) == ("fresh", {"scope:b2": outcome})
    assert (quiet.state, quiet.landed) == ("fresh", {})
    assert (back.state, outcomes(tmp_path)) == ("fresh", {"scope:b2": "present"})


def test_a_board_that_is_listed_and_not_found_is_looked_for_in_the_roster(
    boards: Shelf, tmp_path: Path
) -> None:
    run(boards, tmp_path)
    boards.boards["b2"] = "404"
    listed = night(boards, tmp_path)

    states = {each.id: each.state for each in listed.scopes}
    assert states == {"b1": "complete", "b2": "partial", "b3": "complete", "b4": "complete"}


def test_an_unreadable_board_that_was_never_read_is_told_and_nothing_else(
    boards: Shelf, tmp_path: Path
) -> None:
    boards.boards["b2"] = "hidden"
    found = run(boards, tmp_path)

    (lost,) = [each for each in found.scopes if each.id == "b2"]
    assert (lost.state, lost.reason) == ("access_lost", "hidden")
    assert outcomes(tmp_path) == {}


def test_outcomes_survive_the_loss_of_the_index(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    shelf.things["t00007"].state = "deleted"
    night(shelf, tmp_path)
    (tmp_path / "eng" / "index.sqlite").unlink()
    found = night(shelf, tmp_path)

    assert (found.landed, found.scopes[0].items) == ({}, 39)
