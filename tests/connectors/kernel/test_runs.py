"""Runs over a live source: what lands, what goes on, what stays as it was."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import Future, wait
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from connectors.errors import AccessError, DiskFullError, ResponseError
from connectors.extraction_report import Progress
from connectors.landing import Landing
from connectors.within import Within
from tests.connectors.kernel.shelf import (
    CANARY,
    Shelf,
    asked,
    copies,
    landed,
    pages,
    run,
    truth,
)
from tests.simulators.server import Fault, Request

ITEMS = "/boards/b1/things"


def test_a_first_run_lands_everything_and_a_quiet_one_nothing(
    boards: Shelf, tmp_path: Path
) -> None:
    first = run(boards, tmp_path)
    written = pages(tmp_path)
    boards.advance(3600)
    second = run(boards, tmp_path)

    assert (first.state, first.landed, first.coverage) == ("fresh", {"things": 120}, 100.0)
    assert landed(tmp_path) == truth(boards)
    assert (second.state, second.landed) == ("fresh", {})
    assert pages(tmp_path) == written
    assert len(Landing(tmp_path, "eng").pages()) == 1


def test_what_changed_lands_once_and_what_changed_back_lands_again(
    shelf: Shelf, tmp_path: Path
) -> None:
    run(shelf, tmp_path)
    for text in ("other", "text 3", "other"):
        shelf.advance(3600)
        shelf.put("t00003", "b1", text)
        assert run(shelf, tmp_path).landed == {"things": 1}
        assert landed(tmp_path)["t00003"]["text"] == text
    digests = [
        record.digest
        for page in Landing(tmp_path, "eng").pages("things")
        for record in Landing(tmp_path, "eng").records(page)
    ]

    assert len(digests) == len(set(digests)) == 43


def test_a_wrong_token_ends_the_run_before_anything_is_written(
    shelf: Shelf, tmp_path: Path
) -> None:
    with pytest.raises(AccessError, match="401"):
        run(shelf, tmp_path, token="wrong-token")

    assert len(shelf.requests) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_token_that_dies_midway_stops_the_source_and_a_new_one_goes_on(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.faults = [Fault("status", ITEMS, after=2, times=99, details={"status": 401})]
    stopped = run(shelf, tmp_path)
    shelf.faults, shelf.requests = [], []
    resumed = run(shelf, tmp_path)

    assert (stopped.state, stopped.landed) == ("failed", {})
    assert "401" in stopped.reason
    assert (resumed.state, resumed.landed) == ("fresh", {"things": 40})
    assert asked(shelf, ITEMS) == 2
    assert landed(tmp_path) == truth(shelf)


def test_one_board_of_many_that_fails_leaves_the_others(tmp_path: Path) -> None:
    shelf = Shelf(boards=200, things=400)
    with shelf.serving():
        shelf.boards["b77"] = "500"
        found = run(shelf, tmp_path)
        shelf.boards["b77"] = "fine"
        later = run(shelf, tmp_path)

    (failed,) = [each for each in found.scopes if each.state != "complete"]
    assert (found.state, failed.id, failed.state) == ("partial", "b77", "partial")
    assert "500" in failed.reason and "1 partial" in found.reason
    assert found.landed == {"things": 398}
    assert found.coverage == pytest.approx(100 * 398 / 399, abs=0.01)
    assert (later.state, later.landed) == ("fresh", {"things": 2})


def test_a_landing_that_ends_while_it_is_looked_at_stops_nothing(
    boards: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each landing is over from the second look on, wherever in between it had ended."""

    class Late(Future):
        looks = 0

        def done(self) -> bool:
            self.looks += 1
            return self.looks > 1 and bool(wait([self]).done)

    monkeypatch.setattr("concurrent.futures.thread._base.Future", Late)
    found = run(boards, tmp_path, workers=1)

    assert (found.state, found.landed) == ("fresh", {"things": 120})


