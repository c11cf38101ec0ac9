"""What a drill has reached: written down as each test ends, so that a drill may be interrupted.

A full drill takes hours. Each test that ends is a line of ``.drills/<product>.jsonl``, where the
product is a digest of all files that are installed and of the locks. `make drills` leaves out what
has passed on the same product, as long as the file of the test is the same, and ends with one line
for each requirement: asked, reached, pass or fail. One that no test names has a line that says so.
The record is of one machine, names its hosts and paths, and is not tracked. What ends after
somebody has changed the product is not kept. After a change of what several tests share, `make
drills-anew` starts from nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.figures import IS_DRILL, REQUIREMENTS

FOLDER, GO_ON, PASSED, NOT_RUN = ".drills", "--go-on", "passed", "not run"
PRODUCT = (
    *("connectors", "pipelines", "dbt_project", ".ci", "pyproject.toml", "requirements.lock"),
    *("tests/requirements.lock", "workspace.yaml"),
)
MADE = {"__pycache__", "target", "logs", ".user.yml"}
"""What stands in these folders and is made of the product."""
FIGURES = ("reached", "missed")
VERDICTS = {"passed": "pass", "failed": "fail", "skipped": NOT_RUN}


@dataclass(frozen=True)
class Ended:
    """How a test ended: its requirements with the figure asked, and what it reached.

    ``file`` is a digest of the file in which the test stands; what ``has_missed`` holds, and falls
    short of what was asked.
    """

    test: str
    file: str
    outcome: str
    seconds: float
    requirements: list[list[str]]
    reached: str
    has_missed: bool = False

    def lines(self) -> Iterator[tuple[str, str]]:
        """Each requirement with its line."""
        verdict = VERDICTS["failed" if self.has_missed else self.outcome]
        figure = self.reached if self.outcome == PASSED else f"{self.reached} ({self.test})"
        for name, asked in self.requirements:
            yield name, f"{name} | {asked} | {figure} | {verdict}"


def ended(report: pytest.TestReport, files: dict[str, str]) -> Ended | None:
    """What a report tells; nothing if the test goes on. ``files`` has the digest of each file."""
    if report.when != "call" and report.outcome == PASSED:
        return None
    told = list(report.user_properties)
    return Ended(
        test=report.nodeid,
        file=files.get(_file_of(report.nodeid), ""),
        outcome=report.outcome,
        seconds=round(report.duration, 1),
        requirements=[list(value) for key, value in told if key == "requirement"],  # pyright: ignore[reportArgumentType]
        reached="; ".join(str(value) for key, value in told if key in FIGURES) or "held",
        has_missed=any(key == "missed" for key, _ in told),
    )


def table(tests: Iterable[Ended]) -> Iterator[str]:
    """A line for each requirement and test of it; equal ones once."""
    lines = defaultdict(list)
    for test in tests:
        for name, line in test.lines():
            lines[name].append(line)
    for name in REQUIREMENTS:
        told = Counter(lines[name] or [f"{name} | | no test names it | {NOT_RUN}"])
        for line, times in told.items():
            yield line if times == 1 else f"{line}, {times} times"


class Drill:
    """Keeps what a drill reaches, and leaves out what has passed before. Workers write nothing."""

    def __init__(self, config: pytest.Config) -> None:
        """Read what was reached on this product."""
        self._handed = getattr(config, "workerinput", None)
        self._root = config.rootpath
        self._tests: dict[str, Ended] = {}
        if self._handed is None:
            self._product, self._files = product(self._root), _test_files(self._root)
            self._file = self._root / FOLDER / f"{self._product}.jsonl"
            self._file.parent.mkdir(exist_ok=True)
            lines = self._file.read_text().splitlines() if self._file.exists() else []
            read = [Ended(**json.loads(line)) for line in lines]
            self._tests = {
                test.test: test
                for test in read
                if test.file == self._files.get(_file_of(test.test))
            }
        self._left_out = self._passed() if config.getoption(GO_ON) else set()

    def _passed(self) -> set[str]:
        if self._handed is not None:
            return set(self._handed[PASSED])
        return {test.test for test in self._tests.values() if test.outcome == PASSED}

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: pytest.Item) -> None:
        """Hand a worker what has passed: all of them have to leave out the same."""
        node.workerinput[PASSED] = sorted(self._left_out)  # pyright: ignore[reportAttributeAccessIssue]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Put aside what has passed, after others have seen that no test is missing."""
        gone = [item for item in items if item.nodeid in self._left_out]
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item.nodeid not in self._left_out]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down a test that has ended."""
        told = ended(report, self._files) if self._handed is None else None
        if told is not None and product(self._root) == self._product:
            self._tests[told.test] = told
            with self._file.open("a") as file:
                file.write(json.dumps(asdict(told)) + "\n")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A drill of which nothing is left to do has succeeded."""
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self._left_out:
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """A line for each requirement, of this drill and of what was reached before."""
        terminalreporter.section("requirements: id | asked | reached | verdict", sep="-")
        for line in table(self._tests.values()):
            terminalreporter.line(line)


def add_option(parser: pytest.Parser) -> None:
    """The option of `make drills`."""
    parser.addoption(GO_ON, action="store_true", help="leave out what passed on this product")


def see_to_drill(config: pytest.Config) -> None:
    """In a drill, keep what is reached."""
    if IS_DRILL:
        config.pluginmanager.register(Drill(config))


def product(root: Path) -> str:
    """A digest of the product that is tried."""
    seen = hashlib.sha256()
    for name in PRODUCT:
        top = root / name
        for path in sorted(top.rglob("*") if top.is_dir() else [top]):
            inside = path.relative_to(root)
            if path.is_file() and MADE.isdisjoint(inside.parts):
                seen.update(f"{inside}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()[:16]


def _file_of(test: str) -> str:
    return test.partition("::")[0]


def _test_files(root: Path) -> dict[str, str]:
    """A digest of each file of tests, as it is now."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in (root / "tests").rglob("test_*.py")
    }
