"""Whatever a payload became on its way, it is used or set aside: nothing crashes or is lost."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contract import ExportSettings, Record, Rejected
from connectors.pages import one_line
from connectors.reasons import OTHER
from connectors.registry import all_connectors
from pipelines.commands.quarantine import told
from pipelines.quality.border import border_counts
from pipelines.warehouse.scope_rows import faults
from tests.figures import Figure
from tests.pipelines.quality.exports import MAKERS, Json, in_lines, reading, written

PAYLOADS = 40
WHOLE = ("not_json", "not_utf8", "wrong_type", "unknown_kind", "not_used", "missing")
"""What a record may be as a whole, so that no field of it is at fault."""
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**63, -(2**64), 1e308, 0.1, "", "\x00", "\ud800", "9" * 400, "0001-01-01"]),
    st.text(max_size=12),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a record, but the record itself."""
    if path:
        yield path
    if not isinstance(value, (dict, list)):
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from places(inner, (*path, key))


@st.composite
def payloads(draw: st.DrawFn, tracker: str, number: int) -> bytes:
    """A record of which something was replaced or left out, or some bytes are others."""
    record: Json = copy.deepcopy(MAKERS[tracker](number))
    how = draw(st.sampled_from(["replace", "remove", "bytes", "cut"]))
    if how in ("replace", "remove"):
        *outer, last = draw(st.sampled_from(list(places(record))))
        holder: Any = record
        for key in outer:
            holder = holder[key]
        if how == "replace":
            holder[last] = draw(ODD)
        else:
            del holder[last]
        return json.dumps(record).encode()
    text = bytearray(json.dumps(record).encode())
    at = draw(st.integers(0, len(text) - 1))
    if how == "cut":
        return bytes(text[: at + 1])
    for byte in draw(st.binary(min_size=1, max_size=4)).replace(b"\n", b"?").replace(b"\r", b"?"):
        text[at] = byte
        at = (at * 31 + 7) % len(text)
    return bytes(text)


def line_of(place: str) -> int:
    """The line of the file that a record or a fault names."""
    return int(place.split(":")[1].split("[")[0])


def set_aside_or_used(tracker: str, lines: list[bytes]) -> None:
    """Read, land and type the lines, and hold every one of them accounted for."""
    with tempfile.TemporaryDirectory() as folder:
        good = in_lines([MAKERS[tracker](number) for number in (1, 2)])
        content = good + b"".join(line + b"\n" for line in lines) + in_lines([MAKERS[tracker](3)])
        found = reading(
            Path(folder), tracker, written(Path(folder), "a.json", content, "2026-02-10")
        )
        report, typed = found.report, found.typed
        rejected = faults(found)

        read, rejected_at_once, again = read_anew(tracker, Path(folder) / "a.json")
        assert not report.unreadable
        assert sum(report.read.values()) == read
        assert read >= 3 + sum(bool(line.strip()) for line in lines)
        assert len(report.rejected) == rejected_at_once
        assert read == sum(report.landed.values()) + len(report.rejected) + again
        assert sum(report.in_landing.values()) == sum(typed.records.values()) + len(typed.rejected)
        assert not [
            count for count in border_counts([found]) if count.rule == "lost" and count.found
        ]
        for each in rejected:
            assert isinstance(each, Rejected)
            row = told("eng", tracker, "run", each)
            assert all(row[name] for name in ("source", "stream", "reason", "place", "run_id"))
            assert row["field_path"] or row["reason_code"] in WHOLE, row
            assert row["reason_code"] != OTHER, row


def read_anew(tracker: str, path: Path) -> tuple[int, int, int]:
    """What stands in a file: all of it, what is rejected, and what is there a second time."""
    found = list(all_connectors()[tracker].read_exports(ExportSettings("eng", (path,))))
    records = [each for each in found if isinstance(each, Record)]
    states = {(each.stream, each.key, one_line(each.payload)) for each in records}
    rejected = sum(isinstance(each, Rejected) for each in found)
    return len(found), rejected, len(records) - len(states)


@pytest.mark.requirement(
    "R14", "10,000 mutated payloads: 0 crashes, accepted + quarantined = input"
)
def test_every_mutated_payload_is_used_or_set_aside(figure: Figure) -> None:
    batches = figure.of(3, 84)
    count = sum(held_in_batches(tracker, batches) for tracker in MAKERS)

    assert count >= figure.of(300, 10_000)
    figure.reached(f"{count:,} payloads, 0 crashes, every one used or set aside")


def held_in_batches(tracker: str, batches: int) -> int:
    """Hold so many batches of mutated payloads of a tracker; how many payloads they were."""
    counts = []

    @settings(
        max_examples=batches,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(*(payloads(tracker, number + 10) for number in range(PAYLOADS))))
    def hold(some: tuple[bytes, ...]) -> None:
        counts.append(len(some))
        set_aside_or_used(tracker, list(some))

    hold()
    return sum(counts)
