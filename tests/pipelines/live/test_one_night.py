"""The night that nobody watches: a source fails, a file is damaged, some records are bad.

What can be published is, with the exit code, the report and the alert saying what is missing and
since when. The night after, too much is bad, and yesterday's tables stand.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.night import begun
from pipelines.warehouse.places import Places
from pipelines.warehouse.readings import recall
from pipelines.warehouse.record import read_records
from tests.figures import Figure
from tests.homes import throughline
from tests.pipelines.live.conftest import JIRA, landed, states
from tests.pipelines.operations.listener import Listener, listening
from tests.pipelines.quality.exports import in_lines, issue
from tests.simulators.jira_cloud import JiraCloud
from tests.simulators.server import FOR_EVER, Fault

pytestmark = pytest.mark.timeout(900)
AS_OF = "2026-03-30"


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch):
    with listening() as found:
        monkeypatch.setenv("ALERT_HOOK", found.address)
        yield found


@pytest.fixture
def home(case_home: Callable[[str], Path], jira: JiraCloud, tmp_path: Path) -> Path:
    """A worked organisation after a good night, and a Jira beside it that has been read once."""
    folder = tmp_path / "a home"
    shutil.copytree(case_home("busy"), folder, symlinks=True)
    with (folder / "throughline.yml").open("a") as settings:
        settings.write(JIRA % jira.address + "alerts: [ALERT_HOOK]\nrun: {retries: 0}\n")
    read = load_home(folder, date.fromisoformat(AS_OF))
    [ops] = [source for source in read.sources if source.name == "ops"]
    with begun(read) as night:
        assert steps.fetch(night, ops).state == "fresh"
    assert "first load of ops: about " in night.places.log(night.run_id).read_text()
    return folder


def exports(home: Path, good: int, bad: int) -> None:
    """Beside the 30 records that are there already: so many that can be used, and that cannot."""
    records = [issue(number) for number in range(good + bad)]
    for each in records[good:]:
        each["fields"]["summary"] = {"no": "text"}
    (home / "exports" / "work" / "more.jsonl").write_bytes(in_lines(records))


def strip(home: Path) -> str:
    """What the health strip of the report says."""
    page = (Places(home).current / "report" / "index.html").read_text()
    [found] = re.findall(r'<ul class="strip".*?</ul>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found)


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    file = Places(home).current / "throughline.duckdb"
    with duckdb.connect(str(file), read_only=True) as database:
        return database.execute(query).fetchall()


@pytest.mark.requirement("R15", "3 % bad publishes with exit code 3, 8 % publishes nothing")
@pytest.mark.requirement("R16", "a source that fails keeps its rows, is marked, others publish")
def test_what_is_missing_is_told_everywhere_and_too_much_publishes_nothing(
    home: Path, jira: JiraCloud, listener: Listener, figure: Figure
) -> None:
    places, rows = Places(home), landed(home, "ops")
    good = recall(places, "ops")
    assert good is not None and good.data_as_of is not None
    since = f"{good.data_as_of:%Y-%m-%d %H:%M} UTC"
    jira.faults.append(Fault("status", times=FOR_EVER, details={"status": 401}))
    (home / "exports" / "work" / "late.json").write_text(json.dumps({"issues": [issue(900)]})[:-40])
    exports(home, 68, 3)

    ended = throughline("run", "--as-of", AS_OF, "--home", home)

    assert ended.returncode == 3, ended.stderr
    assert "ops is stale: its token is no longer taken" in ended.stderr
    assert "work is partial: 1 of 3 files are damaged" in ended.stderr
    assert states(home) == {"ops": "stale", "work": "partial"}
    assert landed(home, "ops") == rows
    until = "select strftime(max(data_as_of), '%Y-%m-%d %H:%M UTC') from rpt_sources"
    assert asked(home, f"{until} where source = 'ops' and state = 'stale'") == [(since,)]
    assert asked(home, "select count(*) > 20 from dim_work_item where source = 'ops'") == [(True,)]
    assert asked(home, "select sum(records_quarantined) from rpt_sources") == [(3,)]
    health = strip(home)
    assert f"0 of 2 sources fresh: ops stale, data of {since}; work partial, data of 20" in health
    assert "3 records set aside" in health
    [told] = listener.messages
    assert told["title"] == "Throughline Flurry Software: published, but not whole"
    assert f"ops is stale, data of {since}; work is partial, data of 20" in told["message"]
    assert "3 records of work set aside" in told["message"]

    exports(home, 63, 8)
    first = places.current.resolve()
    ended = throughline("run", "--as-of", AS_OF, "--home", home)

    assert ended.returncode == 1
    assert "Too many records cannot be used, so nothing was published: 8 of 10" in ended.stderr
    assert "first in 100" in ended.stderr and "`fields.summary`" in ended.stderr
    assert places.current.resolve() == first
    [record] = read_records(places, 1)
    assert (record["state"], record["cause"]) == ("refused", "gate")
    told = listener.messages[1]
    assert told["title"] == "Throughline Flurry Software: nothing was published"
    assert f"Readers see the figures as of {AS_OF}, published" in told["message"]
    figure.reached("3 % published with 3, 8 % held with 1; strip, table and alert say since when")
