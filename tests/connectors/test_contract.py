"""What every connector keeps, whoever writes it: a new one is tested here by being there."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.contract import LandedRecord, Table
from connectors.errors import SettingsError
from connectors.extraction_report import Extraction
from connectors.landing import Landing
from connectors.live import ABSENCES, LiveConnector, LiveSettings
from connectors.registry import all_connectors, trackers
from pipelines.warehouse.parquet_rows import LEADING_COLUMNS, landed_name
from tests.drills.asked import ASKED, SIGN_IN
from tests.drills.secrets import leaks
from tests.drills.trackers import TRACKERS, Tracker
from tests.simulators.server import Simulator
from tests.simulators.world import World

ROOT = Path(__file__).resolve().parents[2]
STAGING = ROOT / "dbt_project" / "models" / "staging"
NAMES = sorted(all_connectors())
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "flag": (bool,),
    "day": (date,),
    "instant": (datetime,),
}
NOT_FROM_THE_ENVIRONMENT = {"os", "subprocess", "dotenv", "keyring", "netrc", "configparser"}
NAMED_ELSEWHERE = ("pipelines/home/", "pipelines/demo/", "pipelines/cli.py")
"""The settings of each source and imports of goals; the demo of all trackers; the help."""
ALSO = ("pipelines/commands/init.py", "pipelines/commands/demo_live.py")
"""What writes a starter home of each."""


def live(name: str) -> LiveConnector:
    found = all_connectors()[name]
    assert isinstance(found, LiveConnector)
    return found


def tables(name: str) -> dict[str, Table]:
    """The typed tables of a connector, by the name under which models read them."""
    streams = all_connectors()[name].streams
    return {landed_name(name, table): table for stream in streams for table in stream.tables}


def sources(*parts: str) -> dict[str, ast.Module]:
    """Python files below some folder, or that one file, by name."""
    place = ROOT.joinpath(*parts)
    found = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in found}


def words(tree: ast.Module) -> Iterator[str]:
    """What code says: its names, imports and texts, but neither docstrings nor comments."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        told = body if isinstance(body, list) else []
        for each in told:
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant):
                each.value.value = None
    for node in ast.walk(tree):
        for field in ("id", "attr", "name", "module", "arg", "value", "asname"):
            text = getattr(node, field, None)
            if isinstance(text, str):
                yield text


@pytest.mark.parametrize("name", NAMES)
def test_a_connector_goes_by_the_name_of_its_folder_and_can_be_asked(name: str) -> None:
    connector = live(name)

    assert connector.tracker == name
    assert connector.items in {each.name for each in all_connectors()[name].streams}
    assert ABSENCES in {each.name for each in all_connectors()[name].streams}
    assert connector.asked and len(set(connector.asked)) == len(connector.asked)


def test_every_folder_offers_a_connector() -> None:
    assert trackers() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_streams_tables_and_columns_are_named_once_and_described(name: str) -> None:
    streams = all_connectors()[name].streams
    leading = {each.name for each in LEADING_COLUMNS}
    typed = [(stream.name, table) for stream in streams for table in stream.tables]

    assert len({each.name for each in streams}) == len(streams)
    assert [each.name for each in streams if not each.description.endswith(".")] == []
    for stream, table in typed:
        columns = [each.name for each in table.columns]
        assert table.description.startswith("One row per"), table.name
        assert len(set(columns)) == len(columns) and not leading & set(columns), table.name
        assert [each.name for each in table.columns if not each.description] == [], table.name
        assert set(table.accounts) <= {*columns, "record_id"}, (stream, table.name)
        assert table == tables(name)[landed_name(name, table)], "one name, two tables"
    assert any(table.accounts for _, table in typed), "whose effort it is"


@pytest.mark.parametrize("name", NAMES)
def test_its_readme_names_every_file(name: str) -> None:
    folder = ROOT / "connectors" / name
    text = (folder / "README.md").read_text()

    files = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    assert text.startswith("# ")
    assert {each for each in files if f"`{each}`" not in text} == set()


def unioned() -> dict[str, set[str]]:
    """The staging tables that every tracker fills, each with its columns."""
    found = {}
    for path in (STAGING.parent / "intermediate").rglob("*.sql"):
        for things, columns in re.findall(
            r"union_trackers\('(\w+)', \[(.*?)\]\)", path.read_text(), re.S
        ):
            found[things] = set(re.findall(r"'(\w+)'", columns))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_its_staging_models_fill_the_tables_that_every_tracker_fills(name: str) -> None:
    settings = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())
    folder = STAGING / name
    models = {path.stem for path in folder.glob("*.sql")}

    assert name in settings["vars"]["trackers"]
    assert len(unioned()) >= 12
    assert {f"stg_{name}__{things}" for things in unioned()} == {
        each for each in models if each.startswith("stg_")
    }
    assert {each for each in models if not re.match(rf"(stg|base)_{name}__", each)} == set()
    assert {each for each in models if not (folder / f"{each}.yml").exists()} == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_that_models_read_are_the_ones_that_are_typed(name: str) -> None:
    told = yaml.safe_load((STAGING / name / "_sources.yml").read_text())
    [landed] = [each for each in told["sources"] if each["name"] == "landed"]

    assert {
        table["name"]: [column["name"] for column in table["columns"]] for table in landed["tables"]
    } == {
        name: [column.name for column in (*LEADING_COLUMNS, *table.columns)]
        for name, table in tables(name).items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_other_folder_is_imported_and_no_secret_is_looked_for(name: str) -> None:
    for file, tree in sources("connectors", name).items():
        imported = {
            module
            for node in ast.walk(tree)
            for module in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [each.name for each in getattr(node, "names", [])]
                if isinstance(node, ast.Import)
                else []
            )
        }
        others = {f"connectors.{each}" for each in NAMES if each != name}
        assert {each for each in imported if each.startswith(tuple(others))} == set(), file
        assert {each.split(".")[0] for each in imported} & NOT_FROM_THE_ENVIRONMENT == set(), file
        assert not {"environ", "getenv"} & set(words(tree)), file


