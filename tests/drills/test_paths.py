"""Names and links that lead elsewhere: what is written stays in the home."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from connectors.contract import Record
from connectors.errors import SettingsError, ThroughlineError
from connectors.landing import Landing
from pipelines.home.home import check_home
from pipelines.home.imports.draft import ImportRefusedError
from pipelines.home.imports.importing import import_strategy
from pipelines.warehouse.lock import held
from pipelines.warehouse.places import Places
from tests.figures import Figure
from tests.homes import throughline
from tests.pipelines.home.conftest import make_home  # noqa: F401 - a fixture
from tests.pipelines.home.imports.test_stratml import PLAN as MEASURED

SOURCE = """\
organisation: {{name: Example}}
sources:
  - {{name: {}, type: trello, export: 'exports/*.json'}}
"""
PLAN = "id,kind,title\nG-7,goal,Reach\n"
LINKS = (
    *("raw", "raw/old", "raw/old/cards", "raw/old/quarantine", "raw/old/journal.jsonl"),
    *("warehouse", "warehouse/typed", "warehouse/runs", "published", "published/current"),
    *("logs", "memory", "inputs", "tokens", "dagster", ".lock"),
)
Seen = dict[Path, bytes | str]


def path_names() -> list[str]:
    """Names that are paths, devices, or look like another name."""
    up = ["..", "../x", "../../etc/passwd", "a/../../x", "..\\x", "....//x", "%2e%2e/x", "/etc/x"]
    up += ["~/x", "~root/x", "./../x", "x/..", "C:\\x", "\\\\host\\x", "file:///etc/x", "x\x00y"]
    devices = ["CON", "NUL", "aux", "com1", "lpt1.yml", ".", " ", "-rf", "--force", ".git", ".env"]
    look_alike = [
        "\u2024\u2024/x",
        "\uff0e\uff0e/x",
        "\u202ex",
        "a\nb",
        "a\u2028b",
        "x" * 300,
        "é/x",
    ]
    mixed = [f"{start}{rest}" for start in ("a/", "\\", "//", "../") for rest in devices[:6]]
    return [*up, *devices, *look_alike, *mixed]


def seen(folder: Path, but: Path) -> Seen:
    """All that is in a folder, with what it holds or where it leads, except in one below it."""
    return {
        path: str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if (path.is_symlink() or path.is_file()) and not path.is_relative_to(but)
    }


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder beside the home, with all in it that a path may begin at."""
    folder = tmp_path / "outside"
    for each in ("account", "here", "linked"):
        (folder / each).mkdir(parents=True)
        (folder / each / "x").write_text("mine")
        (folder / each / "x.yml").write_text("mine")
    monkeypatch.setenv("HOME", str(folder / "account"))
    monkeypatch.chdir(folder / "here")
    return folder


