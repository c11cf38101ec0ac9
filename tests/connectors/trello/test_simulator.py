"""The simulator of Trello: what it answers, whom, how often, and that a stranger reads it whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from trello import TrelloClient

from tests.simulators.server import Answer, Request
from tests.simulators.trello import BLOCKED_AFTER, RATES, SECRETS, Trello
from tests.simulators.trello_boards import ORGANISATION
from tests.simulators.world import Happening, World

OAUTH = f'OAuth oauth_consumer_key="{SECRETS["key"]}", oauth_token="{SECRETS["token"]}"'

DOCUMENTED = {
    "boards": "id name desc closed idOrganization shortLink url shortUrl dateLastActivity "
    "dateLastView prefs limits",
    "lists": "id name closed idBoard pos subscribed softLimit",
    "cards": "id badges checkItemStates closed dateLastActivity dateCompleted dateClosed desc "
    "descData due dueComplete start idBoard idList idShort idMembers idMembersVoted idLabels "
    "labels idChecklists isTemplate cardRole name pos shortLink shortUrl url subscribed "
    "customFieldItems",
    "actions": "id idMemberCreator data type date appCreator limits memberCreator member",
    "members": "id fullName username initials avatarHash avatarUrl email memberType confirmed",
    "labels": "id idBoard name color",
    "custom_fields": "id idModel modelType fieldGroup display name pos type isSuggestedField",
    "checklists": "id name idBoard idCard pos checkItems",
}
"""Members of Trello's objects, in our words after its reference and real exports."""


@pytest.fixture
def trello() -> Trello:
    return Trello(World(5))


def ask(trello: Trello, address: str, header: str = OAUTH) -> Answer:
    found = urlsplit(address)
    query: dict[str, list[str]] = {}
    for pair in filter(None, found.query.split("&")):
        name, _, value = pair.partition("=")
        query.setdefault(name, []).append(value)
    return trello.respond(Request("GET", f"/1{found.path}", query, {"authorization": header}))


def boards(trello: Trello) -> list[str]:
    return [each["id"] for each in ask(trello, "/members/me/boards?filter=all").body]


def test_every_object_has_the_documented_members(trello: Trello) -> None:
    for stream, records in trello.truth().items():
        allowed = {*DOCUMENTED[stream].split(), *(["lists"] if stream == "boards" else [])}
        assert records
        for record in records.values():
            assert set(record) <= allowed, stream


def test_all_boards_are_listed_and_those_of_an_organisation(trello: Trello) -> None:
    mine = boards(trello)
    ours = ask(trello, f"/organizations/{ORGANISATION}/boards?filter=all").body

    assert set(mine) == set(trello.truth()["boards"])
    assert {each["id"] for each in ours} < set(mine)


def test_a_page_of_cards_is_the_latest_ones_in_no_order(trello: Trello) -> None:
    board = boards(trello)[0]
    every = sorted(ask(trello, f"/boards/{board}/cards/all").body, key=lambda each: each["id"])

    page = ask(trello, f"/boards/{board}/cards/all?limit=7").body
    ids = [each["id"] for each in page]
    before = ask(trello, f"/boards/{board}/cards/all?limit=7&before={min(ids)}").body

    assert sorted(ids) == [each["id"] for each in every[-7:]] and ids != sorted(ids)
    assert {each["id"] for each in before} == {each["id"] for each in every[-14:-7]}


def test_actions_come_newest_first_and_fifty_by_default(trello: Trello) -> None:
    board = boards(trello)[0]

    found = ask(trello, f"/boards/{board}/actions").body

    ids = [each["id"] for each in found]
    assert len(ids) == 50 and ids == sorted(ids, reverse=True)
    named = ask(trello, f"/boards/{board}/actions?filter=updateCard:closed,createCard").body
    assert {each["type"] for each in named} <= {"updateCard", "createCard"}
    since = ask(trello, f"/boards/{board}/actions?since={ids[9]}").body
    assert [each["id"] for each in since] == ids[:9]


def test_a_deleted_card_leaves_an_action_without_its_name(trello: Trello) -> None:
    found = [a for a in trello.truth()["actions"].values() if a["type"] == "deleteCard"]

    assert found and all(set(each["data"]["card"]) == {"id", "idShort"} for each in found)
    gone = found[0]["data"]["card"]["id"]
    assert ask(trello, f"/cards/{gone}") == Answer("The requested resource was not found.", 404)


def test_deleted_and_hidden_boards_answer_in_plain_text(trello: Trello) -> None:
    first, second, *_ = list(trello.story.boards.values())
    first.fate, second.fate = "deleted", "hidden"

    assert first.id not in boards(trello) and second.id not in boards(trello)
    assert ask(trello, f"/boards/{first.id}").status == 404
    refused = ask(trello, f"/boards/{second.id}/cards/all")
    assert (refused.status, refused.body) == (401, "unauthorized permission requested")
    trello.hidden_status = 404
    assert ask(trello, f"/boards/{second.id}").status == 404


def test_a_card_moves_with_its_id_and_both_boards_tell(trello: Trello) -> None:
    kinds = {
        action["type"]: action["data"]["board"]["id"]
        for action in trello.truth()["actions"].values()
        if action["type"].startswith("moveCard")
    }

    assert set(kinds) == {"moveCardFromBoard", "moveCardToBoard"}


