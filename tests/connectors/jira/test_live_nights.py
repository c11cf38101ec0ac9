"""What has landed after a full load, and after each night that follows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.jira.night import Nights, cloud, comparable, data_center
from tests.simulators import jira_happenings
from tests.simulators.jira_cloud import JiraCloud
from tests.simulators.world import Happening


def truth(nights: Nights) -> dict[str, dict]:
    return nights.site.truth(nights.fields())


def issues_differing(nights: Nights) -> list[str]:
    """Issues that are there and of which something else has landed, or nothing."""
    landed, there = comparable(nights.newest("issues")), comparable(truth(nights)["issues"])
    return [key for key, payload in there.items() if landed.get(key) != payload]


def differing(nights: Nights, stream: str) -> list[str]:
    landed, there = nights.newest(stream), truth(nights)[stream]
    return [key for key, payload in there.items() if landed.get(key) != payload]


def holes(nights: Nights) -> dict[str, list[str]]:
    streams = ("worklogs", "worklog_deletions", "fields", "statuses")
    found = {stream: differing(nights, stream) for stream in streams}
    return {"issues": issues_differing(nights), **found}


NOTHING = {
    "issues": [],
    "worklogs": [],
    "worklog_deletions": [],
    "fields": [],
    "statuses": [],
}


@pytest.mark.parametrize("kind", [cloud, data_center])
def test_after_each_of_ten_nights_what_landed_is_what_is_there(kind, tmp_path: Path) -> None:
    with kind().serving() as site:
        nights = Nights(site, tmp_path)
        found = []
        for number in range(11):
            if number:
                site.night(number)
            nights.run()
            found.append(holes(nights))

    assert found == [NOTHING] * 11


@pytest.mark.parametrize("kind", [cloud, data_center])
def test_accounts_at_both_ends_of_the_world_land_the_same(kind, tmp_path: Path) -> None:
    def rows(zone: str) -> list[dict]:
        with kind(items=60).serving() as site:
            site.time_zone = zone
            nights = Nights(site, tmp_path / zone.rpartition("/")[2])
            for number in range(3):
                if number:
                    site.night(number)
                nights.run()
            assert holes(nights) == NOTHING
            return [nights.rows(stream) for stream in ("issues", "worklogs", "worklog_deletions")]

    assert rows("Pacific/Kiritimati") == rows("Pacific/Pago_Pago")


@pytest.mark.requirement("R09", "what is told late, within the overlap, is read the night after")
def test_what_the_index_told_late_is_read_the_night_after(tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        site.index_lag = 600
        site.advance(24 * 3600)
        touched = str(next(site.state.searchable()).id)
        happens(site, "retitle", touched, title="Told late")
        nights.run()
        late = issues_differing(nights)
        site.advance(24 * 3600)
        nights.run()

        assert late == [touched]
        assert issues_differing(nights) == []


def test_an_item_touched_every_minute_is_read_every_night(tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        [issue] = list(site.state.searchable())[:1]
        for _ in range(3):
            site.advance(24 * 3600)
            issue.summary = f"Touched {site.now}"
            issue.touches.append(int(site.now.timestamp() * 1000) + 30_000)
            nights.run()

            assert nights.newest("issues")[str(issue.id)]["fields"]["summary"] == issue.summary


@pytest.mark.parametrize("kind", [cloud, data_center])
def test_a_project_with_another_key_is_read_whole(kind, tmp_path: Path) -> None:
    with kind().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        jira_happenings.rename_project_key(site.state, "C1", "NEW")
        site.advance(24 * 3600)
        nights.run()

        assert issues_differing(nights) == []
    assert any("its key was C1" in note for note in nights.notes())


def test_an_issue_that_moved_keeps_its_id_and_its_former_key(tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        first = next(each for each in site.state.searchable() if each.project.key == "C1")
        site.advance(24 * 3600)
        happens(site, "move_container", str(first.id), container="C2")
        former = nights.newest("issues")[str(first.id)]["key"]
        nights.run()
        found = nights.newest("issues")[str(first.id)]
        rows = nights.rows("issues")[str(first.id)]
        [told] = [row for table, row in rows if table == "jira_changes" and row[4] == "Key"]

    assert found["key"].startswith("C2-") and former.startswith("C1-")
    assert (told[7], told[9]) == (former, found["key"])


@pytest.mark.parametrize("rows", [1, 2, 7, 23])
def test_histories_cut_over_pages_at_any_place_are_joined(rows: int, tmp_path: Path) -> None:
    with cloud(items=30).serving() as site:
        site.history_rows = rows
        nights = Nights(site, tmp_path)
        nights.run()

        assert issues_differing(nights) == []


@pytest.mark.parametrize("rows", [1, 3, 17])
def test_pages_that_hold_less_than_asked_lose_nothing(rows: int, tmp_path: Path) -> None:
    with cloud(items=40).serving() as site:
        site.full_rows, site.worklog_rows, site.project_rows = rows, max(2, rows), 1
        nights = Nights(site, tmp_path)
        nights.run()

        assert holes(nights) == NOTHING


def test_the_ceiling_of_a_data_center_loses_nothing(tmp_path: Path) -> None:
    with data_center().serving() as site:
        site.ceiling = 7
        nights = Nights(site, tmp_path)
        nights.run()

        assert holes(nights) == NOTHING


def happens(site: JiraCloud, what: str, issue: str, **details: str) -> None:
    """Let something happen to an issue in the minute of the run."""
    site.play([Happening(site.now, what, f"item-7-{int(issue) - 10_000}", None, details)])


def test_what_became_of_each_missing_issue_is_told_apart(tmp_path: Path) -> None:
    with cloud().serving() as site:
        nights = Nights(site, tmp_path)
        nights.run()
        leaves = [each for each in site.state.searchable() if not each.children and not each.parent]
        deleted, archived = (str(each.id) for each in leaves[:2])
        site.advance(24 * 3600)
        happens(site, "delete", deleted)
        happens(site, "archive", archived)
        nights.run()

        assert nights.outcomes() == {deleted: "deleted", archived: "archived"}


def test_an_issue_that_is_back_is_found_by_the_census(tmp_path: Path) -> None:
    with cloud().serving() as site:
        site.state.unarchiving_touches = False
        nights = Nights(site, tmp_path)
        nights.run()
        leaves = [each for each in site.state.searchable() if not each.children and not each.parent]
        archived = str(leaves[0].id)
        found = []
        for what in ("archive", "unarchive"):
            site.advance(24 * 3600)
            happens(site, what, archived)
            nights.run()
            found.append(nights.outcomes())

        assert found == [{archived: "archived"}, {}]
