"""Who asks Trello, with what, how fast; and what is said when it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import zstandard

from connectors.contract import Record, Rejected
from connectors.errors import AccessError, Refused, ResponseError, SettingsError, ThroughlineError
from connectors.http import Answer
from connectors.live import LiveConnector, LiveSettings, Slice
from connectors.secrets import Secret
from connectors.trello import CONNECTOR, streams
from connectors.trello.client import TrelloDialect
from tests.connectors.trello.nights import Nights, first_board, settings
from tests.figures import Figure
from tests.simulators.server import FOR_EVER, Fault
from tests.simulators.trello import SECRETS, Trello

Make = Callable[..., Nights]
ZSTD = b"\x28\xb5\x2f\xfd"
TOKEN_LIMIT = b'{"error":"API_TOKEN_LIMIT_EXCEEDED","message":"Rate limit exceeded"}'
MEMBER_LIMIT = b'{"error":"MEMBER_LIMIT_EXCEEDED","message":"Rate limit exceeded"}'


def test_trello_is_a_live_connector() -> None:
    assert isinstance(CONNECTOR, LiveConnector)
    assert CONNECTOR.items in {stream.name for stream in CONNECTOR.streams}


def test_key_and_token_travel_in_one_header_and_hide_themselves() -> None:
    secrets = {name: Secret(value) for name, value in SECRETS.items()}

    access = CONNECTOR.access(LiveSettings("mkt", secrets=secrets))

    header = access.headers["Authorization"].reveal()
    assert header == (
        f'OAuth oauth_consumer_key="{SECRETS["key"]}", oauth_token="{SECRETS["token"]}"'
    )
    assert access.address == "https://api.trello.com/1" and access.reads == ()
    assert CONNECTOR.hosts(LiveSettings("mkt")) == ("api.trello.com",)
    assert not any(value in repr(access) for value in SECRETS.values())


@pytest.mark.parametrize("name", ["key", "token"])
@pytest.mark.parametrize("value", [None, "", 'x", oauth_token="y', "two words"])
def test_what_is_no_key_or_token_is_named_and_not_shown(name: str, value: str | None) -> None:
    secrets = {each: Secret(text) for each, text in SECRETS.items()}
    if value is None:
        del secrets[name]
    else:
        secrets[name] = Secret(value)

    with pytest.raises(SettingsError) as fault:
        CONNECTOR.access(LiveSettings("mkt", secrets=secrets))

    assert f"{name}_env" in str(fault.value) and "'mkt'" in str(fault.value)
    assert not value or value not in str(fault.value)


def test_who_we_are_is_known_after_two_questions(trello: Trello, nights: Make) -> None:
    identity = nights().reader.identify()

    me = next(iter(trello.story.members.values()))
    assert identity.account == me["username"] and identity.detail == me["fullName"]
    assert identity.server_time == trello.now.replace(tzinfo=None)
    assert identity.warnings == ()
    assert len(trello.requests) == 2


@pytest.mark.requirement("R38", "401: one attempt, a sentence of its own")
@pytest.mark.parametrize("name", ["key", "token"])
def test_a_stranger_is_told_which_of_the_two_is_wrong(
    trello: Trello, nights: Make, name: str, figure: Figure
) -> None:
    source = nights()
    trello.secrets = {**SECRETS, name: "0" * 32}

    with pytest.raises(Refused) as refused:
        source.reader.identify()

    text = str(refused.value)
    assert f"the {name} of source 'mkt'" in text and trello.address in text and "401" in text
    assert f"{name}_env" in text and isinstance(refused.value, AccessError)
    assert refused.value.status == 401
    assert not any(secret in text for secret in SECRETS.values())
    assert len(trello.requests) == 1
    figure.reached(f"wrong {name}: 1 attempt")


@pytest.mark.requirement("R38", "401 midway: one question whether the token is dead")
def test_a_dead_token_is_proved_dead_once(trello: Trello, nights: Make) -> None:
    reader = nights().reader
    trello.faults = [Fault("status", times=FOR_EVER, details={"status": 401})]

    for part in ("lists", "labels", "actions"):
        with pytest.raises(Refused) as refused:
            reader._trello.get(f"/boards/5f1c0000000000000000000a/{part}")  # type: ignore[attr-defined]
        assert refused.value.status == 401
    asked = [each.path.rpartition("/")[2] for each in trello.requests]

    assert asked == ["lists", "me", "labels", "actions"]


@pytest.mark.parametrize(
    ("expires", "is_warned"),
    [("2026-03-15T00:00:00.000Z", True), ("2026-12-01T00:00:00.000Z", False), (None, False)],
)
def test_a_token_that_ends_within_thirty_days_is_named(
    trello: Trello, nights: Make, expires: str | None, is_warned: bool
) -> None:
    trello.token_expires = expires

    warnings = nights().reader.identify().warnings

    assert bool(warnings) is is_warned
    assert all("2026-03-15" in each and "'mkt'" in each for each in warnings)


def test_a_token_that_may_not_list_tokens_is_still_good(trello: Trello, nights: Make) -> None:
    refused = {"status": 401, "body": "unauthorized permission requested"}
    trello.faults.append(Fault("status", "me/tokens", details=refused))

    assert nights().reader.identify().warnings == ()


def test_a_token_revoked_midway_ends_the_source_and_another_goes_on(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    source.run()
    marks = {each.id: each.mark_after for each in source.report.scopes}
    trello.night(1)
    dead = {"status": 401, "body": "invalid token"}
    trello.faults.append(
        Fault("status", "cards/all|members/me null", after=2, times=10**6, details=dead)
    )

    source.run(workers=1)

    assert source.report.state == "failed" and "401" in source.report.reason
    read = set(source.read)
    assert source.outcomes().keys() <= {*trello.story.lost}
    trello.faults.clear()
    source.run()
    assert source.report.state in ("fresh", "partial") and not source.failed
    assert all(
        source.of(key).mark_before == mark for key, mark in marks.items() if key and key not in read
    )
    assert set(trello.truth()["cards"]) <= set(source.held("cards"))


@pytest.mark.parametrize("board", ["not an id!", "abc"])
def test_a_board_that_is_no_id_is_a_matter_of_the_settings(nights: Make, board: str) -> None:
    [_, scope] = nights(boards=[board]).reader.scopes()

    assert not scope.is_readable
    assert "neither an id of a board nor a short link" in scope.reason


def test_boards_are_named_by_id_or_short_link_and_read_once(trello: Trello, nights: Make) -> None:
    board = next(iter(trello.story.boards.values()))
    source = nights(boards=[board.id, board.data["shortLink"]])

    source.run()

    assert source.read == [board.id]


def test_refusals_without_retry_after_silence_the_window_they_belong_to() -> None:
    dialect = TrelloDialect()

    of_token = dialect.pause(Answer(429, {}, TOKEN_LIMIT))
    of_members = dialect.pause(Answer(429, {}, MEMBER_LIMIT))
    told = dialect.pause(Answer(429, {"retry-after": "1847"}, TOKEN_LIMIT))

    assert of_token and (of_token.seconds, of_token.whole_source) == (10, True)
    assert of_members and (of_members.seconds, of_members.whole_source) == (900, False)
    assert told and told.seconds == 1847
    assert dialect.pause(Answer(502, {}, b"")) is None


def test_headers_that_tell_what_is_left_slow_down_and_are_not_needed() -> None:
    dialect, name = TrelloDialect(), "x-rate-limit-api-token"

    def is_near(**headers: str) -> bool:
        return dialect.is_near(
            Answer(200, {f"{name}-{key}": value for key, value in headers.items()}, b"")
        )

    assert is_near(remaining="9", max="100") and not is_near(remaining="60", max="100")
    assert not is_near() and not is_near(remaining="9") and not is_near(remaining="?", max="1")


def test_no_answer_is_a_refusal_while_many_boards_are_read(trello: Trello, nights: Make) -> None:
    trello.tells_limits = True
    trello.answers.rows_at_most = 3
    source = nights()

    source.run()

    assert len(trello.requests) > 150 and not trello.refusals
    assert set(source.held("cards")) == set(trello.truth()["cards"])


def test_a_token_shared_with_others_is_waited_for(trello: Trello, nights: Make) -> None:
    source = nights()
    busy = {"status": 429, "body": TOKEN_LIMIT}
    trello.faults.append(Fault("status", "boards/", after=5, times=3, details=busy))
    began = trello.now

    source.run()

    assert not source.failed and set(source.held("cards")) == set(trello.truth()["cards"])
    assert (trello.now - began).total_seconds() >= 10


@pytest.mark.parametrize("kind", ["cut", "reset", "half_json", "html", "empty"])
def test_a_broken_answer_is_asked_for_again(trello: Trello, nights: Make, kind: str) -> None:
    trello.faults.append(Fault(kind, "cards/all|actions|boards", after=3, times=2))
    source = nights()

    source.run()

    assert not source.failed and set(source.held("cards")) == set(trello.truth()["cards"])


def test_a_bad_request_is_never_passed_over(trello: Trello, nights: Make) -> None:
    source = nights()
    scope = first_board(source.reader)
    (walk, *_) = source.reader.plan(scope, None).slices
    refused = {"status": 400, "body": "invalid value for fields"}
    trello.faults.append(Fault("status", "labels", details=refused))

    with pytest.raises(ResponseError, match="invalid value for fields"):
        source.reader.step(walk, None)


def test_an_object_without_an_id_is_kept_aside_and_one_page_of_them_is_a_fault(
    trello: Trello, nights: Make
) -> None:
    source = nights()
    scope = first_board(source.reader)
    walk = source.reader.plan(scope, None).slices[1]
    card: dict[str, Any] = {"id": "5" * 24, "idBoard": scope.id, "idList": "l", "name": "n"}

    def answered(body: list[Any]) -> list[Record | Rejected]:
        import json

        found = {"status": 200, "body": json.dumps(body).encode()}
        trello.faults.append(Fault("status", "cards/all", details=found))
        return list(source.reader.step(walk, None).records)

    good, bad = answered([card, {"name": "no id"}])
    assert isinstance(good, Record) and isinstance(bad, Rejected) and bad.field_path == "id"
    with pytest.raises(ResponseError, match="without ids"):
        answered([{"name": "no id"}])


def test_only_a_walk_over_cards_can_be_cut() -> None:
    walk = Slice("5" * 24, "actions", "actions", {"at": "2026-03-01T00:00:00"})

    assert streams.halves(walk) == ()
    narrow = {"at": "2026-03-01T00:00:00", "since": "0000000a", "before": "0000000b"}
    assert streams.halves(Slice("5" * 24, "cards", "cards", narrow)) == ()


def test_no_fault_shows_a_secret(trello: Trello, nights: Make) -> None:
    source = nights()
    scope = first_board(source.reader)
    walks = source.reader.plan(scope, None).slices
    shown = f"no {SECRETS['key']} and {SECRETS['token']}"
    texts = []
    for status in (400, 401, 403, 404, 410):
        details = {"status": status, "body": shown}
        trello.faults.append(Fault("status", "boards|cards", times=9, details=details))
        with pytest.raises(ThroughlineError) as fault:
            source.reader.step(walks[1], None)
        texts.append(str(fault.value))
        trello.faults.clear()

    assert not any(secret in text for secret in SECRETS.values() for text in texts)


def test_the_address_of_the_settings_is_the_only_host(trello: Trello) -> None:
    given = replace(settings(trello), address="https://trello.example/1")

    assert CONNECTOR.hosts(given) == ("trello.example",)
    assert CONNECTOR.access(given).address == "https://trello.example/1"


def test_nothing_that_is_written_or_reported_holds_a_secret(trello: Trello, nights: Make) -> None:
    source = nights()
    echo = {"status": 403, "body": f"no {SECRETS['key']} and {SECRETS['token']}"}
    trello.faults.append(Fault("status", "labels", times=9, details=echo))

    source.run()

    written = [path.read_bytes() for path in source.raw.rglob("*") if path.is_file()]
    written += [zstandard.ZstdDecompressor().decompress(w) for w in written if w[:4] == ZSTD]
    assert source.failed
    for text in [*written, source.report.json()]:
        assert not any(secret.encode() in text for secret in SECRETS.values())
