"""Reading boards night after night: complete, and nothing more than need be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from connectors.contract import ExportSettings, Record
from connectors.trello import CONNECTOR
from tests.connectors.trello.nights import Nights, typed
from tests.simulators.trello import SECRETS, Trello
from tests.simulators.world import Happening

Make = Callable[..., Nights]
NEEDED = {
    "boards": {"id", "name", "closed", "shortLink", "url", "dateLastActivity", "lists"},
    "lists": {"id", "name", "closed", "idBoard"},
    "actions": {"id", "idMemberCreator", "data", "type", "date", "memberCreator"},
    "members": {"id", "fullName", "username", "email"},
    "labels": {"id", "name", "color", "idBoard"},
}


def assert_equal(held: dict[str, Any], truth: dict[str, Any], stream: str) -> None:
    """Every record of the truth is held as it is now, with the members that were asked for."""
    assert truth.keys() <= held.keys(), stream
    for key, expected in truth.items():
        found = held[key]
        assert NEEDED.get(stream, set()) <= found.keys()
        if stream == "boards":
            lists = found.pop("lists")
            names = {"id", "name", "closed", "idBoard"}
            wanted = [{n: v for n, v in e.items() if n in names} for e in expected["lists"]]
            assert lists == wanted
        assert _some(found, expected) == found, f"{stream} {key}"
        if stream == "cards":
            assert found == expected


def _some(found: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """The truth's members that were asked for; of people in actions, id and names."""
    some = {name: expected.get(name) for name in found}
    for name in {"memberCreator", "member"} & some.keys():
        person = some[name] or {}
        some[name] = {each: person[each] for each in ("id", "fullName", "username")}
    return some


def assert_whole(nights: Nights) -> None:
    for stream, truth in nights.trello.truth().items():
        assert_equal(nights.newest(stream), truth, stream)


def test_the_first_load_holds_all_there_is(trello: Trello, nights: Make) -> None:
    source = nights()

    source.run()

    assert_whole(source)
    assert not source.failed and len(source.read) == len(trello.truth()["boards"])
    assert [each.id for each in source.report.scopes] == ["", *sorted(trello.truth()["boards"])]


