"""Every run explains itself to programs: its record is what its JSON Schema says."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

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

FAULTS = (
    *(AccessError, DiskFullError, ResponseError, TemporaryError, GateError, NothingFetchedError),
    *(KeyError, OSError),
)
STATES = ("fresh", "stale", "partial")


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
        assert record["run_id"] in places.log(record["run_id"]).read_text()
        assert record["exit_code"] is not None and record["sentence"]
        codes.add(record["exit_code"])

    assert {Exit.REFUSED, Exit.NOTHING_FETCHED, Exit.DEGRADED} <= codes
    figure.reached(f"{number} of {number}")


def test_a_run_that_cannot_begin_prints_a_record_too(
    call: Callable, toy_home: Callable[..., Path]
) -> None:
    home = toy_home(settings="organisation: {name: E}\n")

    called = call("run", "--home", home, "--json")

    assert called.code == 2
    record = json.loads(called.out)
    valid(record)
    assert (record["run_id"], record["exit_code"], record["cause"]) == ("", 2, "settings")
