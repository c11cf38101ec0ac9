"""Every run explains itself to programs: its record is what its JSON Schema says."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from connectors.errors import AccessError, DiskFullError, ResponseError, TemporaryError
from pipelines.home.home import load_home
from pipelines.home.schemas import json_schema
from pipelines.operations.watched import watched
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import (
    Exit,
    GateError,
    NothingFetchedError,
    RunRecord,
    read_records,
)
from pipelines.warehouse.steps import conclude
from tests.figures import Figure
from tests.homes import ROOT
from tests.pipelines.cli.conftest import Called
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.publish.test_lock import holder

FAULTS = (
    *(AccessError, DiskFullError, ResponseError, TemporaryError, GateError, NothingFetchedError),
    *(KeyError, OSError),
)
STATES = ("fresh", "stale", "partial")
AS_OF = "2026-06-30"
NIGHTS = {
    "nothing fetched": Exit.NOTHING_FETCHED,
    "good": Exit.PUBLISHED,
    "a source is stale": Exit.DEGRADED,
    "a gate holds": Exit.REFUSED,
    "the run before was killed": Exit.PUBLISHED,
    "the home is broken": Exit.SETTINGS,
    "another run is under way": Exit.LOCKED,
}
EVENT = re.compile(r"\d{4}-\d\d-\d\dT")
"""How a line of a log begins; the sentence that a command ends with has no instant."""


def valid(record: object) -> None:
    jsonschema.Draft202012Validator(json_schema(RunRecord)).validate(record)


@pytest.mark.requirement("R40", "200 runs, failures among them: 200 of 200 records are valid")
def test_the_record_of_every_run_is_valid_against_its_schema(
    toy_home: Callable[..., Path], figure: Figure
) -> None:
    home, chance = load_home(toy_home()), random.Random(5)
    places, number = Places(home.folder), figure.of(12, 200)
    codes = set()
    for _ in range(number):
        fault = chance.choice((None, *FAULTS))
        with nullcontext() if fault is None else pytest.raises(fault), watched(home) as night:
            facts = {"source": "old", "tracker": "trello", "detail": "", "data_as_of": None}
            facts |= {"bad_records": 0, "set_aside": ""}
            night.record.sources = [{**facts, "state": chance.choice(STATES)}]
            with night.stage("models") as counts:
                counts["tables"] = chance.randrange(9)
                if fault is not None:
                    raise fault("a sentence")
            night.record.published = night.run_id
            conclude(night)
        [record] = read_records(places, 1)
        valid(record)
        log = places.log(record["run_id"]).read_text().splitlines()
        assert log
        assert [line for line in log if f" run_id={record['run_id']}" not in line] == []
        assert record["exit_code"] is not None and record["sentence"]
        codes.add(record["exit_code"])

    assert {Exit.REFUSED, Exit.NOTHING_FETCHED, Exit.DEGRADED} <= codes
    figure.reached(f"{number} of {number}")


def prepare(home: Path, what: str) -> None:
    """Let the next run of a home end in that way."""
    (home / "throughline.yml").write_text(SETTINGS)
    export = home / "exports" / "board.json"
    export.write_bytes((home / "board.json").read_bytes())
    if what == "a source is stale":
        export.unlink()
    elif what == "a gate holds":
        (home / "throughline.yml").write_text(SETTINGS.replace("name: old", "name: new"))
    elif what == "the home is broken":
        (home / "throughline.yml").write_text("organisation: {name: E}\n")
    elif what == "the run before was killed":
        died = [sys.executable, "-W", "ignore", "-m", "tests.drills.small_nights"]
        subprocess.run([*died, str(home), AS_OF, "40"], cwd=ROOT, check=False)
        assert read_records(Places(home), 1)[0]["state"] == "running"


def explained(called: Called, home: Path, code: int) -> dict[str, Any]:
    """The summary that a run printed, after a look at it and at every line it logged."""
    record = json.loads(called.out)
    valid(record)
    assert (called.code, record["exit_code"]) == (code, code), called.err
    assert record["sentence"]
    named = f" run_id={record['run_id']}"
    told = [line for line in called.err.splitlines() if EVENT.match(line)]
    if record["run_id"]:
        log = Places(home).log(record["run_id"]).read_text().splitlines()
        assert len(log) > 5
        assert [line for line in (*log, *told) if named not in line] == []
    else:
        assert told == []  # no run began, so there is nothing to be named
    return record


@pytest.mark.timeout(3600)
@pytest.mark.requirement("R40", "run --json, 200 runs with failures: valid, and the log names them")
def test_every_run_prints_what_its_schema_says_and_is_named_by_its_log_and_manifest(
    call: Callable[..., Called],
    toy_home: Callable[..., Path],
    toy_project: Path,
    tmp_path: Path,
    figure: Figure,
) -> None:
    number = figure.of(5, 200)
    empty = toy_home({}).rename(tmp_path / "empty")
    locked, home = toy_home().rename(tmp_path / "locked"), toy_home()
    homes = {"nothing fetched": empty, "another run is under way": locked}
    (home / "exports" / "board.json").rename(home / "board.json")
    published = 0
    with holder(locked) as other:
        for what in islice(cycle(NIGHTS), number):
            seen = homes.get(what, home)
            if seen is home:
                prepare(home, what)
            record = explained(
                call("run", "--json", "--home", seen, "--as-of", AS_OF), seen, NIGHTS[what]
            )
            if record["published"]:
                run = Places(home).current.resolve()
                manifest = json.loads((run / "manifest.json").read_text())
                assert {run.name, manifest["run_id"]} == {record["run_id"]}
                published += 1
        other.kill()

    assert published
    figure.reached(
        f"{number} of {number} summaries valid, {published} published; the run in every line of the"
        " log and in the manifest; rows are the same for the same input, so the manifest of their"
        " folder names it"
    )


@pytest.mark.timeout(1800)
@pytest.mark.requirement("R40", "the run's id in every line of its log and in its report")
def test_the_report_and_the_log_of_a_real_night_name_it(demo_home: Path, figure: Figure) -> None:
    places = Places(demo_home)
    run = places.current.resolve()
    log = places.log(run.name).read_text().splitlines()

    assert f"Throughline run <bdi>{run.name}</bdi>" in (run / "report" / "index.html").read_text()
    assert run.name in (run / "report" / "summary.md").read_text()
    assert [line for line in log if f" run_id={run.name}" not in line] == []
    figure.reached(f"a night of the demo: {len(log)} lines, the report and its summary")


def test_a_run_that_cannot_begin_prints_a_record_too(
    call: Callable, toy_home: Callable[..., Path]
) -> None:
    home = toy_home(settings="organisation: {name: E}\n")

    called = call("run", "--home", home, "--json")

    assert called.code == 2
    record = json.loads(called.out)
    valid(record)
    assert (record["run_id"], record["exit_code"], record["cause"]) == ("", 2, "settings")
