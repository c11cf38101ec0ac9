"""What the program writes is for its own account, and for readers where the settings name some."""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.errors import SettingsError
from pipelines.home.home import check_home
from pipelines.warehouse.places import Places
from pipelines.warehouse.private import close, too_open
from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.conftest import SETTINGS
from tests.pipelines.publish.test_publish import publish_number

MINE = grp.getgrgid(os.getegid()).gr_name


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(folder: Path, allowed: int = 0o700) -> list[str]:
    """What has a bit that it should not have."""
    paths = [folder, *folder.rglob("*")]
    modes = {path: path.lstat().st_mode for path in paths if not path.is_symlink()}
    return [f"{path} {mode:o}" for path, mode in modes.items() if stat.S_IMODE(mode) & ~allowed]


@pytest.mark.requirement("S04", "umask 000 and 022: data 0600/0700, check fails on wider")
def test_whatever_the_umask_a_run_writes_for_its_own_account(
    call,  # noqa: F811 - the fixture
    toy_home,
    toy_project: Path,
    tmp_path: Path,
    figure,
) -> None:
    masks = (0o000, 0o022)[: figure.of(1, 2)]
    homes = [toy_home().rename(tmp_path / f"umask {mask:03o}") for mask in masks]
    for home, mask in zip(homes, masks, strict=True):
        with umask(mask):
            ran = call("run", "--home", home, "--as-of", "2026-06-30")
        assert ran.code == 0, ran.err

        assert len(list((home / "data").rglob("*"))) > 30
        assert open_to_others(home / "data") == []
    home = homes[0]
    (home / "data" / "dagster" / "dagster.yaml").chmod(0o644)
    assert "can be read by others" not in call("check", "--home", home).err
    (home / "data" / "raw" / "old" / "journal.jsonl").chmod(0o644)
    checked = call("check", "--home", home)
    assert checked.code == 2
    assert "journal.jsonl first (mode 0644, expected 0600)" in checked.err
    assert "chmod -R go-rwx" in checked.err
    figure.reached(f"{len(masks)} of {len(masks)} umasks, a new home each, nothing open")


def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with umask(0):
        publish_number(places, 1)
        (places.raw / "eng").mkdir(parents=True)
        (places.raw / "eng" / "journal.jsonl").write_text("")

    found = close(places)

    assert {each.path for each in found} >= {places.data, places.raw / "eng" / "journal.jsonl"}
    assert open_to_others(places.data) == []
    assert too_open(places) == []


def test_a_group_of_readers_gets_what_is_published_and_nothing_else(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with umask(0o022):
        publish_number(places, 1)
        (places.raw / "eng").mkdir(parents=True)

    close(places, MINE)

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in places.data.rglob("*")}
    run = places.current.resolve()
    assert stat.S_IMODE(places.data.stat().st_mode) == 0o710
    assert modes[places.published] == modes[run] == modes[run / "parquet"] == 0o750
    assert modes[run / "throughline.duckdb"] == modes[run / "manifest.json"] == 0o440
    assert modes[places.raw] == modes[places.raw / "eng"] == 0o700
    assert (run / "manifest.json").group() == MINE
    assert too_open(places, MINE) == []
    assert len(too_open(places)) > 3


def test_a_group_that_is_not_there_is_told_before_anything_runs(toy_home, tmp_path: Path) -> None:
    home = toy_home(settings=f"{SETTINGS}publish: {{readers: no-such-group}}\n")

    [problem] = [each for each in check_home(home) if each.severity == "error"]

    assert problem.key_path == "publish.readers"
    assert "groupadd no-such-group" in str(problem)
    with pytest.raises(SettingsError, match="groupadd no-such-group"):
        close(Places(tmp_path), "no-such-group")


@pytest.mark.requirement("S19", "check warns where the page is told to listen elsewhere")
def test_dagsters_page_on_other_machines_is_warned_of(
    call,  # noqa: F811 - the fixture
    toy_home,
    monkeypatch: pytest.MonkeyPatch,
    figure,
) -> None:
    home = toy_home()
    monkeypatch.setenv("DAGSTER_WEBSERVER_HOST", "127.0.0.1")
    calm = call("check", "--home", home)
    monkeypatch.setenv("DAGSTER_WEBSERVER_HOST", "0.0.0.0")
    warned = call("check", "--home", home)

    assert "DAGSTER_WEBSERVER_HOST" not in calm.out
    assert "warning: DAGSTER_WEBSERVER_HOST lets Dagster's page listen on 0.0.0.0" in warned.out
    figure.reached("127.0.0.1: no word; 0.0.0.0: a warning that names the variable")


@pytest.mark.requirement("S19", "the page listens on loopback by default, and check warns else")
def test_dagsters_page_listens_on_this_machine_alone_by_default(figure) -> None:
    from dagster._cli.dev import dev_command
    from dagster_webserver.cli import dagster_webserver

    commands = (dev_command, dagster_webserver)
    asked = [p.default for each in commands for p in each.params if p.name == "host"]

    # `dagster dev` hands a host on only if it was given one.
    assert len(asked) == 2
    assert [host for host in asked if isinstance(host, str)] == ["127.0.0.1"]
    figure.reached("2 of 2 commands")
