"""A drill that was interrupted goes on, and its table tells of all that was reached."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drilled import Ended, table
from tests.figures import REQUIREMENTS
from tests.homes import ROOT

CONFTEST = """\
from tests.drilled import add_option as pytest_addoption, see_to_drill as pytest_configure
from tests.figures import figure, note_requirement as pytest_runtest_setup

def pytest_collection_modifyitems(items):
    assert len({item.path for item in items}) == 2, "others see what has passed as well"
"""
TESTS = """\
from pathlib import Path
import pytest

@pytest.mark.requirement("R05", "10 runs")
def test_good(figure):
    figure.reached(f"{figure.of(2, 10)} of 10")

@pytest.mark.requirement("R06", "30 nights")
def test_not_yet(figure):
    figure.reached("5 nights")
    assert Path("mended").exists()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two files of two tests of requirements each, one of which fails until it is mended."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = requirement\n")
    for folder in ("pipelines", "tests"):
        (tmp_path / folder).mkdir()
    for file in ("requirements.lock", "pipelines/cli.py"):
        (tmp_path / file).write_text("# first\n")
    for number in (1, 2):
        (tmp_path / "tests" / f"test_{number}.py").write_text(
            TESTS.replace("def test_", f"def test_{number}_")
        )
    return tmp_path


def drill(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "THROUGHLINE_DRILLS": "full", "PYTHONPATH": str(ROOT)}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--go-on", *more]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def told(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith(("R05", "R06"))]


def test_a_drill_goes_on_where_it_ended(project: Path) -> None:
    in_two = ("-p", "xdist", "-n", "2", "--dist", "loadfile")
    first = drill(project, *in_two)
    (project / "mended").touch()
    second = drill(project, *in_two)
    third, fourth = drill(project), drill(project, *in_two)

    codes = [each.returncode for each in (first, second, third, fourth)]
    assert codes == [1, 0, 0, 0], first.stderr
    assert "2 failed, 2 passed" in first.stdout
    assert "2 passed" in second.stdout
    assert "4 deselected" in third.stdout
    good = "R05 | 10 runs | 10 of 10 | pass, 2 times"
    places = (f"tests/test_{number}.py::test_{number}_not_yet" for number in (1, 2))
    failed = [f"R06 | 30 nights | 5 nights ({place}) | fail" for place in places]
    assert sorted(told(first.stdout)) == sorted([good, *failed])
    mended = [good, "R06 | 30 nights | 5 nights | pass, 2 times"]
    assert told(second.stdout) == told(third.stdout) == told(fourth.stdout) == mended


def test_what_was_reached_counts_for_the_same_test_of_the_same_product(project: Path) -> None:
    drill(project)
    with (project / "tests" / "test_1.py").open("a") as file:
        file.write("\n")
    other_test = drill(project)
    (project / "pipelines" / "cli.py").write_text("# second\n")
    (project / "pipelines" / "__pycache__").mkdir()
    other_product = [drill(project) for _ in range(2)]

    assert "2 failed, 1 passed, 1 deselected" in other_test.stdout
    assert "2 failed, 2 passed" in other_product[0].stdout
    assert "2 failed, 2 deselected" in other_product[1].stdout
    assert len(list((project / ".drills").iterdir())) == 2


def test_what_ends_after_a_change_of_the_product_is_not_kept(project: Path) -> None:
    changing = "\n\ndef test_changing():\n    Path('pipelines/cli.py').write_text('# third')\n"
    with (project / "tests" / "test_1.py").open("a") as file:
        file.write(changing.replace("def", '@pytest.mark.requirement("R05", "")\ndef'))

    drill(project)

    [kept] = (project / ".drills").iterdir()
    assert len(kept.read_text().splitlines()) == 2


def test_a_figure_that_is_missed_is_a_fail_though_the_test_holds(project: Path) -> None:
    tests = project / "tests" / "test_1.py"
    tests.write_text(tests.read_text().replace("figure.reached(f", "figure.missed(f"))

    done = drill(project, "tests/test_1.py", "tests/test_2.py")

    assert "2 failed, 2 passed" in done.stdout
    assert "R05 | 10 runs | 10 of 10 | fail" in told(done.stdout)
    assert "R05 | 10 runs | 10 of 10 | pass" in told(done.stdout)


def test_every_requirement_has_a_line() -> None:
    asked = [["R01", "200 kills"], ["R29", "lost"]]
    lines = list(table([Ended("a", "", "skipped", 0.0, asked, "held")]))

    assert lines[0] == "R01 | 200 kills | held (a) | not run"
    assert lines[1] == "R02 | | no test names it | not run"
    assert [line[:3] for line in lines] == REQUIREMENTS
