"""The landing: nothing lost, nothing twice, whenever the program is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import landing as landing_module
from connectors.contract import Record, Rejected
from connectors.errors import ResponseError
from connectors.journal import FileEntry
from connectors.landing import Landing

PULLED_AT = datetime(2026, 1, 31, 2, 0)


class Killed(BaseException):
    """Stands for SIGKILL: nothing may catch it."""


def record(number: int, text: str = "x", stream: str = "issues") -> Record:
    payload = f'{{"id":{number},"text":"{text}"}}'.encode()
    return Record(stream, str(number), payload, datetime(2026, 1, 1), "PLAT")


def land(root: Path, records: list[Record]) -> Landing:
    found = Landing(root, "eng")
    for each in records:
        found.add(each, PULLED_AT, "issues.json")
    found.finish_file(FileEntry("issues.json", "ab", 1, {"issues": len(records)}, {}), [])
    found.commit()
    return found


def content(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def keys(found: Landing) -> list[str]:
    return [each.key for page in found.pages() for each in found.records(page)]


def test_the_payload_comes_back_as_it_came(tmp_path: Path) -> None:
    payload = '{"id": 7,  "text": "ü\\u0000 \\ud83d\\ude00", "n": 1.50}'.encode()
    found = land(tmp_path, [Record("issues", "7", payload, None)])

    (page,) = found.pages()
    (read,) = found.records(page, "Europe/Berlin")

    assert read.payload == payload
    assert (read.key, read.version, read.pulled_at) == ("7", None, PULLED_AT)
    assert read.timezone == "Europe/Berlin"


def test_line_feeds_between_tokens_become_blanks(tmp_path: Path) -> None:
    found = land(tmp_path, [Record("issues", "7", b'{\r\n"id":\n7}', None)])

    (read,) = found.records(found.pages()[0])

    assert read.payload == b'{  "id": 7}'


def test_the_same_bytes_are_never_written_twice(tmp_path: Path) -> None:
    land(tmp_path, [record(1), record(2), record(1)])
    found = land(tmp_path, [record(2), record(1), record(3), record(1, "changed")])

    assert keys(found) == ["1", "2", "3", "1"]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    records = [record(number) for number in range(50)]
    land(tmp_path / "a", records)
    land(tmp_path / "b", records)

    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_a_page_holds_no_more_than_its_limit(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(landing_module, "PAGE_RECORDS", 3)
    found = land(tmp_path, [record(number) for number in range(7)])

    assert [page.rows for page in found.pages()] == [3, 3, 1]


def test_digests_that_are_gone_are_made_again(tmp_path: Path) -> None:
    land(tmp_path, [record(1), record(2)])
    for path in tmp_path.rglob("*.digests"):
        path.unlink()
    found = land(tmp_path, [record(1), record(2)])

    assert keys(found) == ["1", "2"]


def test_a_journal_that_cannot_be_read_stops_with_advice(tmp_path: Path) -> None:
    land(tmp_path, [record(1)])
    journal = tmp_path / "eng" / "journal.jsonl"
    journal.write_bytes(b"???\n" + journal.read_bytes())

    with pytest.raises(ResponseError, match=r"Line 1 .* cannot be read\. Restore"):
        Landing(tmp_path, "eng")


@pytest.mark.requirement("R33", "a landing of a later version is refused in a clear line")
def test_a_journal_of_a_later_format_stops_with_advice(tmp_path: Path) -> None:
    land(tmp_path, [record(1)])
    journal = tmp_path / "eng" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"kind":"page","format":3}\n')

    with pytest.raises(ResponseError, match="has format 3, this program knows 2: a later version"):
        Landing(tmp_path, "eng")


def test_a_damaged_page_is_named(tmp_path: Path) -> None:
    found = land(tmp_path, [record(1)])
    page = found.pages()[0]
    found.page_path(page).write_bytes(b"nothing")

    with pytest.raises(ResponseError, match="missing or damaged"):
        list(found.records(page))


def test_what_is_of_no_use_is_kept_with_its_reason(tmp_path: Path) -> None:
    fault = Rejected("issues", "7", "fields.created", "missing", "issues.json:3", b"{\xff}")
    entry = FileEntry("issues.json", "ab", 1, {"issues": 1}, {"issues": 1})
    found = Landing(tmp_path, "eng")
    found.finish_file(entry, [fault])
    found.commit()

    [entry] = Landing(tmp_path, "eng").files().values()
    assert Landing(tmp_path, "eng").faults(entry) == [fault]
    next((tmp_path / "eng" / "quarantine").iterdir()).unlink()
    with pytest.raises(ResponseError, match="missing or damaged"):
        Landing(tmp_path, "eng").faults(entry)


def test_half_a_journal_line_and_leftovers_never_counted(tmp_path: Path) -> None:
    land(tmp_path, [record(1)])
    before = content(tmp_path)
    with (tmp_path / "eng" / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"kind":"page","stre')
    (tmp_path / "eng" / "issues" / "cd.jsonl.zst.12.tmp").write_bytes(b"half")
    (tmp_path / "eng" / "journal.end.12.tmp").write_bytes(b"half")
    (tmp_path / "eng" / "issues" / "cd.jsonl.zst").write_bytes(b"no line in the journal")
    Landing(tmp_path, "eng")

    assert content(tmp_path) == before


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ab")), max_size=40),
    fatal_step=st.integers(0, 60),
    after=st.booleans(),
)
def test_killed_anywhere_and_repeated_it_ends_as_if_undisturbed(
    tmp_path_factory, numbers: list[tuple[int, str]], fatal_step: int, after: bool
) -> None:
    records = [record(number, text, f"stream_{number % 2}") for number, text in numbers]
    whole, broken = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("broken")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landing_module, "PAGE_RECORDS", 4)
        land(whole, records)
        with pytest.MonkeyPatch.context() as kill:
            _kill_at(kill, fatal_step, after)
            try:
                land(broken, records)
            except Killed:
                pass
        land(broken, records)

    assert {k: v for k, v in content(broken).items() if "journal" not in k} == {
        k: v for k, v in content(whole).items() if "journal" not in k
    }
    assert sorted(keys(Landing(broken, "eng"))) == sorted(keys(Landing(whole, "eng")))


def _kill_at(patch: pytest.MonkeyPatch, fatal_step: int, after: bool) -> None:
    """Die at one of the steps that reach the disk, before or after it."""
    steps = iter(range(10_000))

    def deadly(action):
        def act(*arguments, **named):
            fatal = next(steps) == fatal_step
            if fatal and not after:
                raise Killed
            found = action(*arguments, **named)
            if fatal:
                raise Killed
            return found

        return act

    patch.setattr(os, "fsync", deadly(os.fsync))
    patch.setattr(Path, "rename", deadly(Path.rename))


LANDS_FOREVER = """
import sys
from datetime import datetime
from pathlib import Path
from connectors import landing
from connectors.contract import Record
landing.PAGE_RECORDS = 20
found = landing.Landing(Path(sys.argv[1]), "eng")
print("ready", flush=True)
for number in range(2_000):
    payload = b'{"id":%d}' % number
    found.add(Record("issues", str(number), payload), datetime(2026, 1, 31), "issues.json")
found.commit()
"""


@pytest.mark.parametrize("milliseconds", [1, 10, 30, 60])
def test_sigkill_loses_and_doubles_nothing(tmp_path: Path, milliseconds: int) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", LANDS_FOREVER, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(milliseconds / 1000)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)

    assert keys(Landing(tmp_path, "eng")) == [str(number) for number in range(2_000)]
