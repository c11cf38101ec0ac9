"""Exports that were packed to fill the memory: told as damaged, and never unpacked as a whole."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from connectors.export_lines import DamagedFileError, lines
from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT

MEBIBYTE, WHOLE = 1 << 20, 1 << 30
SHAPES = {
    "lines that are no records": b"1\n",
    "one line that never ends": b"x",
    "objects without anything": b"{}\n",
    "a list that never ends": b"[",
    "nothing but line feeds": b"\n",
    "blanks": b" ",
    "a text that never ends": b'{"id": "',
}
TRACKERS = ("trello", "jira", "asana")
CASES = [
    (tracker, what)
    for number, what in enumerate(SHAPES)
    for each, tracker in enumerate(TRACKERS)
    if IS_DRILL or (number < 2 and each == number)
]
SCRIPT = """
import json, os, sys
from pathlib import Path
from connectors.contract import ExportSettings
from pipelines.warehouse.ingest import land
from tests.peak import peak

folder, tracker = Path(sys.argv[1]), sys.argv[2]
told = []
for name in ("small", "swollen"):
    before = peak()
    settings = ExportSettings(name, (folder / f"{name}.json.gz",))
    report = land(settings, tracker, folder / "raw")
    told = [report.state, report.detail, [each.reason for each in report.unreadable],
            len(report.rejected), peak() - before]
print(json.dumps(told))
"""
"""Reads a small file first, so that what is measured is the other one alone."""


def packed(first: bytes, again: bytes, members: int = 1) -> bytes:
    """A gzip file of so many members that unpacks to 1 GiB, made without unpacking it."""
    times = WHOLE // MEBIBYTE // members
    block = (again * MEBIBYTE)[:MEBIBYTE]
    # Blocks behind a full flush stand for themselves, so one may be repeated.
    packer = zlib.compressobj(9, wbits=-15)
    head = packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
    body = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    check = zlib.crc32(first)
    for _ in range(times):
        check = zlib.crc32(block, check)
    ends = struct.pack("<II", check, (len(first) + times * MEBIBYTE) % 2**32)
    start = b"\x1f\x8b\x08" + b"\0" * 6 + b"\xff"
    return (start + head + body * times + packer.flush() + ends) * members


@pytest.mark.requirement("R21", "a packed export, 1 MB for 1 GiB: 0 crashes, < 100 MiB")
def test_an_export_that_swells_is_refused_before_it_is_in_memory(
    tmp_path: Path, figure: Figure
) -> None:
    worst = 0.0
    for number, (tracker, what) in enumerate(CASES):
        folder = tmp_path / str(number)
        folder.mkdir()
        first, again = (SHAPES[what], b"x") if "text" in what else (b"", SHAPES[what])
        whole = packed(first, again, members=1 + number % 2 * 31)
        (folder / "small.json.gz").write_bytes(packed_small(b'{"id": "1"}\n' * 3))
        (folder / "swollen.json.gz").write_bytes(whole)
        told = subprocess.check_output(
            [sys.executable, "-c", SCRIPT, str(folder), tracker], cwd=ROOT, text=True
        )
        state, detail, reasons, _, grown = json.loads(told)

        assert len(whole) < 1.2 * MEBIBYTE
        assert (state, detail) == ("failed", "1 of 1 files are damaged"), (what, told)
        assert reasons == ["unpacks to over 200 times its size: not an export"], what
        assert grown < 100, (tracker, what, grown)
        worst = max(worst, grown)
    figure.reached(f"{len(CASES)} of {len(CASES)} told as damaged, at most {worst:.0f} MiB")


def packed_small(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize("size", [1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 1 << 20])
def test_what_unpacks_to_many_pieces_comes_whole(tmp_path: Path, size: int) -> None:
    # As dense as an export gets: a piece is full before what it was packed to is taken in.
    content = b"".join(b"%d %b\n" % (number, b"same " * 40) for number in range(size // 200 + 1))
    path = tmp_path / "a.json.gz"
    path.write_bytes(packed_small(content[:size]) + packed_small(b"end\n") + b"\0" * 512)

    assert b"\n".join(lines(path)) == (content[:size] + b"end\n").rstrip(b"\n")


def test_of_a_swollen_file_that_is_damaged_no_more_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(packed(b"", b"\n")[:100_000] + b"damage")

    with pytest.raises(DamagedFileError):
        list(lines(path))
