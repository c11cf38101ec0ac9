"""Files that are small to send and large to read: refused at once, and with little memory."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.figures import Figure
from tests.pipelines.home.apart import Taken, taken
from tests.pipelines.home.conftest import make_home  # noqa: F401 - a fixture
from tests.pipelines.home.imports.test_hostile_files import HOSTILE

SECONDS, MEBIBYTES, GIGABYTE = 1, 200, 2**30
MANY = 1_000_000
YAML_FILES = ("throughline.yml", "teams.yml", "strategy/a.yml", "strategy/new.yml")


def yaml_bombs() -> dict[str, str]:
    """Texts for a YAML file."""
    doubled = "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 30))
    return {
        "an alias bomb": "b0: &b0 [x, x]\n" + doubled,
        "a tag": "nodes: !!python/object/apply:os.system ['touch tag-was-heeded']\n",
        "a tag of ours": "nodes: [!node {id: G-1}]\n",
        "nesting without end": "a: " + "[" * 100_000,
        "twenty thousand keys": "".join(f"k{n}: 1\n" for n in range(20_000)),
        "forty megabytes": "a: " + "x" * 40_000_000,
    }


def csv_bombs() -> dict[str, str]:
    """Texts for a CSV file of the strategy."""
    return {
        "a million columns": ",".join(f"c{number}" for number in range(MANY)) + "\n",
        "a million columns on as many lines": "measure" + ',"c\n"' * MANY + "\n",
        "a row of a million columns": "measure,date,value\n" + "," * MANY + "\n",
        "a cell without end": 'measure,date,value\n"' + "x" * 5_000_000,
    }


def wide_files() -> dict[str, str]:
    """Files to import that are wide; a tracker's object is so with fewer members."""
    columns = ",".join(f"c{number}" for number in range(MANY))
    members = ",".join(f'"c{number}":1' for number in range(MANY // 10))
    attributes = " ".join(f'c{number}="1"' for number in range(MANY))
    return {
        "a million columns.csv": f"id,kind,title,{columns}\nG-1,goal,x{',' * MANY}\n",
        "a million columns on as many lines.csv": "id,kind,title" + ',"c\n"' * MANY + "\n",
        "a row of a million columns.csv": "id,kind,title\n" + "," * MANY + "\n",
        "a hundred thousand members.json": f"[{{{members}}}]",
        "a million attributes.xml": f"<StrategicPlan {attributes}/>",
    }


def bound(what: str, found: Taken) -> str:
    """Hold one refusal to the second and the memory; what it took."""
    assert found.seconds < SECONDS, (what, found.seconds)
    assert found.mebibytes < MEBIBYTES, (what, found.mebibytes)
    return what


def told(found: list[Taken]) -> str:
    """What was reached."""
    seconds, mebibytes = (max(getattr(each, a) for each in found) for a in ("seconds", "mebibytes"))
    return f"{len(found)} of {len(found)}; slowest {seconds:.2f} s, at most {mebibytes:.0f} MiB"


@pytest.mark.requirement("S14", "bombs in YAML and CSV of the home: refused in 1 s, under 200 MiB")
def test_a_bomb_in_the_home_is_refused_at_once(
    make_home: Callable[..., Path],  # noqa: F811 - the fixture
    tmp_path: Path,
    figure: Figure,
) -> None:
    yaml_files = YAML_FILES[: figure.of(1, len(YAML_FILES))]
    bombs = [(file, what, text) for file in yaml_files for what, text in yaml_bombs().items()]
    bombs += [("strategy/bomb.csv", what, text) for what, text in csv_bombs().items()]
    large = ("strategy/bomb.csv", "throughline.yml")
    homes: list[tuple[Path, str, str]] = []
    for file, what, text in [*bombs, *((file, "a gigabyte", "") for file in large)]:
        home = make_home().rename(tmp_path / f"home {len(homes)}")
        with (home / file).open("w") as written:
            written.write(text)
            if not text:
                written.truncate(GIGABYTE)
        homes.append((home, file, what))
    found = taken([(home, None) for home, _, _ in homes])

    for (_, file, what), each in zip(homes, found, strict=True):
        assert any(line.startswith(f"{file}:") for line in each.refused.splitlines()), (file, what)
        bound(f"{what} in {file}", each)
    assert not list(tmp_path.rglob("tag-was-heeded"))
    figure.reached(told(found))


def packed(mebibytes: int) -> bytes:
    """A zip of one file that unpacks to so much."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as inside,
    ):
        for _ in range(mebibytes):
            inside.write(b" " * 2**20)
    return content.getvalue()


@pytest.mark.requirement("S14", "hostile files to import: refused in 1 s, under 200 MiB")
def test_a_hostile_file_to_import_is_refused_at_once(
    make_home: Callable[..., Path],  # noqa: F811 - the fixture
    tmp_path: Path,
    figure: Figure,
) -> None:
    home, archive = make_home(), packed(figure.of(32, 1024))
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    files: dict[str, str | bytes] = {
        **{f"{what}.{kind_of(text)}": text for what, text in HOSTILE.items()},
        **wide_files(),
        **{f"zip.{kind}": archive for kind in ("csv", "xlsx", "xml", "json", "txt")},
        "unpacks to a gigabyte.xml.gz": gzip.compress(b"<StrategicPlan>" + b" " * 2**25, 1) * 32,
    }
    for name, text in files.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with (tmp_path / "a gigabyte.csv").open("wb") as large:
        large.truncate(GIGABYTE)
    names = [*files, "a gigabyte.csv"]
    found = taken([(home, tmp_path / name) for name in names])

    for name, each in zip(names, found, strict=True):
        assert each.refused, name
        assert "root:" not in each.refused
        bound(name, each)
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    figure.reached(told(found))


def kind_of(text: str | bytes) -> str:
    """How a hostile file is called at its end, as in the tests of imports."""
    return "csv" if "id," in str(text[:5]) else "xml"


@pytest.mark.requirement("S14", "the memory that is told is that of the process itself")
def test_the_memory_of_a_process_is_its_own(
    make_home: Callable[..., Path],  # noqa: F811 - the fixture
    tmp_path: Path,
    figure: Figure,
) -> None:
    room = bytearray(b"x" * (300 * 2**20))
    (small,) = taken([(make_home(), tmp_path / "absent.csv")])

    assert small.mebibytes < MEBIBYTES < len(room) / 2**20
    figure.reached(f"{small.mebibytes:.0f} MiB under a process of 300 MiB")
