"""Issues that a census listed and no page held are asked for by id, or with all others."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.jira.reader import JiraReader
from connectors.live import Plan, Scope
from tests.connectors.jira.night import client, cloud, data_center, settings, steps


def planned(site: Any, ids: list[str]) -> tuple[JiraReader, Plan, Plan]:
    """A reader, its first plan of a project, and the one that follows and awaits issues."""
    reader = JiraReader(settings(site), client(settings(site)))
    scope: Scope = next(each for each in reader.scopes() if each.id == "10001")
    first = reader.plan(scope, None)
    return reader, first, reader.plan(scope, first.mark, ids)


@pytest.mark.parametrize("kind", [cloud, data_center])
def test_an_issue_asked_for_by_id_is_what_a_walk_gives_of_it(kind) -> None:
    with kind(items=60).serving() as site:
        here = [str(each.id) for each in site.state.searchable() if each.project.id == 10001]
        elsewhere = next(
            str(each.id) for each in site.state.searchable() if str(each.id) not in here
        )
        ids = [*here[:3], elsewhere, "99999"]
        reader, first, second = planned(site, ids)
        [walk] = first.slices
        whole = {r.key: r.payload for step in steps(reader, walk) for r in step.records}
        *_, by_id = second.slices
        [page] = steps(reader, by_id)

    assert [each.name for each in second.slices] == ["issues-00000", "awaited-00000"]
    assert {each.key: each.payload for each in page.records} == {
        key: whole[key] for key in here[:3]
    }
    assert page.notes == ("3 of 5 issues that no page held, asked for by id",)
    assert (reader.expected(by_id), reader.halves(by_id)) == (None, ())


def test_a_thousand_issues_are_ten_questions_in_cloud() -> None:
    with cloud(items=60).serving() as site:
        ids = [str(each) for each in range(20_000, 21_001)]
        reader, _, second = planned(site, ids)
        site.requests = []
        found = [len(list(steps(reader, each))) for each in second.slices[1:]]

        assert found == [10, 1]
        assert len([each for each in site.requests if "issue/bulkfetch" in each.path]) == 11


def test_more_than_a_hundred_issues_of_a_data_center_are_read_with_all_others() -> None:
    with data_center(items=60).serving() as site:
        few = planned(site, [str(each) for each in range(100)])[2]
        _, first, many = planned(site, [str(each) for each in range(101)])

    assert [each.name for each in few.slices] == ["issues-00000", "awaited-00000"]
    assert [each.request["window"] for each in many.slices] == [first.slices[0].request["window"]]
    assert (
        many.slices[0].request["note"].endswith("101 of its issues are listed and were in no page")
    )
