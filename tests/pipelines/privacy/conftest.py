"""A home in which one person stands in every store, in every form a store can hold."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from connectors.erased import KEY_ENV
from pipelines.home.home import Home, load_home
from pipelines.warehouse.ingest import land
from pipelines.warehouse.inputs import keep_inputs
from pipelines.warehouse.manifest import add_files, write_manifest
from pipelines.warehouse.marts import Mart, MartColumn
from pipelines.warehouse.places import Places
from pipelines.warehouse.publish_tables import write_tables
from pipelines.warehouse.readings import remember
from pipelines.warehouse.source_fetch import export_settings
from pipelines.warehouse.typing import TypedSource
from tests.drills.secrets import contents
from tests.figures import IS_DRILL

GENERATIONS = 14 if IS_DRILL else 2
KEY = "a key that stands outside of the data folder"
ACCOUNT, EMAIL, NAME = "712020:5f1c-aa-01", "Zoe.OBrien@example.org", "Zoë O'Brien-Łuk"
PICTURE = "https://avatars.example.net/5f1c/zoe.png"
TOLD = (ACCOUNT, EMAIL, NAME, PICTURE)
OTHER = {"accountId": "712020:77", "displayName": "Ben Li", "emailAddress": "ben@example.org"}
PERSON = {
    "accountId": ACCOUNT,
    "displayName": NAME,
    "emailAddress": EMAIL,
    "avatarUrls": {"48x48": PICTURE},
    "self": f"https://site.example.net/rest/api/3/user?accountId={ACCOUNT.replace(':', '%3A')}",
    "timeZone": "Europe/Lisbon",
}
SETTINGS = """\
organisation: {name: Example, timezone: UTC}
effort: {since: 2026-01-05}
privacy: {people: named}
sources:
  - {name: eng, type: jira, url: 'https://site.example.net', export: 'exports/*.json'}
"""
TEAMS = f"""\
teams: [{{id: platform, members: [{{person: {EMAIL}}}, {{person: ben@example.org}}]}}]
people: [{{person: {EMAIL}, name: "{NAME}", accounts: ['eng:{ACCOUNT}']}}]
"""


def issue(number: int, assignee: dict, text: str = "") -> dict:
    """An issue as a search of Jira gives it."""
    told = {"field": "assignee", "from": OTHER["accountId"], "fromString": "Ben Li"}
    change = {**told, "fieldId": "assignee", "to": ACCOUNT, "toString": NAME}
    moment = "2026-01-06T08:00:00.000+0000"
    history = [{"id": "1", "author": PERSON, "created": moment, "items": [change]}]
    status = {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}}
    fields = {"summary": f"Step {number} {text}", "status": status, "assignee": assignee}
    fields |= {"creator": OTHER, "reporter": PERSON, "created": "2026-01-05T08:00:00.000+0000"}
    fields |= {"updated": moment, "project": {"id": "1", "key": "APP", "name": "App"}}
    fields |= {"issuetype": {"id": "1", "name": "Task"}, "description": f"[~accountid:{ACCOUNT}]"}
    changelog = {"startAt": 0, "total": 1, "maxResults": 1, "histories": history}
    return {"id": str(number), "key": f"APP-{number}", "fields": fields, "changelog": changelog}


@dataclass(frozen=True)
class Haunted:
    """The home, and its folders."""

    folder: Path
    places: Places

    @property
    def home(self) -> Home:
        """The home, read anew."""
        return load_home(self.folder)

    def fetch(self, *, full: bool = False) -> None:
        """Land the exports."""
        home = self.home
        source = home.sources[0]
        read = land(export_settings(source), "jira", self.places.raw, self.folder, full=full)
        remember(self.places, read)

    def typed(self) -> TypedSource:
        """Type what has landed."""
        from connectors.landing import Landing
        from pipelines.warehouse.typing import type_source

        return type_source(Landing(self.places.raw, "eng"), "jira", self.places.typed)

    def rows(self) -> dict[str, list[tuple]]:
        """All typed rows, without the digests, which tell one state of a payload from another."""
        found = {}
        for name, files in self.typed().files.items():
            columns = [
                row[0]
                for row in duckdb.execute(
                    "describe from read_parquet($1)", [[str(file) for file in files]]
                ).fetchall()
            ]
            kept = ", ".join(f'"{each}"' for each in columns if each != "record_digest")
            query = f"select {kept} from read_parquet($1) order by all"
            found[name] = duckdb.execute(query, [[str(file) for file in files]]).fetchall()
        return found

    def hits(self) -> list[str]:
        """Files below data in which anything of the person stands, however it is packed."""
        wanted = [form for text in TOLD for form in forms(text)]
        found = {
            name
            for name, content in contents(self.places.data)
            if any(form in content.lower() for form in wanted)
        }
        return sorted(found)


def forms(text: str) -> list[bytes]:
    """A text in lower case, as it may stand in JSON, in markup and in addresses."""
    escaped = json.dumps(text)[1:-1]
    ways = {text, escaped, text.replace("'", "&#39;"), text.replace("'", "&#x27;")}
    ways |= {text.replace(":", "%3A").replace("@", "%40")}
    return [way.lower().encode() for way in ways]


@pytest.fixture
def haunted(
    haunted_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Haunted]:
    """The person is everywhere: landing, quarantine, typed, memory, generations, logs, Dagster."""
    monkeypatch.setenv(KEY_ENV, KEY)
    folder = tmp_path / "home"
    shutil.copytree(haunted_once, folder, symlinks=True)
    yield Haunted(folder, Places(folder))
    # Fourteen generations for every test are much to keep
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def haunted_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that each test takes a copy of."""
    folder = tmp_path_factory.mktemp("haunted") / "home"
    made = Haunted(folder, Places(folder))
    (folder / "exports").mkdir(parents=True)
    (folder / "strategy").mkdir()
    (folder / "throughline.yml").write_text(SETTINGS)
    (folder / "teams.yml").write_text(TEAMS)
    (folder / "strategy" / "a.yml").write_text(
        f"nodes: [{{id: P-1, kind: purpose, title: Serve, owner: {EMAIL}}}]\n"
    )
    issues = [issue(1, PERSON, f"for {NAME}"), issue(2, OTHER), issue(3, PERSON)]
    broken = {"id": {"of": ACCOUNT}, "fields": {"assignee": PERSON}}
    (folder / "exports" / "all.json").write_text(json.dumps([*issues, broken, EMAIL]))
    made.fetch()
    made.typed()
    for number in range(GENERATIONS):
        _generation(made.places, f"2026010{number:02}T000000000Z-as-of-2026-01-{number + 10}")
    _beside(made.places)
    keep_inputs(made.home, made.places, "a run")
    return folder


