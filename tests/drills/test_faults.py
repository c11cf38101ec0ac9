"""Whatever goes wrong with whatever is asked: no row is lost, none doubled, no secret shown.

Every case of a fault meets every stream of every tracker, in a first run and in a later one. The
suite takes some cells of that matrix by chance, the same ones each time; `make drills` takes all.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.errors import ThroughlineError
from connectors.extraction_report import Extraction
from connectors.landing import Landing
from connectors.transport import Timeouts
from tests.drills.asked import ASKED, SIGN_IN, Asked
from tests.drills.secrets import leaks
from tests.drills.states import doubled, newest
from tests.drills.trackers import TRACKERS, Tracker
from tests.figures import IS_DRILL
from tests.simulators.server import FOR_EVER, Fault, Request, Simulator
from tests.simulators.world import Happening, World

SEED = 5
EACH = 2
"""Cells for each stream in the suite."""


@dataclass(frozen=True)
class Case:
    """Something that goes wrong, ``times`` times; ``details`` as for a fault of the simulators."""

    name: str
    kind: str
    times: int = 1
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def heals(self) -> bool:
        """True if asking again overcomes it within the run."""
        return self.times < FOR_EVER


def status(code: int, times: int, **headers: str) -> dict[str, Any]:
    """The fields of a case that is an answer with a status."""
    details = {
        "status": code,
        "headers": {name.replace("_", "-"): headers[name] for name in headers},
    }
    return {"kind": "status", "times": times, "details": details}


CASES = (
    Case("429 with Retry-After", **status(429, 2, Retry_After="3")),
    Case("429 without Retry-After", **status(429, 2)),
    Case("500 twice", **status(500, 2)),
    Case("503 with Retry-After", **status(503, 2, Retry_After="2")),
    Case("reset mid-page", "reset", 2),
    Case("cut mid-page", "cut", 2),
    Case("truncated JSON", "half_json", 2),
    Case("a page to log in", "html", 2),
    Case("an empty body", "empty", 2),
    Case("no answer", "hang", 1, {"seconds": 2}),
    Case("400", **status(400, FOR_EVER)),
    Case("401", **status(401, FOR_EVER)),
    Case("403", **status(403, FOR_EVER)),
    Case("404", **status(404, FOR_EVER)),
    Case("410", **status(410, FOR_EVER)),
    Case("429 for a day", **status(429, FOR_EVER, Retry_After="86400")),
    Case("500", **status(500, FOR_EVER)),
    Case("truncated JSON without end", "half_json", FOR_EVER),
)


@dataclass(frozen=True)
class Cell:
    """A case that meets what is asked, from the ``after``-th such request on."""

    tracker: str
    asked: Asked
    case: Case
    run: str
    after: int

    def __str__(self) -> str:
        what = f" {self.asked.what}" if self.asked.what else ""
        return f"{self.tracker}: {self.asked.stream}{what}: {self.case.name}, {self.run} run"


def cells() -> Iterator[Cell]:
    """The whole matrix, in order."""
    dice = random.Random(SEED)
    for name, all_asked in ASKED.items():
        for asked in all_asked:
            runs = ("first", "later") if asked.when == "both" else (asked.when,)
            for case in CASES:
                for run in runs:
                    yield Cell(name, asked, case, run, dice.choice((0, 0, 1)))


def some_cells() -> list[Cell]:
    """Some cells of each stream."""
    dice, found = random.Random(72), list(cells())
    if IS_DRILL:
        return found
    of_stream = [
        [cell for cell in found if cell.tracker == name and cell.asked == asked]
        for name, all_asked in ASKED.items()
        for asked in all_asked
    ]
    return [cell for each in of_stream for cell in dice.sample(each, EACH)]


class Ground:
    """A simulator that is served, and what an undisturbed run lands of it."""

    def __init__(self, tracker: Tracker, is_later: bool, folder: Path) -> None:
        self.tracker, self.folder = tracker, folder
        self.simulator: Simulator = tracker.make(World(SEED, 14, 3, 3))
        self.is_later = is_later

    def begin(self) -> None:
        """Read once before the night, if that is what it takes to be a later run."""
        if self.is_later:
            self.tracker.extract(self.simulator.address, self.folder / "before")
            self.simulator.night(1)
            self.simulator.play([delete_one(self.simulator)])
        (self.folder / "before").mkdir(exist_ok=True)

    @cached_property
    def expected(self) -> dict[tuple[str, str], Any]:
        """The newest copy of each record after a run that nothing disturbs."""
        raw = self.copy("expected")
        self.simulator.requests.clear()
        report = self.run(raw)
        assert report.state == "fresh", report.reason
        self.requests = list(self.simulator.requests)
        return newest(self.landing(raw))

    def copy(self, name: str) -> Path:
        """A landing as it was before the run."""
        return Path(shutil.copytree(self.folder / "before", self.folder / name))

    def run(self, raw: Path) -> Extraction:
        """Read what is to be read."""
        return self.tracker.extract(self.simulator.address, raw, timeouts=Timeouts(1, 1, 1.5))

    def run_after_a_week(self, raw: Path) -> Extraction:
        """Read again when people are: those that were refused are not missed before."""
        now = self.simulator.now
        self.simulator.advance(8 * 24 * 3600)
        try:
            return self.run(raw)
        finally:
            self.simulator.now = now

    def landing(self, raw: Path) -> Landing:
        """What has landed."""
        return Landing(raw, self.tracker.source)


def delete_one(simulator: Simulator) -> Happening:
    """The deletion of an item that stands alone."""
    world = simulator.world
    parents = {each.parent for each in world.items.values()}
    lone = next(
        each
        for each in world.items.values()
        if not (each.is_gone or each.is_archived or each.parent or each.id in parents)
    )
    return Happening(simulator.now, "delete", lone.id, world.people[0], {})


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Grounds by tracker and run, each made when it is first asked for."""
    made: dict[tuple[str, str], Ground] = {}
    with ExitStack() as stack:

        def of(name: str, run: str) -> Ground:
            if (name, run) not in made:
                folder = tmp_path_factory.mktemp(f"{name}-{run}")
                ground = Ground(TRACKERS[name], run == "later", folder)
                stack.enter_context(ground.simulator.serving())
                ground.begin()
                assert ground.expected
                made[name, run] = ground
            return made[name, run]

        yield of


