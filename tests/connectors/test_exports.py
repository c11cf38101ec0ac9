"""Exported files of every shape, whole and damaged."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from connectors.contract import Rejected, Unreadable
from connectors.exports import Document, documents

ONE, TWO = b'{"id": 1}', b'{"id": 2}'


def read(path: Path, content: bytes, *lists: str) -> list[Document | Rejected | Unreadable]:
    path.write_bytes(content)
    return list(documents(path, "issues", lists))


def payloads(found: list) -> list[bytes]:
    return [each.payload for each in found if isinstance(each, Document)]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"id": 1},{"id": 2}]',
        b'[\n  {"id": 1},\n  {"id": 2}\n]\n',
        b'{"issues": [{"id": 1}, {"id": 2}], "total": 2}',
        b'{\n"issues": [\n{"id": 1},\n{"id": 2}]}',
        b'{"id": 1}\n{"id": 2}\n',
        b'\xef\xbb\xbf{"id": 1}\r\n\r\n{"id": 2}',
        b'{"issues": [{"id": 1}]}\n{"issues": [{"id": 2}]}\n',
        b'[{"id": 1}]\n[{"id": 2}]\n',
    ],
)
def test_every_shape_gives_the_bytes_of_each_record(tmp_path: Path, content: bytes) -> None:
    plain = read(tmp_path / "a.json", content, "issues")
    zipped = read(tmp_path / "b.json.gz", gzip.compress(content), "issues")

    assert payloads(plain) == payloads(zipped) == [ONE, TWO]
    assert len(plain) == len(zipped) == 2


def test_a_single_object_is_one_record(tmp_path: Path) -> None:
    assert payloads(read(tmp_path / "a.json", b'{\n "id": 1\n}')) == [b'{\n "id": 1\n}']


def test_what_stands_around_a_list_is_told(tmp_path: Path) -> None:
    found = read(tmp_path / "a.json", b'{"names": {"f": "Goal"}, "issues": [{"id": 1}]}', "issues")

    assert isinstance(found[0], Document)
    assert found[0].around == {"names": b'{"f": "Goal"}'}


def test_other_separators_of_unicode_do_not_end_a_line(tmp_path: Path) -> None:
    line = '{"text": "a\u2028b\x85c"}'.encode()

    assert payloads(read(tmp_path / "a.jsonl", line + b"\n" + ONE)) == [line, ONE]


def test_a_bad_line_is_told_with_its_number_and_the_others_count(tmp_path: Path) -> None:
    found = read(tmp_path / "a.jsonl", ONE + b'\n{"id": 3, \n' + TWO + b"\n7\n")

    assert payloads(found) == [ONE, TWO]
    assert [each.place for each in found if isinstance(each, Rejected)] == [
        "a.jsonl:2",
        "a.jsonl:4",
    ]


def test_a_bad_first_line_does_not_hide_the_others(tmp_path: Path) -> None:
    found = read(tmp_path / "a.jsonl", b'{"id": 3, "x\n' + ONE + b"\n" + TWO)

    assert payloads(found) == [ONE, TWO]


def test_a_record_that_is_no_utf8_is_told_and_the_others_count(tmp_path: Path) -> None:
    found = read(tmp_path / "a.json", b'[{"id": 1}, {"t": "\xff"}, {"t": "\\ud800"}, {"id": 2}]')

    assert payloads(found) == [ONE, TWO]
    assert [type(each) for each in found].count(Rejected) == 2


@pytest.mark.parametrize(
    "content",
    [
        b'[{"id": 1}, {"id": 2}, {"id": 3',
        b'{"issues": [{"id": 1}, {"id": 2},',
        b'{"issues": [{"id": 1}, {"id": 2}',
        b'[\n{"id": 1},\n{"id": 2},\n{"i',
        b'{"id": 1}\n{"id": 2}\n{"id": 3, "tex',
        b'[{"id": 1}, {"id": 2} ??? {"id": 3}]',
    ],
)
def test_a_cut_file_is_named_and_what_stood_before_the_cut_counts(
    tmp_path: Path, content: bytes
) -> None:
    found = read(tmp_path / "a.json", content, "issues")

    assert payloads(found) == [ONE, TWO]
    assert [each.file for each in found if isinstance(each, Unreadable)] == ["a.json"]


@pytest.mark.parametrize("content", [b"", b"\n", b"<html></html>", "[]".encode("utf-16")])
def test_a_file_without_json_is_named(tmp_path: Path, content: bytes) -> None:
    found = read(tmp_path / "a.json", content)

    assert [type(each) for each in found] == [Unreadable]


def test_an_empty_page_holds_no_records(tmp_path: Path) -> None:
    assert read(tmp_path / "a.json", b'{"issues": [], "total": 0}', "issues") == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    found = list(documents(tmp_path / "a.json", "issues"))

    assert [type(each) for each in found] == [Unreadable]


@pytest.mark.parametrize("shape", ["cut", "flipped", "checksum"])
def test_of_a_damaged_gzip_file_all_before_the_damage_counts(tmp_path: Path, shape: str) -> None:
    lines = [json.dumps({"id": number, "text": str(hash(str(number)))}) for number in range(5_000)]
    zipped = bytearray(gzip.compress("\n".join(lines).encode()))
    if shape == "cut":
        del zipped[len(zipped) // 2 :]
    else:
        zipped[len(zipped) // 2 if shape == "flipped" else -8] ^= 0xFF
    found = read(tmp_path / "a.jsonl.gz", bytes(zipped))

    assert len(payloads(found)) > 1_000
    assert isinstance(found[-1], Unreadable)
    assert [type(each) for each in found].count(Unreadable) == 1