def test_a_failed_refresh_leaves_what_was_there(boards: Shelf, tmp_path: Path) -> None:
    run(boards, tmp_path)
    before = pages(tmp_path)
    boards.advance(3600)
    for key in list(boards.things)[:100]:
        boards.put(key, "b1", "all of it changed")
    boards.faults = [Fault("status", ITEMS, after=9, times=99, details={"status": 500})]
    found = run(boards, tmp_path)

    assert {each.id: each.state for each in found.scopes}["b1"] == "partial"
    assert found.landed == {}
    assert pages(tmp_path) == before


@pytest.mark.parametrize("token_of", ["first", "later"])
def test_a_token_that_comes_twice_fails_the_slice(
    shelf: Shelf, tmp_path: Path, token_of: str
) -> None:
    shelf.faults = [Fault("same_token", ITEMS, after=1 if token_of == "first" else 2)]
    found = run(shelf, tmp_path)

    assert (found.state, found.landed) == ("partial", {})
    assert "came twice" in found.scopes[0].reason
    assert asked(shelf, ITEMS) < 5


def test_an_empty_page_with_a_token_goes_on(shelf: Shelf, tmp_path: Path) -> None:
    shelf.faults = [Fault("empty_page", ITEMS, after=1, times=3)]
    found = run(shelf, tmp_path)

    assert (found.state, found.landed) == ("fresh", {"things": 40})
    assert found.scopes[0].slices[0].pages == 7


def test_empty_pages_without_end_fail_the_slice(shelf: Shelf, tmp_path: Path) -> None:
    shelf.faults = [Fault("empty_page", ITEMS, after=1, times=999)]

    assert "pages in a row were empty" in run(shelf, tmp_path).scopes[0].reason


def test_a_token_that_expires_restarts_its_slice_once(tmp_path: Path) -> None:
    shelf = Shelf(boards=2, things=800)
    with shelf.serving():
        shelf.faults = [Fault("expired", ITEMS, after=30)]
        found = run(shelf, tmp_path)

        assert (found.state, found.landed) == ("fresh", {"things": 800})
        assert (asked(shelf, ITEMS), asked(shelf, "/boards/b2/things")) == (71, 40)
        assert [each.slices[0].restarts for each in found.scopes] == [1, 0]


def test_a_token_that_expires_again_and_again_fails_the_slice(shelf: Shelf, tmp_path: Path) -> None:
    shelf.faults = [Fault("expired", ITEMS, after=2, times=999)]
    found = run(shelf, tmp_path)
    shelf.faults = []

    assert "expired" in found.scopes[0].reason
    assert run(shelf, tmp_path).landed == {"things": 40}


def test_a_walk_that_ends_early_is_healed_by_halves(tmp_path: Path) -> None:
    shelf = Shelf(things=1000)
    with shelf.serving():
        shelf.faults = [Fault("ends_early", ITEMS, after=63)]
        found = run(shelf, tmp_path)

        assert (found.state, found.landed) == ("fresh", {"things": 1000})
        assert landed(tmp_path) == truth(shelf)
    (whole, *halves) = found.scopes[0].slices
    assert (whole.rows, whole.expected, whole.found) == (640, 1000, 1000)
    assert [each.part_of for each in (whole, *halves)] == ["", "things", "things"]


