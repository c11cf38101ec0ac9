"""Walks over cards and actions: whatever the size of a page, nothing is lost and each one ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.contract import Record
from tests.connectors.trello.nights import Nights
from tests.simulators.trello import Trello

Make = Callable[..., Nights]


def test_pages_may_be_smaller_than_asked_for(trello: Trello, nights: Make) -> None:
    trello.answers.rows_at_most = 7
    source = nights()

    source.run()

    for stream, truth in trello.truth().items():
        assert set(source.held[stream]) == set(truth)


def test_three_thousand_actions_in_one_millisecond_are_read(trello: Trello, nights: Make) -> None:
    board = next(iter(trello.story.boards.values()))
    for _ in range(3000):
        trello.story.act(board, trello.now, trello.world.people[0], "updateBoard")
    source = nights(boards=[board.id])

    source.run()

    assert len(source.held["actions"]) == len(board.actions)


def test_an_action_that_appears_late_is_read(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    board = next(iter(trello.story.boards.values()))
    late = trello.story.act(board, trello.now, trello.world.people[0], "updateBoard")
    trello.advance(600)
    trello.story.act(board, trello.now, trello.world.people[0], "updateBoard")

    source.run()

    assert late["id"] in source.held["actions"]


def test_a_page_depends_on_slice_and_token_alone(trello: Trello, nights: Make) -> None:
    trello.answers.rows_at_most = 7
    first, second = nights(), nights()
    scope = first.reader.scopes()[1]
    second.reader.identify()
    (*_, cards, actions) = first.reader.plan(scope, None).slices

    for walk in (cards, actions):
        token = first.reader.step(walk, None).token
        assert second.reader.step(walk, token) == first.reader.step(walk, token)


def test_a_walk_over_cards_is_cut_in_two_without_loss(trello: Trello, nights: Make) -> None:
    source = nights()
    scope = source.reader.scopes()[1]
    whole = source.reader.plan(scope, None).slices[1]

    def keys(walk: Any) -> list[str]:
        found, token = [], None
        while True:
            step = source.reader.step(walk, token)
            found += [each.key for each in step.records if isinstance(each, Record)]
            token = step.token
            if token is None:
                return found

    one, two = source.reader.halves(whole)
    parts = [*source.reader.halves(one), two]

    found = [key for part in parts for key in keys(part)]
    assert sorted(found) == sorted(keys(whole))
    assert len({part.name for part in parts}) == 3


def test_a_board_near_its_limit_tells_how_many_cards_to_expect(
    trello: Trello, nights: Make
) -> None:
    trello.answers.cards_in_total = 30
    source = nights()
    scope = source.reader.scopes()[1]

    walks = source.reader.plan(scope, None).slices

    cards = [c for c in trello.truth()["cards"].values() if c["idBoard"] == scope.id]
    assert source.reader.expected(walks[1]) == len(cards)
    assert source.reader.expected(walks[0]) is None and source.reader.expected(walks[2]) is None
    forecast = source.reader.requests_expected(scope, None)
    assert forecast and forecast.items == len(cards)


def test_a_board_without_news_is_forecast_to_cost_nothing(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()

    scope = source.roster[1]

    forecast = source.reader.requests_expected(scope, source.marks[scope.id])
    assert forecast and forecast.requests == 0
    assert source.reader.requests_expected(scope, None) is None
