"""A tracker that joins as `connectors/README.md` says: two folders, a simulator and one word.

It joins a copy of the program, and is then read, typed, staged and published like any other. The
contract of connectors and the matrix of faults find it by themselves.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from pipelines.defs import dbt_project
from tests.dbt.building import MODELS_ALONE, dbt, failed
from tests.drills.nights import write_home
from tests.fourth import entries
from tests.fourth.slate import TOKEN, Slate
from tests.properties.comparison import published
from tests.simulators.world import World

ROOT = Path(__file__).resolve().parents[2]
FOURTH = ROOT / "tests" / "fourth"
UNREAD = shutil.ignore_patterns("__pycache__", "target", "logs", "fourth")
FETCH = """
import sys
from datetime import date
from pathlib import Path
from pipelines.home.home import load_home
from tests.dbt.building import working_database
working_database(load_home(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])), Path(sys.argv[3]))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program that the tracker has joined."""
    folder = tmp_path_factory.mktemp("joined")
    for name in ("connectors", "pipelines", "dbt_project", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=UNREAD)
    shutil.copy(ROOT / "pyproject.toml", folder)
    join(folder)
    return folder


def join(folder: Path) -> None:
    """Do what the recipe says, and nothing else."""
    shutil.copytree(FOURTH / "connectors" / "slate", folder / "connectors" / "slate")
    staging = folder / "dbt_project" / "models" / "staging" / "slate"
    shutil.copytree(FOURTH / "staging" / "slate", staging)
    add_the_word(folder / "dbt_project")
    shutil.copy(FOURTH / "slate.py", folder / "tests" / "simulators" / "slate.py")
    for name, more in (("trackers.py", entries.TRACKER), ("asked.py", entries.ASKED)):
        with (folder / "tests" / "drills" / name).open("a") as file:
            file.write(more)


def add_the_word(project: Path) -> None:
    """Let the models union the tracker's tables with the others'."""
    settings = project / "dbt_project.yml"
    text = settings.read_text()
    assert "trackers: [asana, jira, trello]" in text
    settings.write_text(text.replace("[asana, jira, trello]", "[asana, jira, slate, trello]"))


def called(copy: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Call Python in the copy."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "SLATE_TOKEN": TOKEN, **more}
    environment.pop("THROUGHLINE_DRILLS", None)
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def test_the_contract_and_the_drills_find_it_by_themselves(copy: Path) -> None:
    tests = ("tests/connectors/test_contract.py", "tests/drills/test_faults.py")

    done = called(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "slate", *tests)

    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout and "failed" not in done.stdout
    assert int(done.stdout.rsplit(" passed", 1)[0].split()[-1]) > 15


@pytest.fixture
def slate():
    simulator = Slate(World(41, 40, 4, 3))
    with simulator.serving():
        yield simulator


@pytest.fixture
def home(tmp_path: Path, slate: Slate) -> Path:
    """A home that reads the tracker, whose settings nobody wrote a class for."""
    source = {"name": "slate", "type": "slate", "api": slate.address, "token_env": "SLATE_TOKEN"}
    entry = SimpleNamespace(sources=lambda: f"  - {json.dumps(source)}\n")
    return write_home(tmp_path / "home", entry)  # type: ignore[arg-type]


def test_its_items_stand_among_all_others(
    copy: Path, slate: Slate, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = tmp_path / "built"
    done = called(copy, "-c", FETCH, home, slate.now.date(), built)
    assert done.returncode == 0, done.stderr[-4000:]
    project = unions_alone(copy / "dbt_project", tmp_path / "dbt_project")
    monkeypatch.setattr(dbt_project, "PROJECT", project)
    monkeypatch.setattr(dbt_project, "prepared_in", lambda: tmp_path / "prepared")

    database = built / dbt_project.DATABASE_NAME
    went = dbt(built, database, "build", *MODELS_ALONE)

    assert failed(went) == {}
    with duckdb.connect(str(database), read_only=True) as connection:
        items = connection.execute(
            "select work_item_id, title, status_name from int_work_items_unioned"
        ).fetchall()
        [states] = connection.execute("select count(*) from int_status_changes_unioned").fetchone()
        [people] = connection.execute("select count(*) from int_accounts_unioned").fetchone()
    notes = slate.truth()["notes"].values()
    assert sorted(items) == sorted((f"slate:{n['id']}", n["title"], n["state"]) for n in notes)
    assert states == len(notes) + sum(len(note["moves"]) for note in notes)
    assert people == len(slate.people)


def unions_alone(project: Path, to: Path) -> Path:
    """The project with the unions of all trackers, and with the staging of the new one alone."""
    shutil.copytree(project, to, ignore=shutil.ignore_patterns("models"))
    for name in ("home", "slate"):
        shutil.copytree(project / "models" / "staging" / name, to / "models" / "staging" / name)
    for path in (project / "models" / "intermediate").rglob("*_unioned.sql"):
        shutil.copy(path, to / "models")
    for name in ("saved_queries.yaml", "contract.yaml"):
        (to / name).unlink(missing_ok=True)
    settings = to / "dbt_project.yml"
    settings.write_text(settings.read_text().replace("[asana, jira, slate, trello]", "[slate]"))
    return to


@pytest.mark.timeout(1800)
def test_a_whole_night_publishes_it(copy: Path, slate: Slate, home: Path) -> None:
    wanted = ("run", "--home", home, "--as-of", slate.now.date())
    door = "from pipelines.cli import main; main()"

    done = called(copy, "-c", door, *wanted)

    assert done.returncode == 0, done.stderr[-4000:]
    with duckdb.connect(str(published(home)), read_only=True) as connection:
        items = connection.execute(
            "select work_item_id from dim_work_item where source = 'slate'"
        ).fetchall()
        days = connection.execute(
            "select sum(person_days) from fct_allocation_week where node_id like 'KR-%'"
        ).fetchone()
    assert {key for (key,) in items} == {f"slate:{key}" for key in slate.truth()["notes"]}
    assert days and days[0] > 1