def _generation(places: Places, run_id: str) -> None:
    work, folder = places.data / "work.duckdb", places.published / run_id
    (folder / "report").mkdir(parents=True)
    with duckdb.connect(str(work)) as database:
        database.execute("create or replace table dim_person (person_key text, name text)")
        database.execute("insert into dim_person values (?, ?), ('x', 'Ben Li')", [EMAIL, NAME])
        days = "create or replace table fct_allocation_day as select ? as person_key, 2.5 as days"
        database.execute(days, [EMAIL])
    key = MartColumn("person_key", "VARCHAR", "The person.", "identifier")
    marts = [Mart("dim_person", "People.", (key,), ("person_key",))]
    marts.append(Mart("fct_allocation_day", "Days.", (key,), ()))
    tables = write_tables(work, folder, marts)
    work.unlink()
    with xlsxwriter.Workbook(folder / "tables.xlsx") as book:
        book.add_worksheet("people").write_row(0, 0, [EMAIL, NAME, 2.5])
    page = f'<p title="{EMAIL}">Zoë O&#39;Brien-Łuk &amp; Ben Li</p>'
    (folder / "report" / "index.html").write_text(page, "utf-8")
    manifest = {"run_id": run_id, "tables": tables, "warnings": [f"teams.yml:1: found {EMAIL}"]}
    add_files(manifest, folder)
    write_manifest(manifest, folder)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    places.current.unlink(missing_ok=True)
    places.current.symlink_to(run_id)


def _beside(places: Places) -> None:
    import hashlib

    table = places.memory / "nodes"
    table.mkdir(parents=True)
    with duckdb.connect() as database:
        file = table / "new.parquet"
        database.execute(f"copy (select 'P-1' as node_id, '{EMAIL}' as title) to '{file}'")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    file.rename(table / f"{digest}.parquet")
    (places.memory / "nights").mkdir()
    night = {"as_of": "2026-01-09", "run_id": "r", "files": {"nodes": digest}}
    (places.memory / "nights" / "2026-01-09.json").write_text(json.dumps(night))
    places.logs.mkdir()
    (places.logs / "r.log").write_text(f"2026 INFO found person={EMAIL}\n")
    (places.logs / "r.json").write_text(json.dumps({"sentence": f"of {NAME}"}))
    (places.dagster / "history").mkdir(parents=True)
    with sqlite3.connect(places.dagster / "history" / "runs.db") as database:
        database.execute("create table runs (id integer primary key, body text)")
        database.execute("insert into runs values (1, ?)", [json.dumps({"tags": {"by": EMAIL}})])
    database.close()
