"""Shelf: a vendor that exists in these tests only, and a connector for it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from connectors.clock import Clock
from connectors.contract import Record
from connectors.errors import TokenExpired
from connectors.extraction import extract
from connectors.extraction_report import Extraction
from connectors.http import Client
from connectors.landing import Landing
from connectors.limits import Dialect
from connectors.live import (
    Access,
    Forecast,
    Identity,
    LiveSettings,
    Outcome,
    Plan,
    Scope,
    Slice,
    Step,
)
from connectors.secrets import Secret
from connectors.transport import Timeouts
from tests.simulators.server import Answer, Request, Simulator
from tests.simulators.world import Happening, World

CANARY = "canary-7Yq2+w/Zk=="
BOARD = "b1"


class FakeClock(Clock):
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 1000.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Thing:
    """A work item of the vendor."""

    id: str
    board: str
    text: str
    updated: datetime
    state: str = "present"

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "text": self.text, "updated": self.updated.isoformat()}


class Shelf(Simulator):
    """Boards of things, in pages with tokens."""

    def __init__(self, boards: int = 1, things: int = 40, page: int = 10) -> None:
        self.things: dict[str, Thing] = {}
        self.boards: dict[str, str] = {}
        self.page = page
        self.counts = True
        self.has_census = True
        self.tells_change = False
        self.feed: dict[str, str] = {}
        self.missed: set[str] = set()
        """Things that are counted and listed, and in no page."""
        super().__init__(World(1, items=1, people=1, containers=1))
        for number in range(1, boards + 1):
            self.boards[f"b{number}"] = "fine"
        for number in range(things):
            board = f"b{number % boards + 1}"
            self.put(f"t{number:05}", board, f"text {number}", ago=3600 * 24)

    def happen(self, happening: Happening) -> None:
        pass

    def put(self, key: str, board: str, text: str, ago: float = 0) -> None:
        """Make or change a thing, some seconds ago."""
        self.things[key] = Thing(key, board, text, self.now - timedelta(seconds=ago))

    def on(self, board: str) -> list[Thing]:
        found = (each for each in self.things.values() if each.state == "present")
        return sorted((each for each in found if each.board == board), key=lambda each: each.id)

    def respond(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {CANARY}":
            return Answer({"error": "who?"}, 401)
        kind, *rest = request.path.strip("/").split("/")
        if kind == "me":
            return Answer({"name": "robot", "zone": "Pacific/Kiritimati"})
        if kind == "boards" and not rest:
            return Answer([self._board(each) for each in sorted(self.boards)])
        if kind == "things":
            return self._thing(rest[0])
        return self._of_board(request, rest[0], rest[1])

    def _board(self, board: str) -> dict[str, Any]:
        changed = max((each.updated for each in self.on(board)), default=self.now)
        told = changed.isoformat() if self.tells_change else None
        return {"id": board, "changed": told, "state": self.boards[board]}

    def _thing(self, key: str) -> Answer:
        thing = self.things.get(key)
        if thing is None or thing.state == "deleted":
            return Answer({"error": "none"}, 404)
        return Answer({"id": key, "state": thing.state, "board": thing.board})

    def _of_board(self, request: Request, board: str, what: str) -> Answer:
        if self.boards.get(board) in ("403", "404", "500"):
            return Answer({"error": f"no {board}"}, int(self.boards[board]))
        found = self.on(board)
        if what == "ids":
            kept = self.fault("short_census", request)
            return Answer([each.id for each in found][: kept.details["keep"] if kept else None])
        if what == "gone":
            return Answer(self.feed)
        since = request.value("since")
        if since:
            found = [each for each in found if each.updated.isoformat() >= since]
        low, high = request.value("from"), request.value("to")
        found = [
            each for each in found if (not low or each.id >= low) and (not high or each.id < high)
        ]
        if what == "count":
            return Answer({"count": len(found) if self.counts else None})
        return self._page(request, found)

    def _page(self, request: Request, found: list[Thing]) -> Answer:
        token = request.value("token")
        start = int(token.split("-")[0]) if token else 0
        if self.fault("expired", request):
            return Answer({"error": "token expired"}, 412)
        if self.fault("empty_page", request):
            return Answer({"rows": [], "next": f"{start}-{len(self.requests)}"})
        found = [each for each in found if each.id not in self.missed]
        end = start + self.page
        next_token = str(end) if end < len(found) else None
        if self.fault("same_token", request):
            next_token = token or "10"
        early = self.fault("ends_early", request)
        if early:
            next_token = None
        return Answer({"rows": [each.json() for each in found[start:end]], "next": next_token})


class _Board(msgspec.Struct):
    id: str
    state: str
    changed: datetime | None = None


class _Rows(msgspec.Struct):
    rows: list[msgspec.Raw]
    next: str | None = None


class _Row(msgspec.Struct):
    id: str
    updated: datetime


class _Count(msgspec.Struct):
    count: int | None = None


class _Thing(msgspec.Struct):
    id: str
    state: str
    board: str


def naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


class ShelfReader:
    """Reads Shelf as a connector should."""

    def __init__(self, client: Client, slices: int) -> None:
        self.client = client
        self.slices = slices

    def identify(self) -> Identity:
        me = self.client.get("/me").json(dict)
        return Identity(me["name"], me["zone"], self.client.server_time())

    def scopes(self) -> Sequence[Scope]:
        found = []
        for each in self.client.get("/boards").json(list[_Board]):
            changed = naive(each.changed) if each.changed else None
            is_readable = each.state != "hidden"
            found.append(
                Scope(each.id, f"Board {each.id}", "board", changed, is_readable, each.state)
            )
        return found

    def plan(
        self, scope: Scope, mark: Mapping[str, Any] | None, awaited: Sequence[str] = ()
    ) -> Plan:
        now = self.client.server_time()
        since = ""
        if mark and not awaited:
            since = (datetime.fromisoformat(str(mark["asked"])) - timedelta(minutes=15)).isoformat()
        cuts = [f"t{number * 100_000 // self.slices:05}" for number in range(1, self.slices)]
        bounds = list(zip(["", *cuts], [*cuts, ""], strict=True))
        slices = tuple(
            Slice(
                scope.id,
                f"things {low}" if low else "things",
                "things",
                {"since": f"{since}+00:00" if since else "", "from": low, "to": high},
                is_whole=not since and self.slices == 1,
                is_of_changes=bool(since),
            )
            for low, high in bounds
        )
        return Plan(slices, {"asked": now.isoformat()}, now)

    def step(self, slice: Slice, token: str | None) -> Step:
        query = {**slice.request, "token": token}
        path = f"/boards/{slice.scope}/things"
        answer = self.client.get(path, query, pass_through={412})
        if answer.status == 412:
            raise TokenExpired("the token has expired")
        page = answer.json(_Rows)
        records = []
        for row in page.rows:
            told = msgspec.json.decode(row, type=_Row)
            records.append(Record("things", told.id, bytes(row), naive(told.updated)))
        if token is None and slice.request["since"]:
            records += self._told_gone(slice)
        return Step(records, page.next, len(page.rows))

    def _told_gone(self, slice: Slice) -> list[Record]:
        """What the vendor's feed of deletions tells, which is evidence in itself."""
        gone = self.client.get(f"/boards/{slice.scope}/gone").json(dict[str, str])
        return [
            Record(
                "absences",
                key,
                msgspec.json.encode(
                    {"id": key, "outcome": "deleted", "at": at, "evidence": "the feed"}
                ),
                datetime.fromisoformat(at),
            )
            for key, at in gone.items()
        ]

    def expected(self, slice: Slice) -> int | None:
        return self.client.get(f"/boards/{slice.scope}/count", slice.request).json(_Count).count

    def halves(self, slice: Slice) -> Sequence[Slice]:
        low, high = slice.request["from"] or "t00000", slice.request["to"] or "t99999"
        middle = f"t{(int(low[1:]) + int(high[1:])) // 2:05}"
        if middle in (low, high):
            return ()
        return [
            Slice(
                slice.scope, f"{slice.name}.{at}", "things", {**slice.request, "from": a, "to": b}
            )
            for at, (a, b) in enumerate([(low, middle), (middle, slice.request["to"])])
        ]

    def census(self, scope: Scope) -> Iterable[Sequence[str]] | None:
        return [self.client.get(f"/boards/{scope.id}/ids").json(list[str])]

    def look_up(self, scope: Scope, ids: Sequence[str]) -> Mapping[str, Outcome]:
        found: dict[str, Outcome] = {}
        for key in ids:
            answer = self.client.get(f"/things/{key}", pass_through={404})
            if answer.status == 404:
                found[key] = "deleted"
            else:
                found[key] = answer.json(_Thing).state  # type: ignore[assignment]
        return found

    def requests_expected(self, scope: Scope, mark: Mapping[str, Any] | None) -> Forecast | None:
        return None