@pytest.mark.requirement("S15", "50 names that are paths: 0 files outside the data folder")
def test_no_name_becomes_a_path(
    tmp_path: Path,
    outside: Path,
    make_home: Callable[..., Path],  # noqa: F811 - the fixture
    figure: Figure,
) -> None:
    home, plan = make_home(), tmp_path / "plan.csv"
    plan.write_text(PLAN)
    (home / "strategy" / "elsewhere").symlink_to(outside / "linked")
    (tmp_path / "link").symlink_to(outside / "linked")
    names = [*path_names(), "elsewhere/x", "elsewhere/new"]
    names += [str(tmp_path / "link" / "x"), str(tmp_path / "link" / "new")]
    names += [f"{folder}/{file}" for folder in outside.iterdir() for file in ("x", "new", "a/new")]
    names += ["~/new", "./new", str(tmp_path / "new"), str(home / "new"), "../new", "../data/new"]
    strategy = home / "strategy"
    before = seen(tmp_path, but=strategy)

    def refused_as_source(text: str) -> bool:
        (home / "throughline.yml").write_text(SOURCE.format(json.dumps(text)))
        return any(each.key_path == "sources[0].name" for each in check_home(home))

    told = (home / "throughline.yml").read_text()
    as_source = sum(refused_as_source(each) for each in names)
    (home / "throughline.yml").write_text(told)
    for each in names:
        try:
            import_strategy(home, plan, into=each, force=True)
        except (ImportRefusedError, ThroughlineError):
            continue

    # `aux`, `com1` and the like are words like any other where we run
    words = [each for each in names if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", each)]
    assert as_source == len(names) - len(words)
    assert seen(tmp_path, but=strategy) == before
    assert {path.parent for path in strategy.rglob("*") if path.is_file()} == {strategy}
    assert len(names) >= 50
    figure.reached(f"{len(names)} names, 0 files elsewhere, {as_source} refused as a source")


@pytest.mark.parametrize(
    ("linked", "target"),
    [
        *(("plan.yml", target) for target in ("absent", "empty")),
        *(("plan-observations.csv", target) for target in ("absent", "empty")),
        ("plan.yml.new", "absent"),
    ],
)
@pytest.mark.requirement("S15", "an import writes through no link: 0 files outside")
def test_an_import_does_not_follow_a_link_out_of_the_strategy(
    outside: Path,
    make_home: Callable[..., Path],  # noqa: F811 - the fixture
    linked: str,
    target: str,
) -> None:
    home, plan = make_home(), outside / "here" / "plan.xml"
    plan.write_text(MEASURED)
    (outside / "linked" / "empty").write_text("measure,date,value\n" * linked.endswith(".csv"))
    (home / "strategy" / linked).symlink_to(outside / "linked" / target)
    if is_beside := linked.endswith(".new"):
        (home / "strategy" / "plan.yml").write_text("nodes: []\n")
    before = seen(home, but=home / "data"), seen(outside, but=home)

    with pytest.raises(ImportRefusedError, match=r"is a link to .* --into") as told:
        import_strategy(home, plan, into="plan.yml", force=not is_beside)

    assert f"strategy/{linked} " in str(told.value)
    assert (seen(home, but=home / "data"), seen(outside, but=home)) == before


def test_an_import_goes_into_a_strategy_that_is_a_link_as_a_whole(
    outside: Path,
    make_home: Callable[..., Path],  # noqa: F811 - the fixture
) -> None:
    home = make_home()
    (home / "strategy").rename(outside / "strategy")
    (home / "strategy").symlink_to(outside / "strategy")
    (outside / "here" / "plan.csv").write_text(PLAN)

    import_strategy(home, outside / "here" / "plan.csv")

    assert (outside / "strategy" / "plan.yml").is_file()


@pytest.mark.requirement("S15", "links in the data folder: 0 files outside it")
def test_nothing_is_written_through_a_link_in_the_data_folder(
    tmp_path: Path, outside: Path, figure: Figure
) -> None:
    for number, name in enumerate(LINKS):
        places = Places(tmp_path / f"home {number}")
        link = places.data / name
        link.parent.mkdir(parents=True)
        link.symlink_to(outside / "linked" / ("new" if name.endswith("l") else ""))
        before = seen(outside, but=places.home)

        with pytest.raises(SettingsError, match="is a link to") as told, held(places):
            raise AssertionError(f"a run would begin, and write through {name}")

        assert f"data/{name} " in str(told.value)
        assert seen(outside, but=places.home) == before
    figure.reached(f"{len(LINKS)} of {len(LINKS)} links refused")


@pytest.mark.requirement("S15", "a run writes through no link, and into data that is one")
def test_a_run_writes_into_data_that_is_a_link_and_through_no_link_in_it(
    tmp_path: Path, outside: Path, figure: Figure
) -> None:
    home = tmp_path / "home"
    (home / "exports").mkdir(parents=True)
    (home / "exports" / "board.json").write_text("{}")
    (home / "throughline.yml").write_text(SOURCE.format("old"))
    (home / "data").symlink_to(outside / "disk")
    (outside / "disk" / "raw").mkdir(parents=True)
    with held(Places(home)):
        assert (outside / "disk" / ".lock").is_file()
    (home / "data" / "raw" / "old").symlink_to(outside / "linked")
    before = seen(outside, but=home)

    ended = throughline("run", "--home", home)

    assert ended.returncode == 2, ended.stderr
    assert "data/raw/old is a link to" in ended.stderr
    assert seen(outside, but=home) == before
    figure.reached("1 of 1 refused, 0 files elsewhere")


def test_a_record_key_that_is_a_path_lands_in_its_page_alone(tmp_path: Path) -> None:
    landing = Landing(tmp_path / "raw", "eng")
    for each in path_names():
        landing.add(Record("issues", each, b'{"id":1}'), datetime(2026, 1, 1), each)
    landing.commit()

    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "raw")]
    assert outside == []
    folders = {path.name for path in (tmp_path / "raw" / "eng").iterdir() if path.is_dir()}
    assert folders == {"issues", "quarantine"}
    [page] = landing.pages()
    assert [each.key for each in landing.records(page)] == path_names()
