"""A mistake of this program in one source costs that source a night, and no other anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import ExportSettings, LandedRecord, Record, Rows
from connectors.jira.reader import JiraReader
from connectors.live import Scope, Slice, Step
from connectors.registry import all_connectors
from pipelines.home.home import load_home
from pipelines.warehouse import steps
from pipelines.warehouse.ingest import read_source
from pipelines.warehouse.night import begun
from pipelines.warehouse.record import RunRecord
from tests.drills.secrets import leaks
from tests.pipelines.conftest import board
from tests.pipelines.live.conftest import AS_OF, JIRA, JIRA_SECRETS, TRELLO, fetch, landed

PLACE = "KeyError at tests.pipelines.live.test_mistakes:"


def mistaken(*_: object) -> Any:
    """What a connector does that has made a mistake; its words would tell the token."""
    return {}[JIRA_SECRETS["token"]]


def night_of(home: Path) -> RunRecord:
    """What a run does but for the models: fetch, build, and say how it went."""
    with begun(load_home(home, date.fromisoformat(AS_OF))) as night:
        for source in night.home.sources:
            steps.fetch(night, source)
        steps.build(night)
        steps.conclude(night)
        return night.record


@pytest.mark.requirement("R16", "a mistake in a connector costs its source alone: exit code 3")
def test_a_mistake_in_a_connector_keeps_the_rows_of_its_source(
    live_home, jira, trello, monkeypatch: pytest.MonkeyPatch, capfd, figure
) -> None:
    home = live_home(JIRA % jira.address, TRELLO % trello.address)
    good = fetch(home)["ops"]
    before = landed(home, "ops")
    monkeypatch.setattr(JiraReader, "identify", mistaken)

    record = night_of(home)

    assert record.exit_code == 3
    assert {each["source"]: each["state"] for each in record.sources} == {
        "ops": "stale",
        "old": "fresh",
    }
    assert f"ops is stale: {PLACE}" in record.sentence
    assert landed(home, "ops") == before
    assert good.data_as_of
    assert record.sources[1]["data_as_of"] == good.data_as_of.isoformat()
    assert leaks(home, JIRA_SECRETS.values(), *capfd.readouterr()) == []
    figure.reached("stale with kind and place of the fault, the other source fresh, exit code 3")


def test_a_mistake_in_one_project_leaves_the_others_fresh(
    live_home, jira, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = live_home(JIRA % jira.address)
    project = max(fetch(home)["ops"].scopes, key=lambda each: each.items or 0)
    jira.night(1)
    whole = JiraReader.step

    def step(self: JiraReader, slice: Slice, token: str | None) -> Step:
        return mistaken() if slice.scope == project.scope else whole(self, slice, token)

    with monkeypatch.context() as patch:
        patch.setattr(JiraReader, "step", step)
        report = fetch(home)["ops"]
    again = fetch(home)["ops"]

    assert report.state == "partial"
    behind = [each for each in report.scopes if each.state == "partial"]
    assert [each.name for each in behind] == [project.name]
    assert behind[0].reason.startswith(PLACE)
    assert again.state == "fresh"


def test_a_mistake_in_a_census_is_told_where_it_is_met(
    live_home, jira, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = JiraReader.census

    def census(reader: JiraReader, scope: Scope) -> Iterator[Sequence[str]] | None:
        return pages() if scope.id == "10001" else real(reader, scope)

    def pages() -> Iterator[list[str]]:
        yield []
        yield mistaken()

    home = live_home(JIRA % jira.address)
    fetch(home)
    jira.night(1)
    monkeypatch.setattr(JiraReader, "census", census)

    report = fetch(home)["ops"]

    assert report.state == "partial"
    assert {each.reason[: len(PLACE)] for each in report.scopes if each.state == "partial"} == {
        PLACE
    }


def test_a_mistake_in_reading_one_file_costs_that_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trello = all_connectors()["trello"]
    whole = trello.read_exports

    def read_exports(settings: ExportSettings) -> Iterator[Record]:
        for found in whole(settings):
            yield mistaken() if b"Card 2" in found.payload else found

    for number in (1, 2, 3):
        (tmp_path / f"{number}.json").write_text(board(number))
    settings = ExportSettings("old", tuple(sorted(tmp_path.glob("*.json"))))
    with monkeypatch.context() as patch:
        patch.setattr(trello, "read_exports", read_exports)
        report = read_source(settings, "trello", tmp_path / "raw", tmp_path / "typed").report

    assert report.state == "partial"
    assert report.detail.startswith(f"2.json: not read to its end: {PLACE}")
    assert report.landed["cards"] == 2


def test_a_mistake_in_making_rows_costs_its_record_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [cards] = [each for each in all_connectors()["trello"].streams if each.name == "cards"]
    whole = cards.rows

    def rows(record: LandedRecord) -> Rows:
        return mistaken() if b"Card 2" in record.payload else whole(record)

    for number in (1, 2):
        (tmp_path / f"{number}.json").write_text(board(number))
    settings = ExportSettings("old", tuple(sorted(tmp_path.glob("*.json"))))
    object.__setattr__(cards, "rows", rows)
    try:
        typed = read_source(settings, "trello", tmp_path / "raw", tmp_path / "typed").typed
    finally:
        object.__setattr__(cards, "rows", whole)

    assert typed.records["cards"] == 1
    assert [each.reason[:12] for each in typed.rejected] == ["KeyError at "]
