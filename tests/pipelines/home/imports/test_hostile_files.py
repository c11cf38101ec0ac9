"""Files made to do harm: refused within a second, nothing written, nothing fetched."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest

from pipelines.home.imports.draft import ImportRefusedError
from pipelines.home.imports.importing import import_strategy
from pipelines.home.imports.origin_file import BYTES_AT_MOST

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">{}]><StrategicPlan><Name>&a9;</Name></StrategicPlan>'.format(
        "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    )
)
BODY = "<StrategicPlan><Name>&x;</Name></StrategicPlan>"
HOSTILE = {
    "an entity bomb": LAUGHS,
    "a quadratic bomb": f'<!DOCTYPE x [<!ENTITY x "{"a" * 100_000}">]>{BODY}',
    "an external entity": f'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>{BODY}',
    "a parameter entity": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>{BODY}',
    "an external declaration": f'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">{BODY}',
    "nesting without end": "<StrategicPlan>" + "<Goal>" * 200_000,
    "a comment without end": "<StrategicPlan><!--" + "-" * 1_000_000,
    "deep JSON": "[" * 500_000,
    "bytes that are no text": b"id,kind,title\n\xff\xfe,goal,x\n",
    "a quote that never ends": 'id,kind,title\n"G-1,goal,x\n' + "a" * 200_000,
}


@pytest.mark.requirement("S14", "hostile files to import: refused in 1 s")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_a_second(home, name):
    text = HOSTILE[name]
    suffix = "csv" if "id," in str(text[:5]) else "xml"
    begin = time.perf_counter()

    with pytest.raises(ImportRefusedError) as caught:
        home.take(f"x.{suffix}", text)

    assert time.perf_counter() - begin < 1
    assert "root:" not in str(caught.value)
    assert home.listed() == []


@pytest.mark.requirement("S14", "hostile files to import: refused in 1 s")
def test_a_file_that_unpacks_to_a_gigabyte_is_refused_within_a_second(home):
    packed = gzip.compress(b"<StrategicPlan>" + b" " * (BYTES_AT_MOST // 2), 1)
    many = home.write("bomb.xml.gz", packed * 32)
    begin = time.perf_counter()

    with pytest.raises(ImportRefusedError, match="too large"):
        home.take(many.name, many.read_bytes())

    assert time.perf_counter() - begin < 1


@pytest.mark.requirement("S14", "hostile files to import: refused in 1 s")
def test_a_file_of_a_gigabyte_is_refused_unread(home):
    with home.write("big.xml", "").open("r+b") as file:
        file.truncate(2**30)
        path = file.name

    begin = time.perf_counter()
    with pytest.raises(ImportRefusedError, match="too large"):
        import_strategy(home.folder, Path(path))

    assert time.perf_counter() - begin < 1


def test_texts_that_would_break_out_of_the_yaml_stay_texts(home):
    title = "a: [b]\n# c: &d *e !!python/object {f}\n---\nnodes: \x07 \u2028 '\"`"
    goals = [
        {"gid": "1", "resource_type": "goal", "name": title, "notes": title, "x\n- y: 1": "z"},
        {"gid": "2\n", "resource_type": "goal", "name": "NO", "owner": {"name": "0x1F"}},
    ]
    home.take("goals\n: x.json", json.dumps(goals))

    (name,) = home.listed()
    first, second = home.data(name)["nodes"]
    assert first["title"] == " ".join(title.replace("\x07", " ").replace("\u2028", " ").split())
    assert (second["title"], second["owner"]) == ("NO", "0x1F")
    assert list(home.data(name)) == ["nodes"]
