"""What lies in the inbox is read back as it was written."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Record, Rejected
from connectors.inbox_files import read, written

TEXT = st.text(st.characters(codec="utf-8"))
VERSION = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))
RECORD = st.builds(
    Record, TEXT, TEXT, st.binary().map(lambda each: b"%a" % each), VERSION, st.just("b1"), TEXT
)
REJECTED = st.builds(Rejected, TEXT, TEXT, TEXT, TEXT, TEXT, st.binary())


@given(st.lists(RECORD | REJECTED, max_size=20))
def test_a_page_of_the_inbox_is_read_back_as_it_was_written(page: list[Record | Rejected]) -> None:
    assert read(written(page), "b1") == page


def test_a_payload_over_several_lines_stays_one_record() -> None:
    record = Record("things", "t1", b'{\n "a": 1\r\n}', None, "b1")

    assert read(written([record]), "b1") == [Record("things", "t1", b'{  "a": 1  }', None, "b1")]


@pytest.mark.parametrize("content", [b"", b"\n", b"[1]\n", b"[]"])
def test_what_is_no_page_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        read(content, "b1")
