"""`mf query`, called as the guide for analysts says, gives the figures of the published tables."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines.defs.dbt_project import PACKAGES, PROJECT

pytestmark = pytest.mark.timeout(600)

GUIDE = (PROJECT / "ANALYSTS.md").read_text(encoding="utf-8")
HOME_OF_THE_GUIDE = "/srv/throughline"
SHARES = "traced_share, strict_share, observed_share, untraced_days"
BY_QUARTER = (
    "traced_share_by_quarter,strict_share_by_quarter,observed_share_by_quarter,"
    "untraced_days_by_quarter"
)
WHOLE_RANGE = (
    "traced_share,strict_share,observed_share,untraced_days,focus,active_goals,goal_days,"
    "execution_alignment_index,execution_alignment_index_low,execution_alignment_index_high"
)
# metrics, by what, and the same from the published tables
ASKED = {
    "the whole range": (
        WHOLE_RANGE,
        "",
        f"select {SHARES}, effective_number, active_goals, rpt_focus.goal_days, score, low, high"
        " from rpt_traced_share, rpt_focus, rpt_alignment_index where period_type = 'all'"
        " and team_id = '(all)' and node_id = '(all)' and component = 'index'",
    ),
    "teams and months": (
        SHARES.replace(" ", ""),
        "team,metric_time__month",
        f"select period_start, team_id, {SHARES} from rpt_traced_share"
        " where period_type = 'month' and team_id <> '(all)'",
    ),
    "quarters of all teams, from their months": (
        SHARES.replace(" ", ""),
        "metric_time__quarter",
        f"select period_start, {SHARES} from rpt_traced_share"
        " where period_type = 'quarter' and team_id = '(all)'",
    ),
    "teams and quarters, folded as quarters": (
        BY_QUARTER,
        "team__name,metric_time__quarter",
        f"select period_start, name, {SHARES} from rpt_traced_share inner join dim_team"
        " using (team_id) where period_type = 'quarter' and team_id <> '(all)'",
    ),
    "weeks and buckets": (
        "person_days_by_week",
        "metric_time__week,allocation__bucket",
        "select period_start, bucket, sum(person_days) from rpt_effort"
        " where period_type = 'week' group by all",
    ),
    "places of busyness": (
        "untraced_days_by_week",
        "work_item__source,work_item__item_type",
        "select source, item_type, sum(person_days) from rpt_untraced group by all",
    ),
    "goals": (
        "goal_days",
        "node,node__kind",
        "select node_id, kind, rolled_up from rpt_focus where node_id <> '(all)'",
    ),
}


@dataclass(frozen=True)
class Analyst:
    """A shell in which what the guide says was done."""

    folder: Path
    environment: dict[str, str]

    def called(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Call something; standard output and error together."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def queried(self, *wanted: str) -> subprocess.CompletedProcess[str]:
        """Ask in the folder, and with the variables, that the guide makes."""
        first = guide_block().split("dbt parse")[0].split("&& cd metrics")[1]
        shell = f'cd metrics\n{moved(first, self)}\nmf "$@"'
        return self.called(["bash", "-euc", shell, "bash", *wanted])


def guide_block() -> str:
    """What the guide tells analysts to type."""
    (block,) = re.findall(r"^```bash\n(.*?)^```$", GUIDE, re.M | re.S)
    return block


def moved(text: str, analyst: Analyst) -> str:
    """The text with the home of this test in place of the one in the guide."""
    assert HOME_OF_THE_GUIDE in text
    return text.replace(HOME_OF_THE_GUIDE, analyst.environment["HOME_OF_THE_TEST"])


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Analyst:
    """The guide's block was typed, line by line; it ends with a first answer."""
    programs = str(Path(sys.executable).parent)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DBT_")},
        "PATH": os.pathsep.join([programs, os.environ["PATH"]]),
        "PYTHONPATH": str(PACKAGES),
        "HOME_OF_THE_TEST": str(demo_home),
        # mf asks the package index for news of itself; here nobody answers
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "PYTHONUTF8": "1",
    }
    made = Analyst(tmp_path_factory.mktemp("analyst"), environment)
    done = made.called(["bash", "-euc", moved(guide_block(), made)])
    assert done.returncode == 0, done.stdout
    assert re.search(r"metric_time__month +team__name +traced_share", done.stdout), done.stdout
    return made


@pytest.fixture(scope="module")
def rows_of(published: Path) -> Callable[[str], list[tuple]]:
    def asked(query: str) -> list[tuple]:
        with duckdb.connect(str(published / "throughline.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    return asked


def plain(value: object) -> object:
    """A value of either side as text, number or None: days lose their midnight."""
    if value is None or value == "":
        return None
    text = str(value).removesuffix("T00:00:00").removesuffix(" 00:00:00")
    try:
        return float(text)
    except ValueError:
        return text


def in_order(rows: list[tuple]) -> list[tuple]:
    """Rows by their dimensions, which are the texts among their values."""
    return sorted(rows, key=lambda row: [each for each in row if isinstance(each, str)])


@pytest.mark.parametrize("what", ASKED)
def test_the_answer_is_that_of_the_published_tables(analyst, rows_of, tmp_path: Path, what: str):
    metrics, by, query = ASKED[what]
    answer = tmp_path / "answer.csv"
    wanted = ["query", "--quiet", "--metrics", metrics, "--csv", str(answer)]

    done = analyst.queried(*wanted, *(["--group-by", by] if by else []))

    assert done.returncode == 0, done.stdout
    with answer.open(encoding="utf-8", newline="") as lines:
        names, *found = csv.reader(lines)
    assert names[len(names) - len(metrics.split(",")) :] == metrics.split(",")
    expected = in_order([tuple(map(plain, row)) for row in rows_of(query)])
    got = in_order([tuple(map(plain, row)) for row in found])
    assert expected
    assert any(isinstance(each, float) and each > 0 for row in expected for each in row)
    assert got == [pytest.approx(row, abs=1e-6) for row in expected]


def test_every_definition_is_valid_down_to_the_published_columns(analyst):
    done = analyst.queried("validate-configs")

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("(ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0)") == 6


def test_months_cannot_be_asked_by_week(analyst):
    done = analyst.queried("query", "--metrics", "traced_share", "--group-by", "metric_time__week")

    assert done.returncode != 0
    assert "metric_time__week" in done.stdout


def test_asking_leaves_the_published_file_as_it_was(analyst, published: Path):
    manifest = json.loads((published / "manifest.json").read_text())
    as_published = manifest["files"]["throughline.duckdb"]["sha256"]

    assert analyst.queried("query", "--metrics", "focus").returncode == 0
    database = (published / "throughline.duckdb").read_bytes()
    assert hashlib.sha256(database).hexdigest() == as_published