@dataclass
class Told:
    """How a disturbed run ended: its report, or what it raised, and all that it said."""

    report: Extraction | None
    words: str
    said: list[str]


def disturbed(ground: Ground, cell: Cell, raw: Path) -> tuple[Told, Fault]:
    """Run with a fault whose words hold the secrets."""
    echo = {"errorMessages": [f"no: {secret}" for secret in ground.tracker.secrets.values()]}
    details = {"body": echo, **cell.case.details}
    fault = Fault(cell.case.kind, cell.asked.pattern, cell.after, cell.case.times, details)
    ground.simulator.faults = [fault]
    report, words, trace = None, "", ""
    with capture_logs() as logs:
        try:
            report = ground.run(raw)
        except ThroughlineError as raised:
            words, trace = str(raised), traceback.format_exc()
    ground.simulator.faults = []
    written = report.json().decode() if report else ""
    words = words or " ".join([report.reason, *(each.reason for each in report.scopes)])
    return Told(report, words, [words, trace, written, repr(logs)]), fault


TOLERATED = {
    ("jira_cloud", "users", "403"),
    ("jira_data_center", "users", "403"),
    ("jira_data_center", "users", "404"),
    # not there on a Data Center: what its 404 holds says nothing
    ("jira_data_center", "users", "truncated JSON without end"),
    ("asana", "counts", "403"),
    ("asana", "counts", "404"),
    # a refusal for want of a token holds the first token, and everything is looked at without one
    ("asana", "events", "truncated JSON without end"),
}
"""What may be refused for good without a hole in what counts, and is noted."""

