"""What each command says, and how it ends."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.warehouse.exits import Exit
from pipelines.warehouse.lock import held
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import RunRecord
from tests.pipelines.home.conftest import FILES
from tests.pipelines.home.test_broken_settings import BROKEN as BROKEN_SETTINGS
from tests.pipelines.home.test_broken_strategy import BROKEN as BROKEN_STRATEGY

HEAVY = ("dagster", "dbt", "duckdb", "pandas", "pyarrow", "pydantic", "structlog", "rapidfuzz")
BROKEN = {**BROKEN_SETTINGS, **BROKEN_STRATEGY}


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['throughline', '--help']\n"
        "from pipelines.cli import main\n"
        "try: main()\n"
        f"finally: print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stderr.strip() == "[]"
    assert all(
        f" {name} " in done.stdout for name in ("init", "check", "import-strategy", "run", "trace")
    )


@pytest.mark.parametrize(
    "command",
    ["init", "demo", "check", "import-strategy", "run", "report", "trace", "schema", "status"],
)
def test_every_command_takes_a_home(call, command: str) -> None:
    assert "--home" in call(command, "--help").out


@pytest.mark.parametrize("arguments", [["fly"], ["run", "--as-of", "soon"], ["trace"]])
def test_wrong_usage_ends_with_2(call, arguments: list[str]) -> None:
    called = call(*arguments)

    assert (called.code, called.out) == (2, "")
    assert called.err


def test_a_new_home_passes_its_check(call, tmp_path: Path) -> None:
    assert call("init", tmp_path / "new home").code == 0

    called = call("check", "--home", tmp_path / "new home")
    assert called.code == 0
    assert "can be used" in called.out
    assert not (tmp_path / "new home" / "data").exists()


def test_init_overwrites_nothing(call, tmp_path: Path) -> None:
    (tmp_path / "throughline.yml").write_text("mine")

    called = call("init", tmp_path)
    assert called.code == 2
    assert (tmp_path / "throughline.yml").read_text() == "mine"


def test_the_demo_overwrites_no_home_of_somebody(call, tmp_path: Path) -> None:
    (tmp_path / "throughline.yml").write_text("organisation: {name: Mine}")

    called = call("demo", tmp_path)
    assert called.code == 2
    assert "home of your own" in called.err
    assert [path.name for path in tmp_path.iterdir()] == ["throughline.yml"]


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_home_is_refused_and_nothing_is_written(call, make_home, fault: str) -> None:
    folder = make_home(**BROKEN[fault][0])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    called = call("run", "--home", folder, "--as-of", "2026-06-30")

    assert called.code == 2
    assert "Traceback" not in called.err
    assert "expected" in called.err
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after == before
    assert len(BROKEN) >= 20


def test_a_source_that_does_not_exist_ends_with_2(call, make_home, monkeypatch) -> None:
    monkeypatch.setenv("JIRA_TOKEN", "x")
    folder = make_home()

    called = call("run", "--home", folder, "--source", "engg", "--as-of", "2026-06-30")

    assert called.code == 2
    assert "`engg`; there are eng, old" in called.err
    assert not (folder / "data").exists()


def test_a_second_run_ends_with_75_at_once(call, make_home, monkeypatch) -> None:
    monkeypatch.setenv("JIRA_TOKEN", "x")
    folder = make_home()
    hold = (
        "import sys, time; from pathlib import Path\n"
        "from pipelines.warehouse.lock import held\n"
        "from pipelines.warehouse.places import Places\n"
        "with held(Places(Path(sys.argv[1]))): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", hold, folder], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        called = call("run", "--home", folder, "--as-of", "2026-06-30")
        status = call("status", "--home", folder)
        holder.kill()

    assert called.code == 75
    assert "under way" in called.err
    assert status.code == 0


def test_schemas_are_written_where_wanted(call, tmp_path: Path) -> None:
    called = call("schema", tmp_path / "schemas")

    assert called.code == 0
    assert len(list((tmp_path / "schemas").glob("*.json"))) == 5


def test_the_schemas_of_a_home_are_those_that_its_files_name(call, tmp_path: Path) -> None:
    call("init", tmp_path)
    written = sorted((tmp_path / "schemas").glob("*.json"))
    for path in written:
        path.unlink()

    assert call("schema", "--home", tmp_path).code == 0
    assert sorted((tmp_path / "schemas").glob("*.json")) == written


@pytest.mark.parametrize(
    "command", [["init"], ["demo"], ["schema", "--home"], ["status", "--home"]]
)
def test_a_file_in_place_of_a_folder_ends_with_2(call, tmp_path: Path, command: list[str]) -> None:
    path = tmp_path / "a file"
    path.write_text("x")
    called = call(*command, path)

    assert called.code == 2
    assert "folder" in called.err and str(path) in called.err


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 1, "is full: "),
        (OSError(errno.EROFS, "Read-only", "data/.lock"), 2, "data/.lock: Read-only"),
    ],
)
def test_a_disk_that_cannot_be_written_is_told(
    call, make_home, monkeypatch, fault: OSError, code: int, told: str
) -> None:
    def refuse(_places: Places) -> None:
        raise fault

    monkeypatch.setenv("JIRA_TOKEN", "x")
    monkeypatch.setattr("pipelines.warehouse.lock.held", refuse)
    called = call("run", "--home", make_home(), "--as-of", "2026-07-01")

    assert called.code == code
    assert told in called.err and "Unexpected" not in called.err


def test_reading_commands_say_that_nothing_is_published(call, tmp_path: Path) -> None:
    for command in (["report"], ["trace", "KR-1"]):
        called = call(*command, "--home", tmp_path)

        assert called.code == 2
        assert "Nothing is published" in called.err


def test_the_report_prints_the_share_its_denominators_and_its_path(call, published_home) -> None:
    called = call("report", "--home", published_home)

    assert called.code == 0
    assert "Traced share: 71.4% (7.5 of 10.5 person-days" in called.out
    assert "Observed: 87.5% (10.5 of 12.0 person-days of capacity)" in called.out
    assert str(published_home / "data/published/current/report/index.html") in called.out


def test_status_tells_runs_sources_and_their_age(call, published_home: Path) -> None:
    places = Places(published_home)
    record = RunRecord("run-1", "2026-07-01", "", 1, stages=[{"stage": "home", "seconds": 2.0}])
    record.end(places, "published", Exit.DEGRADED, "Published, but eng is stale.")
    RunRecord("run-2", "2026-07-01", "", 1).save(places)

    out = call("status", "--home", published_home).out
    assert "Current: run-1, as of 2026-07-01, published" in out
    assert "eng (jira): stale, data of 2026-06-30 10:00 UTC: no file matches" in out
    assert "run-1  published, exit code 3, 2 s" in out
    assert "run-2  killed (starting)" in out


def test_status_of_a_home_that_never_ran(call, tmp_path: Path) -> None:
    called = call("status", "--home", tmp_path)

    assert called.code == 0
    assert "No run" in called.out
    assert list(tmp_path.iterdir()) == []
    assert call("status", "--home", tmp_path / "none").code == 2


def test_check_lists_what_the_last_run_refused(call, published_home: Path) -> None:
    for name, text in FILES.items():
        (published_home / name).parent.mkdir(parents=True, exist_ok=True)
        (published_home / name).write_text(text)
    settings = published_home / "throughline.yml"
    settings.write_text(settings.read_text().replace("token_env: JIRA_TOKEN", "export: exports/*"))

    called = call("check", "--home", published_home)
    assert called.code == 0, called.err
    assert "refused: one letter in eng, 2 times: for example P-1" in called.out


def test_the_lock_is_not_needed_to_read(call, published_home: Path) -> None:
    with held(Places(published_home)):
        assert call("report", "--home", published_home).code == 0
