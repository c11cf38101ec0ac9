"""Answers made to burst whoever reads them: no crash, hardly any memory, nothing else lost."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import RecordError
from connectors.registry import all_connectors
from tests.drills.states import PAGED, Source, id_of, interpose, rows_of, small, with_rows
from tests.drills.trackers import TRACKERS
from tests.figures import IS_DRILL
from tests.homes import ROOT
from tests.simulators.server import Answer, Request

pytestmark = pytest.mark.timeout(3600)
MOST_MEBIBYTES = 100
Change = Callable[[Request, Answer], Answer]
MARK = "what stands here is replaced"
TITLE = {"jira": ("fields", "summary"), "asana": ("name",), "trello": ("name",)}
CHANGED = {
    "jira": ("fields", "updated"),
    "asana": ("modified_at",),
    "trello": ("dateLastActivity",),
}
DUE = {"jira": ("fields", "duedate"), "asana": ("due_on",), "trello": ("due",)}
CREATED = {"jira": ("fields", "created"), "asana": ("created_at",)}
DEEP = "[" * 10_000 + "]" * 10_000
HOSTILE = {
    "64 arrays nested 10,000 deep": (TITLE, f"[{','.join([DEEP] * 64)}]"),
    "a title of 10 MB": (TITLE, json.dumps("x" * 10_000_000)),
    "not a number": (TITLE, "NaN"),
    "an integer of 5,000 digits": (TITLE, "9" * 5_000),
    "a number beyond all floats": (TITLE, "1e999999"),
    "half a character": (TITLE, r'"\ud800 and \udfff"'),
    "a character that ends texts": (TITLE, r'"before\u0000after"'),
    **{
        f"{what} in the year {year}": (path, f'"{year}-{day}T00:00:00.000+0000"')
        for what, path in {"changed": CHANGED, "created": CREATED, "due": DUE}.items()
        for year, day in {"0001": "01-01", "9999": "12-31"}.items()
    },
}


@functools.cache
def bomb() -> bytes:
    """A gigabyte of blanks in a packed megabyte; an eighth of that in the suite."""
    packing = zlib.compressobj(9, wbits=31)
    pieces = 2**10 if IS_DRILL else 2**7
    return b"".join([*(packing.compress(b" " * 2**20) for _ in range(pieces)), packing.flush()])


def with_bomb() -> Change:
    """Pages of which the first is a bomb."""
    seen: list[Request] = []

    def changed(request: Request, answer: Answer) -> Answer:
        seen.append(request)
        packed = Answer(bomb(), headers={"Content-Encoding": "gzip"})
        return packed if len(seen) == 1 else answer

    return changed


def with_one(path: tuple[str, ...], text: str) -> Change:
    """Pages in which one item, wherever it is told, holds a value as it stands in JSON."""
    chosen: set[str] = set()

    def changed(_request: Request, answer: Answer) -> Answer:
        rows = rows_of(answer)
        chosen.update([id_of(each) for each in rows][: not chosen])
        rows = [marked(each, path) if id_of(each) in chosen else each for each in rows]
        body = json.dumps(with_rows(answer, rows).body).replace(json.dumps(MARK), text)
        return replace(answer, body=body.encode())

    return changed


def marked(row: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """A row with the mark at the end of a path, if it has that."""
    name, *rest = path
    if name not in row:
        return row
    return {**row, name: marked(row[name], tuple(rest)) if rest else MARK}


def hostilities(kind: str) -> Iterator[tuple[str, Change]]:
    """What the pages of a tracker are made into, each with its name."""
    yield "a gigabyte in a packed megabyte", with_bomb()
    for what, (paths, text) in HOSTILE.items():
        if kind in paths:
            yield what, with_one(paths[kind], text)


def read(name: str, folder: Path, usual: str, hostile: str) -> dict[str, Any]:
    """How the reading of a hostile tracker ended, in a process that had read a usual one."""
    command = [sys.executable, "-m", "tests.drills.reading", name, str(folder), usual, hostile]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def typed(source: Source) -> tuple[set[str], set[tuple[Any, ...]]]:
    """The keys of all records that have landed, and the rows of those that are of use."""
    tracker, landing = source.tracker, source.landing
    streams = {each.name: each for each in all_connectors()[tracker.kind].streams}
    keys, rows = set(), set()
    for page in landing.pages():
        for record in landing.records(page, "UTC"):
            keys.add(record.key)
            with suppress(RecordError):
                rows |= {
                    (each, record.key, *row) for each, row in streams[page.stream].rows(record)
                }
    return keys, rows


@pytest.mark.parametrize("name", TRACKERS)
@pytest.mark.requirement("R21", "1 MB of 1 GiB, 64 x 10,000 arrays, 10 MB: 0 crashes, < 100 MiB")
def test_no_answer_bursts_whoever_reads_it(name: str, tmp_path: Path, figure) -> None:
    tracker, took = TRACKERS[name], {}
    bomb()  # packing it takes longer than an answer may
    told = list(hostilities(tracker.kind))
    for number, (what, change) in enumerate(told[: figure.of(1, len(told))]):
        usual, hostile = small(tracker), small(tracker)
        truth = Source(tracker, usual, tmp_path / f"{number} truth")
        source = Source(tracker, hostile, tmp_path / str(number) / "hostile")
        with usual.serving(), hostile.serving():
            real = hostile.respond
            interpose(hostile, PAGED[name][tracker.connector.items], change)
            ended = read(name, tmp_path / str(number), usual.address, hostile.address)
            hostile.respond = real
            for each in (usual, hostile):
                each.night(1)
            states = {each.run(confirm_removals=True).state for each in (truth, source)}

        assert ended["state"] in ("fresh", "partial"), (what, ended)
        assert states == {"fresh"}, what
        (expected, of_truth), (landed, rows) = typed(truth), typed(source)
        assert expected <= landed, what
        # one item may be of no use, or look as it was told
        assert len({key for _, key, *_ in of_truth - rows}) <= 1, what
        took[what] = ended["mebibytes"]
    assert max(took.values()) < MOST_MEBIBYTES, took
    figure.reached(
        f"{name}: {len(took)} of {len(took)} kinds, {max(took.values()):.0f} MiB at most"
    )