def test_after_each_of_ten_nights_the_newest_copies_are_the_truth(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    source.run()

    for number in range(1, 11):
        trello.night(number)
        source.run()

        assert_whole(source)
        assert not source.failed
    assert not trello.refusals
    held, gone = source.held("cards").keys(), source.outcomes()
    deleted = {key for key, outcome in trello.story.lost.items() if outcome == "deleted"}
    assert {key for key, outcome in gone.items() if outcome == "deleted"} & held == deleted & held
    assert deleted & held


def test_a_quiet_night_reads_no_board_and_writes_nothing(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    trello.requests.clear()
    trello.advance(3600)

    source.run()

    assert source.read == [] and source.written == 0
    paths = [request.path for request in trello.requests]
    assert paths.count("/1/batch") == 1 and len(paths) == 6


def test_only_the_board_with_news_is_read(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    trello.advance(3600)
    item = next(name for name in trello.world.items if trello.story.card_of(name))
    trello.play([Happening(trello.now, "comment", item, trello.world.people[0], {"text": "x"})])
    card = trello.story.card_of(item)
    assert card

    source.run()

    assert source.read == [card["idBoard"]]
    assert_whole(source)
    assert source.written == 3  # the action, the card, the board's last activity


def test_an_action_that_is_no_activity_of_the_board_is_news(trello: Trello, nights: Make) -> None:
    source = nights()
    source.run()
    trello.advance(3600)
    told_of = Happening(trello.now, "rename_field", "size", trello.world.people[0], {"name": "SP"})
    trello.play([told_of])

    source.run()

    assert {each["name"] for each in source.newest("custom_fields").values()} == {"SP"}


def test_every_board_is_read_whole_once_a_week_each_on_its_own_day(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    source.run()
    trello.requests.clear()
    nightly: list[list[str]] = []

    for _ in range(14):
        trello.advance(86_400 - 600)
        source.run()
        nightly.append(source.read)
        assert source.written == 0

    for week in (nightly[:7], nightly[7:]):
        assert sorted(each for night in week for each in night) == sorted(trello.truth()["boards"])
    assert nightly[:7] == nightly[7:] and max(map(len, nightly)) < len(trello.truth()["boards"])
    assert not any("since" in request.query for request in trello.requests)


def test_a_change_without_any_action_is_found_by_the_weekly_pass(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    source.run()
    for board in trello.story.boards.values():
        board.lists[0]["name"] = "Inbox"

    for _ in range(7):
        trello.advance(86_400)
        source.run()

    assert_whole(source)


def test_archived_cards_and_cards_in_archived_lists_are_read(trello: Trello, nights: Make) -> None:
    trello.story.archive_list(Happening(trello.now, "", "C1", trello.world.people[0]), "Review")
    source = nights()

    source.run()

    assert_whole(source)
    assert any(card["closed"] for card in source.newest("cards").values())
    archived = {each["id"] for each in source.newest("lists").values() if each["closed"]}
    assert any(card["idList"] in archived for card in source.newest("cards").values())


def test_every_kind_of_change_arrives(trello: Trello, nights: Make) -> None:
    source = nights()

    source.run()

    events = {
        (row[3], row[4].split(":")[0]) for row in source.rows("actions") if "events" in row[0]
    }
    for kind, field in (
        ("created", "idList"),
        ("commented", "comment"),
        ("deleted", "deleted"),
        *(("changed", name) for name in CHANGED),
    ):
        assert (kind, field) in events


CHANGED = (
    *("idList", "idBoard", "closed", "dueComplete", "name", "desc"),
    *("idMembers", "idLabels", "customField", "checklists", "attachments"),
)


def test_exported_and_read_live_the_same_world_gives_the_same_rows(
    trello: Trello, nights: Make, tmp_path: Path
) -> None:
    source = nights()
    source.run()
    for board_id in trello.truth()["boards"]:
        told = json.dumps(trello.export(board_id, actions=10**6))
        (tmp_path / f"{board_id}.json").write_text(told, "utf-8")

    exported = CONNECTOR.read_exports(ExportSettings("mkt", tuple(sorted(tmp_path.iterdir()))))
    records = {(each.stream, each.key): each for each in exported if isinstance(each, Record)}

    for stream in ("boards", "lists", "cards", "actions", "labels", "custom_fields", "members"):
        rows = typed(each for each in records.values() if each.stream == stream)
        assert rows == source.rows(stream), stream


def test_what_was_read_after_an_export_is_newer_than_it(
    trello: Trello, nights: Make, tmp_path: Path
) -> None:
    board_id = next(iter(trello.truth()["boards"]))
    path = tmp_path / "board.json"
    path.write_text(json.dumps(trello.export(board_id)), "utf-8")
    exported = CONNECTOR.read_exports(ExportSettings("mkt", (path,)))
    source = nights(boards=[board_id])
    source.run()

    for each in exported:
        assert isinstance(each, Record)
        found = source.held(each.stream)[each.key].version
        assert found is not None and each.version is not None and found >= each.version


def test_too_many_checklists_are_left_out_and_named(trello: Trello, nights: Make) -> None:
    trello.answers.checklists_at_most = 0
    source = nights()

    source.run()

    assert not source.failed and source.held("cards")
    assert any("checklists" in note for note in source.notes)


def test_no_secret_leaves_the_header(trello: Trello, nights: Make) -> None:
    source = nights()
    source.reader.identify()

    source.run()

    assert trello.secrets_in_addresses == []
    for request in trello.requests:
        text = f"{request.path} {request.query} {request.body}"
        assert not any(secret in text for secret in SECRETS.values())


def test_nested_things_are_never_asked_for(trello: Trello, nights: Make) -> None:
    trello.answers.cards_at_most_with_more = 0
    source = nights()

    source.run()

    assert not source.failed
