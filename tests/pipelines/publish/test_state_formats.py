"""Every file of state carries the number of its format, and a later one stops the command."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from connectors import erased, journal
from connectors.errors import SettingsError
from pipelines.home.home import load_home
from pipelines.warehouse.inputs import keep_inputs, lay_out
from pipelines.warehouse.places import Places
from pipelines.warehouse.readings import recall
from tests.drills.small_nights import AS_OF, night
from tests.figures import Figure
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture
from tests.pipelines.conftest import small_home, toy_project  # noqa: F401 - a fixture

KEY = "k" * erased.SHORTEST_KEY
STATES = {
    "journal of the landing": "raw/old/journal.jsonl",
    "end of that journal": "raw/old/journal.end",
    "reading of a source": "raw/old/reading.json",
    "inputs of a night": f"inputs/{AS_OF}.json",
    "memory of a night": f"memory/nights/{AS_OF}.json",
    "list of the forgotten": "erased.jsonl",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one night, and somebody who is forgotten in it."""
    folder = small_home(tmp_path_factory.mktemp("made") / "home")
    places = Places(folder)
    keep_inputs(load_home(folder, AS_OF), places, night(folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(erased.KEY_ENV, KEY)
        person = erased.forget(places.data, {"ana@example.org": "account"})
    erased.write(places.data, [structs.replace(person, is_done=True)])
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, with the key of the forgotten."""
    monkeypatch.setenv(erased.KEY_ENV, KEY)
    return Path(shutil.copytree(made, tmp_path / "home", symlinks=True))


def of_a_later_version(file: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What stands in a file, as a version would have written it whose format is one higher."""
    lines = file.read_bytes().splitlines() if "jsonl" in file.name else [file.read_bytes()]
    told = [json.loads(line) for line in lines]
    assert all(each["format"] >= 1 for each in told)
    if not file.name.startswith("journal"):
        return b"".join(json.dumps({**each, "format": 2}).encode() + b"\n" for each in told)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "FORMAT_VERSION", journal.FORMAT_VERSION + 1)
        for each in told:
            del each["check"], each["format"]
        return b"".join(journal.line_of(each) for each in told)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.requirement("R33", "every file of state: a later format ends the run, file unchanged")
def test_a_run_ends_where_a_later_version_has_written(
    home: Path,
    call: Callable,  # noqa: F811 - the fixture
    toy_project: Path,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    figure: Figure,
) -> None:
    file = Places(home).data / STATES[state]
    later = of_a_later_version(file, monkeypatch)
    file.write_bytes(later)

    ended = call("run", "--home", home, "--as-of", AS_OF.isoformat())

    told = [line for line in ended.err.splitlines() if "a later version of Throughline" in line]
    assert ended.code != 0
    assert str(file) in told[-1] and "has format" in told[-1], ended.err
    assert "Traceback" not in ended.err
    assert file.read_bytes() == later
    figure.reached(f"{state}: refused, unchanged")


@pytest.mark.requirement("R33", "state of the first release, without a format, opens")
def test_state_without_a_number_is_of_the_first_format(home: Path, figure: Figure) -> None:
    places, opened = Places(home), 0
    before = recall(places, "old")
    for state in ("reading of a source", "inputs of a night", "list of the forgotten"):
        file = places.data / STATES[state]
        told = json.loads(file.read_bytes())
        del told["format"]
        file.write_text(json.dumps(told) + "\n")
        opened += 1

    assert recall(places, "old") == before is not None
    assert lay_out(places, AS_OF, home.parent / "again")["run_id"]
    assert len(erased.forgotten(places.data)) == 1
    figure.reached(f"{opened} of {opened} open")


@pytest.mark.parametrize("state", ["reading of a source", "inputs of a night"])
def test_state_that_cannot_be_read_is_named(home: Path, state: str) -> None:
    file = Places(home).data / STATES[state]
    file.write_text("{")

    with pytest.raises(SettingsError, match=f"{file} is damaged. Put it back from a copy"):
        night(home)