def test_a_batch_tells_the_status_of_each(trello: Trello) -> None:
    board = boards(trello)[0]

    found = ask(trello, f"/batch?urls=/boards/{board},/cards/{'0' * 24}").body

    assert found[0]["200"]["id"] == board
    assert found[1]["statusCode"] == 404
    too_many = ",".join(["/members/me"] * 11)
    assert ask(trello, f"/batch?urls={too_many}").status == 400


def test_a_board_tells_how_near_it_is_to_its_limits(trello: Trello) -> None:
    board = boards(trello)[0]

    limits = ask(trello, f"/boards/{board}?fields=limits").body["limits"]

    assert limits["cards"]["openPerBoard"]["disableAt"] == 5_000


def test_nested_things_are_refused_on_a_big_board(trello: Trello) -> None:
    trello.answers.cards_at_most_with_more = 3

    refused = ask(trello, f"/boards/{boards(trello)[0]}/cards/all?actions=all")

    assert refused.status == 403 and refused.body["error"] == "API_TOO_MANY_CARDS_REQUESTED"


@pytest.mark.parametrize("name", ["key", "token"])
def test_a_stranger_is_refused_in_plain_text(trello: Trello, name: str) -> None:
    header = OAUTH.replace(SECRETS[name], "other")

    assert ask(trello, "/members/me", header) == Answer(f"invalid {name}", 401)
    assert trello.secrets_in_addresses == []


def test_a_token_asked_too_often_is_refused_then_blocked(trello: Trello) -> None:
    statuses = [ask(trello, "/boards/none").status for _ in range(RATES["token"] + 1)]

    assert 429 not in statuses[:-1] and statuses[-1] == 429
    refused = ask(trello, "/boards/none")
    assert refused.body["error"] == "API_TOKEN_LIMIT_EXCEEDED"
    assert "Retry-After" not in refused.headers
    for _ in range(BLOCKED_AFTER):
        ask(trello, "/boards/none")
    trello.advance(5)
    assert ask(trello, "/boards/none").body["error"] == "API_KEY_LIMIT_EXCEEDED"
    trello.advance(11)
    assert ask(trello, "/boards/none").status == 400


def test_members_have_a_limit_of_their_own(trello: Trello) -> None:
    for _ in range(RATES["member"]):
        ask(trello, "/members/me")
    trello.advance(60)

    assert ask(trello, "/members/me").body["error"] == "MEMBER_LIMIT_EXCEEDED"
    assert ask(trello, f"/boards/{'0' * 24}").status == 404


def test_limits_are_told_only_where_that_is_wanted(trello: Trello) -> None:
    assert ask(trello, "/members/me").headers == {}
    trello.tells_limits = True
    assert ask(trello, "/members/me").headers["x-rate-limit-api-token-remaining"] == "98"


def test_an_export_holds_a_thousand_actions_at_most(trello: Trello) -> None:
    board = boards(trello)[0]

    found = trello.export(board, actions=10)

    assert len(found["actions"]) == 10 and found["cards"] and found["lists"]
    newest = max(a["date"] for a in trello.story.boards[board].actions)
    assert found["actions"][0]["date"] == newest


class Redirected(requests.Session):
    """Sends what py-trello asks of Trello to the simulator."""

    address = ""

    def request(self, method: Any, url: Any, *args: Any, **more: Any) -> requests.Response:
        url = str(url).replace("https://api.trello.com", self.address)
        return super().request(method, url, *args, **more)


@pytest.fixture
def stranger(trello: Trello) -> Iterator[TrelloClient]:
    """py-trello, a client written by others."""
    trello.is_limited = False
    with trello.serving(), Redirected() as session:
        session.address = trello.address
        yield TrelloClient(SECRETS["key"], SECRETS["token"], http_service=session)


def test_a_client_written_by_others_reads_every_object(
    trello: Trello, stranger: TrelloClient
) -> None:
    for number, board in enumerate(list(trello.story.boards), 1):
        told_of = Happening(trello.now, "", f"C{number}", trello.world.people[0])
        assert trello.story.id_of(f"C{number}") == board
        trello.story.archive_list(told_of, "Review")
    truth = trello.truth()
    lists, cards, actions = set(), set(), set()

    found = stranger.list_boards()
    for board in found:
        every = board.all_lists()
        lists |= {each.id for each in every}
        for one in every:
            cards |= {c.id for c in one.list_cards_iter(card_filter="all", query={}, batch=7)}
        before = None
        while page := board.fetch_actions("all", 100, before=before):
            actions |= {each["id"] for each in page}
            before = page[-1]["id"]

    assert {each.id for each in found} == set(truth["boards"])
    assert lists == set(truth["lists"])
    assert cards == set(truth["cards"])
    assert actions == set(truth["actions"])
    assert trello.secrets_in_addresses


def test_a_night_tells_what_happened_since(trello: Trello) -> None:
    before = trello.truth()

    trello.night(1)

    after = trello.truth()
    assert trello.now == trello.world.run_at(1)
    new = set(after["actions"]) - set(before["actions"])
    assert new and all(
        after["actions"][each]["date"] > told_at(trello, hours=24) for each in sorted(new)
    )


def told_at(trello: Trello, hours: int) -> str:
    return (trello.now - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S")