@dataclass
class ShelfConnector:
    """The connector of Shelf."""

    tracker: str = "shelf"
    streams: tuple[Any, ...] = ()
    items: str = "things"
    asked: tuple[str, ...] = ()
    slices: int = 1
    dialect: Dialect = field(default_factory=Dialect)

    def hosts(self, settings: LiveSettings) -> tuple[str, ...]:
        return (settings.address,)

    def access(self, settings: LiveSettings) -> Access:
        headers = {"Authorization": Secret(f"Bearer {settings.secrets['token'].reveal()}")}
        return Access(settings.address, headers, self.dialect, ("/search",))

    def connect(self, settings: LiveSettings, client: Client) -> ShelfReader:
        return ShelfReader(client, self.slices)


def run(shelf: Shelf, raw: Path, token: str = CANARY, slices: int = 1, **named: Any) -> Extraction:
    """Read a shelf that is being served; waits take no time."""
    settings = LiveSettings("eng", address=shelf.address, secrets={"token": Secret(token)})
    named.setdefault("clock", FakeClock())
    named.setdefault("dice", random.Random(1))
    named.setdefault("timeouts", Timeouts(2, 5, 10))
    return extract(ShelfConnector(slices=slices), settings, raw, **named)


def landed(raw: Path, stream: str = "things") -> dict[str, Any]:
    """The newest copy of every record of a stream, by key."""
    landing = Landing(raw, "eng")
    found = [each for page in landing.pages(stream) for each in landing.records(page)]
    found.sort(key=lambda each: (each.version or datetime.min, each.pulled_at))
    return {each.key: json.loads(each.payload) for each in found}


def copies(raw: Path, stream: str = "things") -> int:
    """How many records of a stream have landed."""
    return sum(page.rows for page in Landing(raw, "eng").pages(stream))


def outcomes(raw: Path) -> dict[str, str]:
    """What the landing says became of things, last."""
    return {key: told["outcome"] for key, told in landed(raw, "absences").items()}


def truth(shelf: Shelf) -> dict[str, Any]:
    """What a perfect reader knows of the things that are there."""
    return {each.id: each.json() for each in shelf.things.values() if each.state == "present"}


def asked(shelf: Shelf, pattern: str) -> int:
    """How many requests for a path there were."""
    return sum(pattern in request.path for request in shelf.requests)


def pages(raw: Path) -> dict[str, bytes]:
    """Every page and quarantine file of the landing, by name."""
    folder = raw / "eng"
    found = (path for path in folder.rglob("*") if path.is_file())
    kept = (path for path in found if path.suffix in (".zst", ".digests"))
    kept = (path for path in kept if "inbox" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}