ANSWERED = {
    ("jira_data_center", "look-up", "403"),
    # of an issue that is gone: 404 is the word, whatever stands below it
    ("jira_data_center", "look-up", "404"),
    ("jira_data_center", "look-up", "truncated JSON without end"),
    ("asana", "look-up", "403"),
    ("asana", "look-up", "404"),
    ("asana", "portfolios", "403"),
    ("asana", "portfolios", "404"),
}
"""What is the tracker's word on one thing, and no fault: it is believed, and told, and the next run
believes the next word."""


@pytest.mark.parametrize("cell", some_cells(), ids=str)
@pytest.mark.requirement("S01", "every fault of every stream: 0 hits")
def test_a_fault_loses_no_row_doubles_none_and_shows_no_secret(grounds: Any, cell: Cell) -> None:
    ground = grounds(cell.tracker, cell.run)
    raw = ground.copy(re.sub(r"\W+", "-", str(cell)))

    told, fault = disturbed(ground, cell, raw)
    between = newest(ground.landing(raw)) if (raw / ground.tracker.source).exists() else {}
    is_weekly = cell.asked.stream == "users" and is_believed(cell)
    healed = ground.run_after_a_week(raw) if is_weekly else ground.run(raw)

    assert fault.seen > cell.after or cell.after
    if fault.seen > cell.after:
        tells(cell, told, between == ground.expected)
    assert healed.state == "fresh", healed.reason
    found = newest(ground.landing(raw))
    assert {key: found.get(key) for key in ground.expected} == ground.expected
    assert {
        key for key in found.keys() - ground.expected.keys() if not is_back(found[key])
    } == set()
    assert doubled(ground.landing(raw)) == [] or is_believed(cell)
    assert leaks(raw, ground.tracker.hidden, *told.said) == []
    shutil.rmtree(raw)


def tells(cell: Cell, told: Told, is_whole: bool) -> None:
    """What heals leaves no trace; what does not is said, with its status."""
    if cell.case.heals:
        assert told.report is not None, told.words
        assert told.report.state == "fresh", told.words
        assert is_whole
    elif told.report is None or told.report.state != "fresh":
        code = cell.case.details.get("status")
        said = "asks to wait" if "Retry-After" in cell.case.details.get("headers", {}) else code
        assert said is None or str(said) in told.words, told.words
        assert told.words.strip()
    else:
        notes = [n for s in told.report.scopes for each in s.slices for n in each.notes]
        notes += told.report.warnings
        notes += [what for s in told.report.scopes for what in s.outcomes]
        assert is_believed(cell) and notes, (notes, told.words)


def is_believed(cell: Cell) -> bool:
    """True if a run may go well although something was refused for good."""
    what = cell.asked.what or cell.asked.stream
    return (cell.tracker, what, cell.case.name) in TOLERATED | ANSWERED


def is_back(payload: dict[str, Any]) -> bool:
    """True for what is told of a thing that was believed gone and is there."""
    return payload.get("outcome") == "present"


@pytest.mark.parametrize("name", list(TRACKERS))
def test_the_matrix_knows_every_stream_and_every_request(grounds: Any, name: str) -> None:
    asked = ASKED[name]
    untold: list[Request] = []
    for run in ("first", "later"):
        ground = grounds(name, run)
        patterns = [SIGN_IN[name], *(each.pattern for each in asked if each.when in (run, "both"))]
        told = [f"{each.method} {each.path} {json.dumps(each.body)}" for each in ground.requests]
        untold += [text for text in told if not any(re.search(each, text) for each in patterns)]
        assert [p for p in patterns if not any(re.search(p, text) for text in told)] == []

    assert untold == []
    assert {each.stream for each in asked} == set(TRACKERS[name].streams)


def test_what_finds_secrets_finds_them_in_every_form(tmp_path: Path) -> None:
    import base64
    from urllib.parse import quote

    secret = "2/1200 ab+c/de=="
    for text in (
        secret,
        quote(secret, safe=""),
        *(
            base64.b64encode(f"{before}:{secret}:after".encode()).decode()
            for before in ("", "a", "ab")
        ),
    ):
        assert leaks(tmp_path, [secret], f"so {text} it is") == ["said"], text
    assert leaks(tmp_path, [secret], "nothing") == []
