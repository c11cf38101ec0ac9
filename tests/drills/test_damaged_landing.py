"""A bit that flipped, or a file that was cut off: it is found, named, and nothing of it is used."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from connectors.contract import Record
from connectors.damage import damage
from connectors.errors import ResponseError
from connectors.landing import Landing
from connectors.pages import DIGEST_BYTES
from pipelines.warehouse.places import Places
from tests.drills import small_nights
from tests.drills.small_nights import night
from tests.figures import Figure
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture
from tests.pipelines.conftest import SETTINGS, board, toy_home, toy_project  # noqa: F401 - fixtures
from tests.pipelines.quality.exports import MAKERS, in_lines, reading, written

pytestmark = pytest.mark.timeout(3600)
KINDS = {
    "page": "issues/*.zst",
    "journal": "journal.jsonl",
    "quarantine": "quarantine/*.jsonl",
    "digests of a page": "issues/*.digests",
    "end of the journal": "journal.end",
}
SOURCES = f"""{SETTINGS}  - {{name: ops, type: trello, export: 'more/*.json'}}
quality: {{bad_records_share: 0.5}}
"""
UNREADABLE = '{"id": 5}\n'
AS_OF = small_nights.AS_OF.isoformat()


def landed(folder: Path) -> Path:
    """A landing of some nights: pages, what was set aside, and the journal of both."""
    for day in range(1, 4):
        issues = [MAKERS["jira"](number) for number in range(day * 10, day * 13)]
        content = in_lines(issues) + b"no issue\n" * day + in_lines([MAKERS["jira"](day)])
        reading(folder, "jira", written(folder, f"{day}.json", content, f"2026-02-1{day}"))
    return folder / "raw"


def spoil(path: Path, dice: random.Random) -> str:
    """Cut a file off, or flip one bit of it; what was done."""
    whole = path.read_bytes()
    if dice.random() < 0.5:
        length = dice.randrange(len(whole))
        path.write_bytes(whole[:length])
        return f"{path.name} cut to {length} of {len(whole)}"
    place, bit = dice.randrange(len(whole)), 1 << dice.randrange(8)
    path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
    return f"{path.name} byte {place} bit {bit}"


def everything(raw: Path) -> list[object]:
    """All that there is to be had of a landing, by whatever reads it."""
    found = Landing(raw, "eng")
    records: list[object] = [each for page in found.pages() for each in found.records(page)]
    rejected = [each for entry in found.files().values() for each in found.faults(entry)]
    assert damage(found) == ""
    return [*records, *rejected]


@pytest.mark.requirement("R28", "truncate or flip one bit in 100 landing files: all found, 0 used")
def test_a_damaged_file_of_the_landing_is_never_used(tmp_path: Path, figure: Figure) -> None:
    files, dice, found, made_again = figure.of(25, 100), random.Random(28), 0, 0
    raw = landed(tmp_path / "home")
    sound = everything(raw)
    for number in range(files):
        what, pattern = list(KINDS.items())[number % len(KINDS)]
        copy = Path(shutil.copytree(raw, tmp_path / str(number) / "raw"))
        path = dice.choice(sorted((copy / "eng").glob(pattern)))
        before, done = path.read_bytes(), spoil(path, dice)
        if what == "digests of a page":
            landing = Landing(copy, "eng")
            again = landing.add(record_of(landing), datetime(2026, 3, 1), "again")
            # Cut by its last digest alone, it is what an earlier version left, and sound.
            assert path.read_bytes() in (before, before[:-DIGEST_BYTES]), done
            assert not again, done
            made_again += 1
            continue
        told = None
        try:
            everything(copy)
        except (ResponseError, AssertionError) as fault:
            told = fault
        assert isinstance(told, ResponseError), done
        assert str(path) in str(told) or str(path.with_suffix(".jsonl")) in str(told), done
        assert "Restore" in str(told) and "run again" in str(told), done
        found += 1
        shutil.rmtree(copy)
    assert everything(raw) == sound
    assert found + made_again == files
    figure.reached(f"{files} of {files} found ({made_again} made again from their page), 0 used")


def record_of(landing: Landing) -> Record:
    """A record that has landed, as it came."""
    page = landing.pages()[0]
    first = next(iter(landing.records(page)))
    return Record(first.stream, first.key, first.payload, first.version)


@pytest.mark.parametrize("what", ["page", "journal", "quarantine", "end of the journal"])
def test_every_bit_counts(tmp_path: Path, what: str) -> None:
    raw = landed(tmp_path)
    path = sorted((raw / "eng").glob(KINDS[what]))[0]
    whole, opened = path.read_bytes(), Landing(raw, "eng")
    of_the_journal = "journal" in what

    def read() -> None:
        found = Landing(raw, "eng") if of_the_journal else opened
        for page in found.pages():
            found.lines(page)
        for entry in found.files().values():
            found.faults(entry)

    read()
    last = range(max(0, len(whole) - 200), len(whole))
    for place, bit in ((place, bit) for place in last for bit in range(8)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << bit)]) + whole[place + 1 :])
        with pytest.raises(ResponseError, match="Restore"):
            read()


def two_sources(make: Callable[..., Path]) -> Path:
    home = make(settings=SOURCES)
    (home / "more").mkdir()
    (home / "more" / "board.json").write_text(board(2) + "\n" + UNREADABLE)
    return home


@pytest.mark.requirement("R28", "a night with a damaged page: its source is behind, no other is")
def test_a_damaged_source_is_told_and_the_others_are_fresh(
    toy_home: Callable[..., Path],  # noqa: F811 - the fixture
    toy_project: Path,  # noqa: F811 - the fixture
    call: Callable,  # noqa: F811 - the fixture
    figure: Figure,
) -> None:
    home = two_sources(toy_home)
    assert call("run", "--home", home, "--as-of", AS_OF).code in (0, 3)
    places = Places(home)
    page = next((places.raw / "old").glob("cards/*.zst"))
    os.truncate(page, page.stat().st_size - 1)

    ended = call("run", "--home", home, "--as-of", AS_OF)

    manifest = json.loads((places.current / "manifest.json").read_text())
    states = {each["source"]: each["state"] for each in manifest["sources"]}
    assert ended.code == 3
    assert states == {"old": "partial", "ops": "fresh"}
    assert str(page) in ended.err and "missing or damaged" in ended.err
    figure.reached("1 of 2 sources partial, the other fresh")


def test_a_damaged_page_of_which_nothing_is_typed_publishes_nothing(
    toy_home: Callable[..., Path],  # noqa: F811 - the fixture
) -> None:
    home = two_sources(toy_home)
    night(home)
    places = Places(home)
    before = places.current.resolve()
    page = next((places.raw / "old").glob("cards/*.zst"))
    page.write_bytes(page.read_bytes()[:-1])
    shutil.rmtree(places.typed)

    with pytest.raises(ResponseError, match=str(page)):
        night(home)

    assert places.current.resolve() == before


def test_an_export_whose_quarantine_is_damaged_is_read_again(
    toy_home: Callable[..., Path],  # noqa: F811 - the fixture
) -> None:
    home = two_sources(toy_home)
    night(home)
    [file] = (Places(home).raw / "ops" / "quarantine").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"boards", b"bOards"))

    night(home)

    assert file.read_bytes() == whole
    told = json.loads((Places(home).raw / "ops" / "reading.json").read_text())
    assert [str(file) in each for each in told["warnings"]] == [True]
    assert len(told["rejected"]) == 1


@pytest.mark.requirement("R33", "a landing without digests opens and goes on")
def test_a_landing_of_format_1_opens_and_goes_on(tmp_path: Path, figure: Figure) -> None:
    """Lines without a digest, pages without that of their file, a quarantine named by its file."""
    raw = landed(tmp_path)
    folder = raw / "eng"
    sound, old = everything(raw), []
    for line in (folder / "journal.jsonl").read_bytes().splitlines():
        told = json.loads(line)
        aside = told.pop("quarantine", "")
        told.pop("packed", None)
        told.pop("check")
        if aside:
            name = hashlib.sha256(f"{told['file']}\0{told['sha256']}".encode()).hexdigest()
            (folder / "quarantine" / f"{aside}.jsonl").rename(
                folder / "quarantine" / f"{name}.jsonl"
            )
        old.append(json.dumps({**told, "format": 1}).encode() + b"\n")
    (folder / "journal.jsonl").write_bytes(b"".join(old))
    (folder / "journal.end").unlink()
    for path in folder.glob("*/*.digests"):
        path.write_bytes(path.read_bytes()[:-16])

    assert everything(raw) == sound
    content = in_lines([MAKERS["jira"](99)])
    reading(tmp_path, "jira", written(tmp_path, "4.json", content, "2026-02-14"))
    assert len(everything(raw)) == len(sound) + 1
    lines = (folder / "journal.jsonl").read_bytes().splitlines()
    formats = [json.loads(line)["format"] for line in lines]
    assert set(formats[: len(old)]) == {1} and set(formats[len(old) :]) == {2}
    figure.reached(f"{len(sound)} of {len(sound)} records and faults, one more landed")