def test_nothing_outside_of_its_folder_names_a_vendor() -> None:
    own = tuple(f"connectors/{name}/" for name in NAMES)
    beside = {
        file: tree
        for room in ("connectors", "pipelines")
        for file, tree in sources(room).items()
        if not file.startswith((*own, *NAMED_ELSEWHERE, *ALSO))
    }
    naming = {
        file: found
        for file, tree in beside.items()
        if (found := [word for word in words(tree) if re.search("|".join(NAMES), word.lower())])
    }

    assert len(beside) > 50
    assert naming == {}


@pytest.mark.parametrize("name", NAMES)
def test_without_secrets_it_says_which_and_asks_nobody(name: str) -> None:
    with pytest.raises(SettingsError, match="src") as told:
        live(name).access(LiveSettings("src", address="https://tracker.example"))

    assert "token" in str(told.value) or "key" in str(told.value)


class Sample:
    """A small world of a tracker, read twice."""

    def __init__(self, tracker: Tracker, simulator: Simulator, folder: Path) -> None:
        self.tracker, self.simulator, self.raw = tracker, simulator, folder
        self.reports: list[Extraction] = []
        with simulator.serving():
            for _ in range(2):
                self.reports.append(tracker.extract(simulator.address, folder))
            self.access = tracker.connector.access(tracker.settings(simulator.address))
        landing = Landing.reading(folder, tracker.source)
        pages = Landing(folder, tracker.source).pages()
        self.records = [each for page in pages for each in landing.records(page)]

    def rows(self, record: LandedRecord) -> list[tuple[str, tuple[Any, ...]]]:
        """The typed rows of a record."""
        [stream] = [
            each
            for each in all_connectors()[self.tracker.kind].streams
            if each.name == record.stream
        ]
        by_name = {table.name: landed_name(self.tracker.kind, table) for table in stream.tables}
        return [(by_name[table], row) for table, row in stream.rows(record)]


@cache
def _sample(name: str, folder: Path) -> Sample:
    tracker = TRACKERS[name]
    return Sample(tracker, tracker.make(World(3, 16, 3, 3)), folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.mark.parametrize("name", NAMES)
def test_it_is_simulated_and_the_drills_know_what_it_asks(name: str) -> None:
    simulated = [each for each in TRACKERS.values() if each.kind == name]
    streams = {each.name for each in all_connectors()[name].streams}

    assert simulated
    for each in simulated:
        assert each.name in SIGN_IN
        assert {asked.stream for asked in ASKED[each.name]} == streams


@pytest.mark.parametrize("name", list(TRACKERS))
def test_a_sample_lands_once_with_a_key_and_is_typed_as_declared(folder: Path, name: str) -> None:
    sample = _sample(name, folder)
    declared = tables(sample.tracker.kind)
    truth = sample.simulator.truth()  # type: ignore[attr-defined]
    seen: set[str] = set()
    streams = all_connectors()[sample.tracker.kind].streams
    first = {
        each.name: landed_name(sample.tracker.kind, each.tables[0])
        for each in streams
        if each.tables
    }

    assert [each.state for each in sample.reports] == ["fresh", "fresh"]
    assert sum(sample.reports[1].landed.values()) == 0, "a second run finds nothing new"
    assert truth[sample.tracker.connector.items]
    for stream, known in truth.items():
        assert {each.key for each in sample.records if each.stream == stream} >= set(known), stream
    for record in sample.records:
        assert record.key and isinstance(json.loads(record.payload), dict)
        rows = sample.rows(record)
        assert first.get(record.stream) in {None, *(table for table, _ in rows)}
        for table, row in rows:
            seen.add(table)
            fits(declared[table], row)
    assert seen, "nothing was typed"


def fits(table: Table, row: tuple[Any, ...]) -> None:
    """A row has a value for each column, of the type that the column has, or none."""
    assert len(row) == len(table.columns), table.name
    for column, value in zip(table.columns, row, strict=True):
        told = (table.name, column.name, value)
        assert value is None or isinstance(value, TYPES[column.type]), told
        assert column.type == "flag" or not isinstance(value, bool), told
        if column.type == "instant" and value is not None:
            assert value.tzinfo is None, told


@pytest.mark.parametrize("name", list(TRACKERS))
def test_it_only_reads_and_shows_its_secrets_in_one_header(folder: Path, name: str) -> None:
    sample = _sample(name, folder)
    path = sample.tracker.path
    hidden = sample.tracker.hidden

    for request in sample.simulator.requests:
        is_read = request.path.removeprefix(path) in sample.access.reads
        assert request.method == "GET" or (request.method == "POST" and is_read), request.path
        shown = f"{request.path} {request.query} {request.body}"
        assert [each for each in hidden if each in shown] == []
    said = [repr(sample.access), *(each.json().decode() for each in sample.reports)]
    assert leaks(sample.raw, hidden, *said) == []
