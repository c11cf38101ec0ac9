"""What the recipes say can be used as it stands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pipelines.home.home import Home, load_home
from pipelines.operations.recipes import FILES, recipe
from pipelines.warehouse.places import Places
from tests.homes import ROOT


@pytest.fixture
def home(toy_home: Callable[..., Path]) -> Home:
    return load_home(toy_home())


def started(command: str | list[str]) -> subprocess.CompletedProcess[str]:
    """A command line of a recipe, carried out on a home that has never run."""
    return subprocess.run(
        command if isinstance(command, list) else ["/bin/sh", "-c", command],
        cwd=ROOT,
        env={**os.environ, "THROUGHLINE_HOME": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def units(text: str) -> dict[str, str]:
    parts = re.split(r"^# --- (\S+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.needs_program("systemd-analyze")
def test_systemd_finds_no_fault_with_the_units(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in units(recipe("systemd", home)).items():
        (folder / name).write_text(text)
    assert len(list(folder.iterdir())) == 4

    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(folder.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_command_of_the_unit_finds_the_home(home: Home) -> None:
    unit = units(recipe("systemd", home))["throughline-watch.service"]
    [command] = re.findall(r"^ExecStart=(.*)$", unit, flags=re.MULTILINE)

    done = started(shlex.split(command))

    assert done.returncode == 0, done.stderr
    assert f"No run of {home.folder} yet" in done.stdout


def test_the_lines_of_cron_run_in_its_shell_and_leave_a_log(home: Home) -> None:
    lines = recipe("cron", home).splitlines()
    [watch] = [line for line in lines if "status --alert" in line]
    [run] = [line for line in lines if " run --home" in line]

    assert run.split(None, 5)[:5] == ["0", "2", "*", "*", "*"]
    command = watch.split(None, 5)[5].replace(r"\%", "%")
    assert started(command).returncode == 0
    assert "No run of" in (home.folder / "nights.log").read_text()


def test_the_jobs_of_kubernetes_are_whole_and_their_command_runs(home: Home) -> None:
    jobs = list(yaml.safe_load_all(recipe("kubernetes", home)))

    assert [job["kind"] for job in jobs] == ["CronJob", "CronJob"]
    for job in jobs:
        spec = job["spec"]
        assert (spec["timeZone"], spec["concurrencyPolicy"]) == ("Europe/Berlin", "Forbid")
        pod = spec["jobTemplate"]["spec"]["template"]["spec"]
        [container] = pod["containers"]
        assert container["command"][-2:] == ["--home", str(home.folder)]
        mounts = {mount["name"] for mount in container["volumeMounts"]}
        assert mounts <= {volume["name"] for volume in pod["volumes"]}
    program, *more = jobs[1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0][
        "command"
    ]
    assert program == "throughline"
    done = started([str(Path(shlex.split(_program(home))[0])), *more])
    assert done.returncode == 0, done.stderr


def _program(home: Home) -> str:
    [command] = re.findall(r"^ExecStart=(.*) status", recipe("systemd", home), flags=re.MULTILINE)
    return command


@pytest.mark.parametrize("kind", FILES)
def test_the_command_prints_a_recipe_for_the_home(call: Callable, home: Home, kind: str) -> None:
    called = call("recipe", kind, "--home", home.folder)

    assert called.code == 0, called.err
    assert called.out == recipe(kind, home)
    assert not Places(home.folder).data.exists()
    assert call("recipe", "at", "--home", home.folder).code == 2