@pytest.mark.requirement("R11", "a count that does not reconcile lands nothing and is named")
def test_a_walk_that_stays_short_is_told_and_moves_no_mark(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    shelf.advance(3600)
    for number in range(40):
        shelf.put(f"t{number:05}", "b1", "changed")
    shelf.faults = [Fault("ends_early", ITEMS, times=9999)]
    found = run(shelf, tmp_path)
    shelf.faults = []
    healed = run(shelf, tmp_path)

    assert found.scopes[0].state == "incomplete"
    assert "of 40 things" in found.scopes[0].reason
    assert (found.landed, found.scopes[0].mark_after) == ({}, None)
    assert healed.landed == {"things": 40}


def test_nothing_where_something_was_is_an_alarm(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    folder = tmp_path / "eng"
    kept = (folder / "journal.jsonl").read_bytes().splitlines(True)
    (folder / "journal.jsonl").write_bytes(b"".join(x for x in kept if b'"scope"' not in x[:20]))
    (folder / "journal.end").unlink()
    shelf.things.clear()
    found = run(shelf, tmp_path)

    assert found.scopes[0].state == "incomplete"
    assert found.scopes[0].reason == "slice things came back empty, where 40 items are known"


def test_what_comes_twice_in_a_walk_lands_once_and_is_counted(shelf: Shelf, tmp_path: Path) -> None:
    shelf.page = 7
    respond = shelf._page

    def overlapping(request: Any, found: Any) -> Any:
        answer = respond(request, found)
        token = request.value("token")
        if token and int(token) > 7:
            answer.body["rows"].insert(0, found[0].json())
        return answer

    shelf._page = overlapping  # type: ignore[method-assign]
    found = run(shelf, tmp_path)

    assert (found.landed, copies(tmp_path)) == ({"things": 40}, 40)
    assert found.scopes[0].slices[0].duplicate == 4


def test_an_older_copy_does_not_replace_a_newer_one(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    shelf.advance(600)
    shelf.put("t00001", "b1", "an old copy", ago=3600 * 48)
    shelf.counts = False
    stale = run(Renewed(shelf), tmp_path)  # type: ignore[arg-type]

    assert stale.scopes[0].slices[0].older == 1
    assert landed(tmp_path)["t00001"]["text"] == "text 1"


class Renewed:
    """A shelf whose landing has no mark, so that all is read again."""

    def __init__(self, shelf: Shelf) -> None:
        self.address = shelf.address
        for board in shelf.on("b1"):
            board.board = "b9"
        shelf.boards = {"b9": "fine"}


def test_the_clock_of_this_machine_changes_nothing(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    written = []
    for number, skew in enumerate((0, 86_400, -86_400)):
        monkeypatch.setattr(time, "time", lambda skew=skew: real() + skew)
        raw = tmp_path / str(number)
        found = run(shelf, raw)
        written.append((pages(raw), found.scopes[0].mark_after))

    assert written[0] == written[1] == written[2]


def test_an_idle_board_costs_nothing_for_a_week(boards: Shelf, tmp_path: Path) -> None:
    boards.tells_change = True
    run(boards, tmp_path)
    boards.put("t00000", "b1", "changed")
    boards.advance(86_400)
    boards.requests = []
    quiet = run(boards, tmp_path)
    spent = [each.path for each in boards.requests]
    boards.advance(86_400 * 6.5)
    full = run(boards, tmp_path)

    assert [each.state for each in quiet.scopes] == ["complete", "idle", "idle", "idle"]
    assert [path for path in spent if path.startswith("/boards/b2")] == []
    assert [each.state for each in full.scopes][1:] == ["complete"] * 3


def test_a_budget_of_requests_is_kept_and_the_next_run_goes_on(
    boards: Shelf, tmp_path: Path
) -> None:
    states = []
    while len(states) < 6 and (not states or landed(tmp_path) != truth(boards)):
        boards.requests = []
        states.append(run(boards, tmp_path, max_requests=8).state)
        assert len(boards.requests) <= 8

    assert states[:2] == ["deferred"] * 2
    assert landed(tmp_path) == truth(boards)
    assert copies(tmp_path) == 120


def test_a_pause_beyond_the_budget_defers_and_the_next_run_goes_on(
    shelf: Shelf, tmp_path: Path
) -> None:
    details = {"status": 429, "headers": {"Retry-After": "1847"}}
    shelf.faults = [Fault("status", ITEMS, after=2, details=details)]
    found = run(shelf, tmp_path, max_minutes=20)
    shelf.requests = []
    later = run(shelf, tmp_path, max_minutes=20)

    assert (found.state, found.scopes[0].state) == ("deferred", "deferred")
    assert "wait for" in found.reason
    assert (later.state, asked(shelf, ITEMS)) == ("fresh", 2)


def test_a_board_that_is_refused_is_asked_once_more_and_no_more(
    boards: Shelf, tmp_path: Path
) -> None:
    run(boards, tmp_path)
    boards.advance(3600)
    boards.faults = [Fault("status", ITEMS, times=99, details={"status": 403})]
    boards.requests = []
    found = run(boards, tmp_path)

    assert asked(boards, ITEMS) == 2
    assert [each.state for each in found.scopes] == ["access_lost"] + ["complete"] * 3
    assert "--confirm-removals eng" in found.scopes[0].reason
    assert (found.scopes[0].items, found.coverage) == (30, 75.0)


@pytest.mark.parametrize("after", range(0, 40, 3))
def test_a_full_disk_loses_nothing(
    boards: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    import errno
    import os

    real, writes = os.fsync, []

    def full(handle: int) -> None:
        writes.append(handle)
        if len(writes) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFullError, match="free some space and run again"):
            run(boards, tmp_path, workers=1)
    found = run(boards, tmp_path)

    assert found.state == "fresh"
    assert landed(tmp_path) == truth(boards)
    assert copies(tmp_path) == 120


@pytest.mark.parametrize(("share", "is_enough"), [(1.4, False), (1.6, True)])
def test_a_run_asks_for_half_as_much_again_as_the_last_one_took(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float, is_enough: bool
) -> None:
    monkeypatch.setattr("connectors.space.LEAST", 1000)
    took = run(shelf, tmp_path / "a").disk_bytes
    kept = sum(path.stat().st_size for path in (tmp_path / "a").rglob("*.zst"))
    free = round(share * took)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, free))

    assert took > kept
    if is_enough:
        assert run(shelf, tmp_path / "b", within=Within(took=took)).state == "fresh"
    else:
        told = f"has {free:,} bytes left, and reading `eng` needs about {round(1.5 * took):,} bytes"
        with pytest.raises(DiskFullError, match=told):
            run(shelf, tmp_path / "b", within=Within(took=took))


def test_the_index_is_made_again_when_it_is_lost_or_damaged(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    index = tmp_path / "eng" / "index.sqlite"
    for spoil in (
        index.unlink,
        lambda: index.write_bytes(b"x" * 5000),
        lambda: index.write_bytes(b""),
    ):
        spoil()
        for leftover in index.parent.glob("index.sqlite-*"):
            leftover.unlink()
        shelf.advance(600)
        found = run(shelf, tmp_path)

        assert (found.landed, found.scopes[0].items) == ({}, 40)


@pytest.mark.parametrize("is_counted", [True, False])
def test_a_damaged_page_of_the_inbox_is_read_anew(
    shelf: Shelf, tmp_path: Path, is_counted: bool
) -> None:
    shelf.counts = is_counted
    shelf.faults = [Fault("status", ITEMS, after=2, times=99, details={"status": 500})]
    run(shelf, tmp_path)
    shelf.faults = []
    (page, *_) = (tmp_path / "eng" / "inbox").rglob("*.jsonl.zst")
    page.write_bytes(b"damaged")
    found = run(shelf, tmp_path)
    later = run(shelf, tmp_path)

    assert (found.state, found.landed) == ("partial", {})
    assert "damaged" in found.scopes[0].reason
    assert (later.state, later.landed) == ("fresh", {"things": 40})


@pytest.mark.requirement("R33", "an inbox of another format is refused in a clear line")
@pytest.mark.parametrize("file", ["plan.json", "journal.jsonl"])
def test_a_plan_that_cannot_be_understood_stops_with_advice(
    shelf: Shelf, tmp_path: Path, file: str
) -> None:
    shelf.faults = [Fault("status", ITEMS, after=2, times=99, details={"status": 500})]
    run(shelf, tmp_path)
    shelf.faults = []
    (path,) = (tmp_path / "eng" / "inbox").rglob(file)
    path.write_text('{"kind":"page","format":99}\n')
    found = run(shelf, tmp_path)

    assert (found.state, found.landed) == ("partial", {})
    assert "move" in found.scopes[0].reason.lower()


@pytest.mark.requirement("R33", "a landing of the time before live sources opens")
def test_a_journal_of_the_time_before_live_sources_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "eng"
    folder.mkdir()
    line = (
        '{"kind":"file","file":"a.json","sha256":"ab","reading":1,"read":{},"rejected":{},'
        '"unreadable":"","format":1}\n'
    )
    (folder / "journal.jsonl").write_text(line)

    assert len(Landing(tmp_path, "eng").files()) == 1
    assert Landing(tmp_path, "eng").scopes() == {}


def test_a_journal_of_another_format_stops_with_advice(shelf: Shelf, tmp_path: Path) -> None:
    run(shelf, tmp_path)
    with (tmp_path / "eng" / "journal.jsonl").open("ab") as file:
        file.write(b'{"kind":"scope","format":3}\n')

    with pytest.raises(ResponseError, match="has format 3, this program knows 2"):
        run(shelf, tmp_path)


def test_progress_is_told_by_scope_and_slice(shelf: Shelf, tmp_path: Path) -> None:
    told: list[Progress] = []
    run(shelf, tmp_path, listener=told.append)

    assert [(each.scope, each.slice, each.records) for each in told] == [
        ("b1", "things", 10), ("b1", "things", 10), ("b1", "things", 10), ("b1", "things", 10),
        ("b1", "", 40),
    ]  # fmt: skip


def test_the_report_counts_requests_rows_and_retries_by_slice(
    boards: Shelf, tmp_path: Path
) -> None:
    boards.faults = [Fault("status", "/boards/b2/things", times=2, details={"status": 502})]
    found = run(boards, tmp_path)

    slices = {each.id: each.slices[0] for each in found.scopes}
    assert slices["b2"].asked.retries == {"502": 2}
    assert slices["b1"].asked.retries == {}
    assert (slices["b1"].asked.requests, slices["b2"].asked.requests) == (4, 6)
    assert (slices["b1"].rows, slices["b1"].new, slices["b1"].expected) == (30, 30, 30)
    assert found.asked.requests == len(boards.requests)
    assert found.account == "robot"
    assert found.data_as_of == "2026-03-07T02:00:00"


def test_the_secret_is_in_no_file_and_no_report(boards: Shelf, tmp_path: Path) -> None:
    boards.boards["b2"] = "403"
    boards.faults = [
        Fault("status", "/boards/b3/things", times=99, details={"status": 400, "body": CANARY})
    ]
    first = run(boards, tmp_path, workers=1)
    boards.advance(3600)
    boards.faults = [Fault("status", "/boards/b4/things", times=99, details={"status": 401})]
    second = run(boards, tmp_path, workers=1)
    report = (first.json() + second.json()).decode()
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]

    assert {each.state for each in first.scopes} == {"complete", "access_lost", "partial"}
    assert (second.state, "401" in second.reason) == ("failed", True)
    assert CANARY not in report and "7Yq2" not in report
    assert not [content for content in written if b"7Yq2" in content]


@pytest.mark.parametrize("workers", [1, 3, 8])
def test_several_slices_are_in_flight_and_no_more_requests_than_workers(
    tmp_path: Path, workers: int
) -> None:
    shelf = Shelf(boards=4, things=64, page=4)
    in_flight, most, guard, answer = [0], [0], Lock(), shelf.answer

    def counted(request: Request) -> Any:
        with guard:
            in_flight[0] += 1
            most[0] = max(most[0], in_flight[0])
        time.sleep(0.01)
        found = answer(request)
        with guard:
            in_flight[0] -= 1
        return found

    shelf.answer = counted  # type: ignore[method-assign]
    with shelf.serving():
        found = run(shelf, tmp_path, workers=workers, slices=2)

    assert found.landed == {"things": 64}
    assert most[0] == workers if workers < 8 else 4 <= most[0] <= 8
