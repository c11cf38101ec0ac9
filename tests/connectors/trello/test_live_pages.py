"""Walks over cards and actions: whatever the size of a page, nothing is lost and each one ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from connectors.live import Forecast
from tests.connectors.trello.nights import Nights, first_board, walked
from tests.simulators.server import Fault
from tests.simulators.trello import Trello

Make = Callable[..., Nights]


@pytest.mark.parametrize("rows", [3, 7, 100])
def test_pages_may_be_smaller_than_asked_for(trello: Trello, nights: Make, rows: int) -> None:
    trello.answers.rows_at_most = rows
    source = nights()

    source.run()

    for stream, truth in trello.truth().items():
        assert set(source.held(stream)) == set(truth)


def test_three_thousand_actions_in_one_millisecond_are_read(trello: Trello, nights: Make) -> None:
    board = next(iter(trello.story.boards.values()))
    for _ in range(3000):
        trello.story.act(board, trello.now, trello.world.people[0], "updateBoard")
    source = nights(boards=[board.id])

    source.run()

    assert len(source.held("actions")) == len(board.actions)


def test_an_action_that_appears_late_is_read(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    board = next(iter(trello.story.boards.values()))
    late = trello.story.act(board, trello.now, trello.world.people[0], "updateBoard")
    trello.advance(600)
    trello.story.act(board, trello.now, trello.world.people[0], "updateBoard")

    source.run()

    assert late["id"] in source.held("actions")


def test_a_page_depends_on_slice_and_token_alone(trello: Trello, nights: Make) -> None:
    trello.answers.rows_at_most = 7
    first, second = nights(), nights()
    scope = first_board(first.reader)
    second.reader.identify()
    (*_, cards, actions) = first.reader.plan(scope, None).slices

    for walk in (cards, actions):
        token = first.reader.step(walk, None).token
        assert second.reader.step(walk, token) == first.reader.step(walk, token)


def test_a_walk_over_cards_is_cut_in_two_without_loss(trello: Trello, nights: Make) -> None:
    source = nights()
    scope = first_board(source.reader)
    whole = source.reader.plan(scope, None).slices[1]

    one, two = source.reader.halves(whole)
    parts = [*source.reader.halves(one), two]

    found = [key for part in parts for key in walked(source.reader, part)]
    assert sorted(found) == sorted(walked(source.reader, whole))
    assert len({part.name for part in parts}) == 3


def test_a_board_near_its_limit_tells_how_many_cards_to_expect(
    trello: Trello, nights: Make
) -> None:
    trello.answers.cards_in_total = 30
    reader = nights().reader
    scope = first_board(reader)

    walks = reader.plan(scope, None).slices

    cards = [c for c in trello.truth()["cards"].values() if c["idBoard"] == scope.id]
    assert [reader.expected(walk) for walk in walks] == [None, len(cards), None]
    forecast = reader.requests_expected(scope, None)
    assert forecast and forecast.items == len(cards)
    assert reader.requests_expected(reader.scopes()[0], None) == Forecast(0, 0)


def test_a_walk_that_ends_early_is_cut_until_it_is_whole(trello: Trello, nights: Make) -> None:
    trello.answers.cards_in_total, trello.answers.rows_at_most = 30, 7
    source = nights()
    board_id = first_board(source.reader).id
    trello.faults.append(Fault("walk_ends", f"{board_id}/cards/all", after=1))

    source.run()

    assert any(walk.name.startswith("cards.") for walk in source.of(board_id).slices)
    assert not source.failed and set(source.held("cards")) == set(trello.truth()["cards"])


def test_a_walk_that_stays_short_is_told_and_lands_nothing(trello: Trello, nights: Make) -> None:
    trello.answers.cards_in_total, trello.answers.rows_at_most = 30, 7
    source = nights()
    board_id = first_board(source.reader).id
    trello.faults.append(Fault("walk_ends", f"{board_id}/cards/all", after=1, times=10**6))

    source.run()

    assert source.of(board_id).state == "incomplete"
    cards = source.newest("cards").values()
    assert cards and board_id not in {card["idBoard"] for card in cards}


def test_the_overlap_is_a_setting(trello: Trello, nights: Make) -> None:
    mark = {"asked_at": "2026-03-01T02:00:00", "stamp": " 7"}
    since = []
    for options in ({}, {"overlap_minutes": 90}):
        reader = nights(**options).reader
        scope = replace(first_board(reader), stamp="2026-03-02T00:00:00 7")
        since.append(reader.plan(scope, mark).slices[2].request["since"])

    assert since == ["2026-03-01T01:45:00.000Z", "2026-03-01T00:30:00.000Z"]


def test_a_run_whose_budget_is_spent_goes_on_where_it_stopped(trello: Trello, nights: Make) -> None:
    trello.answers.rows_at_most = 20
    source = nights()
    states = []

    while not states or states[-1] == "deferred":
        source.run(max_requests=25)
        states.append(source.report.state)

    assert states[-1] == "fresh" and len(states) > 2
    for stream, truth in trello.truth().items():
        assert set(source.held(stream)) == set(truth)
    asked = [r for r in trello.requests if "before" in r.query and r.value("fields") != "idBoard"]
    walks = [r.path + r.value("before") for r in asked]
    assert len(walks) == len(set(walks))


def test_a_thousand_labels_may_not_be_all(trello: Trello, nights: Make) -> None:
    board = next(iter(trello.story.boards.values()))
    for number in range(1001):
        board.label_named(f"label {number}", trello.now)
    source = nights(boards=[board.id])

    source.run()

    assert any("1000 labels" in note for note in source.notes)
