"""Effort, worked out by hand from SPEC section 4. The range is two weeks, 2 to 15 March 2026."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.oracle.small import ask, at, days_by, issue, log


def test_a_person_without_any_item_is_unobserved_on_ten_working_days(tmp_path: Path) -> None:
    found = ask(tmp_path)

    assert days_by(found, "basis") == {"unobserved": 10.0}


def test_an_absence_of_a_quarter_leaves_three_quarters(tmp_path: Path) -> None:
    found = ask(tmp_path, absences="ana,2026-03-02,2026-03-03,0.25\nana,2026-03-03,,0.1\n")

    # Monday 0.75, Tuesday 0.65, eight days of 0.9
    assert days_by(found, "basis") == {"unobserved": 0.75 + 0.65 + 8 * 0.9}


def test_a_day_is_split_by_seconds_within_working_hours(tmp_path: Path) -> None:
    one = issue(1, "03-01 09:00", history=[("03-02 09:00", "status", "3")])
    two = issue(2, "03-01 09:00", history=[("03-02 15:00", "status", "3")])

    found = ask(tmp_path, as_of=date(2026, 3, 3), issues=[one, two])

    # 8 h against 2 h
    assert days_by(found, "work_item_id") == {"j:1": 0.8, "j:2": 0.2}


def test_work_outside_the_hours_alone_is_split_over_the_whole_day(tmp_path: Path) -> None:
    moves = [("03-02 18:00", "status", "3"), ("03-02 20:00", "status", "5")]
    one = issue(1, "03-01 09:00", history=moves)
    two = issue(2, "03-01 09:00", history=[("03-02 18:00", "status", "3")])

    found = ask(tmp_path, as_of=date(2026, 3, 3), issues=[one, two])

    # 2 h against 6 h until midnight
    assert days_by(found, "work_item_id") == {"j:1": 0.25, "j:2": 0.75}


def test_equal_split_counts_items_not_seconds(tmp_path: Path) -> None:
    one = issue(1, "03-01 09:00", history=[("03-02 09:00", "status", "3")])
    two = issue(2, "03-01 09:00", history=[("03-02 20:00", "status", "3")])

    found = ask(tmp_path, as_of=date(2026, 3, 3), issues=[one, two], effort={"split": "equal"})

    assert days_by(found, "work_item_id") == {"j:1": 0.5, "j:2": 0.5}


def test_an_item_is_idle_after_idle_days_and_awake_again_with_a_comment(tmp_path: Path) -> None:
    comment = {"id": "9", "author": {"accountId": "zoe"}, "created": at("03-10 09:00")}
    one = issue(
        1,
        "03-01 09:00",
        history=[("03-02 09:00", "status", "3")],
        comment={"comments": [comment]},
    )

    found = ask(tmp_path, issues=[one], effort={"idle_days": 3})

    # awake from Monday 9:00 to Thursday 9:00, again from Tuesday 9:00 to Friday 9:00; on the
    # Thursday and on the second Friday only the hours before 9:00 are active: the whole day counts
    by_day = days_by(found, "day", "basis")
    worked = sorted(day.day for day, basis in by_day if basis == "status")
    assert worked == [2, 3, 4, 5, 10, 11, 12, 13]


def test_a_parent_is_not_active_beside_its_child(tmp_path: Path) -> None:
    parent = issue(1, "03-01 09:00", history=[("03-02 09:00", "status", "3")])
    child = issue(
        2,
        "03-01 09:00",
        history=[("03-03 09:00", "status", "3"), ("03-03 10:00", "status", "5")],
        parent={"id": "1"},
    )

    found = ask(tmp_path, as_of=date(2026, 3, 5), issues=[parent, child])

    # Monday and Wednesday the parent, Tuesday the child alone
    assert days_by(found, "work_item_id") == {"j:1": 2.0, "j:2": 1.0}


def test_logged_time_takes_its_part_of_the_week_from_every_day(tmp_path: Path) -> None:
    one = issue(1, "03-01 09:00", history=[("03-02 09:00", "status", "3")])
    two = issue(2, "03-01 09:00", worklog=log(5, "03-08 12:00", 20))

    found = ask(tmp_path, issues=[one, two])

    # logged on Sunday of week one: 2.5 of 5 days, so that half of each day is left
    assert days_by(found, "basis") == {"logged": 2.5, "status": 7.5}


def test_logged_time_beyond_capacity_stays_and_leaves_nothing(tmp_path: Path) -> None:
    two = issue(2, "03-01 09:00", worklog=log(5, "03-03 12:00", 48))

    found = ask(tmp_path, as_of=date(2026, 3, 9), issues=[two])

    assert days_by(found, "basis") == {"logged": 6.0}


def test_manual_shares_come_first_and_are_strict(tmp_path: Path) -> None:
    two = issue(2, "03-01 09:00", worklog=log(5, "03-03 12:00", 8))

    found = ask(
        tmp_path,
        as_of=date(2026, 3, 7),
        issues=[two],
        manual="ana,kr-1,2026-03-02,2026-03-03,0.5,me,\n",
    )

    # 5 - 1 = 4 left, 1 logged: u = 1/4; the rest is 3/4 of 4
    assert days_by(found, "basis", "strength") == {
        ("manual", "strict"): 1.0,
        ("logged", "none"): 1.0,
        ("unobserved", "none"): 3.0,
    }


def test_items_finished_without_being_in_progress_share_the_day(tmp_path: Path) -> None:
    done = [
        issue(number, "03-03 09:00", history=[("03-03 18:00", "status", "5")]) for number in (1, 2)
    ]

    found = ask(tmp_path, as_of=date(2026, 3, 5), issues=done)

    assert days_by(found, "basis") == {"unobserved": 2.0, "finished": 1.0}
    assert days_by(found, "work_item_id")["j:1"] == 0.5


def test_an_item_created_in_done_is_finished_when_it_was_created(tmp_path: Path) -> None:
    found = ask(tmp_path, as_of=date(2026, 3, 5), issues=[issue(1, "03-03 09:00", "5")])

    assert days_by(found, "basis") == {"unobserved": 2.0, "finished": 1.0}


def test_a_reopened_item_counts_its_progress_anew(tmp_path: Path) -> None:
    moves = [
        ("03-02 09:00", "status", "3"),
        ("03-02 12:00", "status", "5"),
        ("03-03 09:00", "status", "1"),
        ("03-04 09:00", "status", "5"),
    ]
    found = ask(tmp_path, as_of=date(2026, 3, 5), issues=[issue(1, "03-01 09:00", history=moves)])

    assert days_by(found, "day", "basis") == {
        (date(2026, 3, 2), "status"): 1.0,
        (date(2026, 3, 3), "unobserved"): 1.0,
        (date(2026, 3, 4), "finished"): 1.0,
    }


def test_bulk_closing_of_twenty_items_is_no_work(tmp_path: Path) -> None:
    def bulk(count: int) -> list[dict[str, object]]:
        moves = [f"03-03 10:{number // 2:02d}" for number in range(count)]
        return [
            issue(number + 1, "03-02 09:00", history=[(when, "status", "5")])
            for number, when in enumerate(moves)
        ]

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    few = ask(tmp_path / "a", as_of=date(2026, 3, 4), issues=bulk(19))
    many = ask(tmp_path / "b", as_of=date(2026, 3, 4), issues=bulk(20))

    assert days_by(few, "basis") == {"unobserved": 1.0, "finished": 1.0}
    assert days_by(many, "basis") == {"unobserved": 2.0}


def test_somebody_of_no_team_has_capacity_in_weeks_with_own_activity(tmp_path: Path) -> None:
    one = issue(1, "03-01 09:00", history=[("03-11 09:00", "status", "3")], author="bob")

    found = ask(tmp_path, members=[], people=[], issues=[one])

    # bob moved it, so his second week counts; ana did nothing herself and has no capacity
    assert days_by(found, "person_key", "team_id", "basis") == {
        ("j:bob", "(unassigned)", "unobserved"): 5.0
    }


def test_rows_are_split_over_teams_by_capacity(tmp_path: Path) -> None:
    members = [{"person": "ana", "capacity": 0.6}, {"person": "bob", "capacity": 0}]
    two = issue(2, "03-01 09:00", worklog=log(5, "03-03 12:00", 8, "bob"))
    people = [{"person": "bob", "accounts": ["j:bob"]}]

    found = ask(tmp_path, as_of=date(2026, 3, 9), members=members, people=people, issues=[two])

    assert days_by(found, "person_key", "team_id", "basis") == {
        ("ana", "red", "unobserved"): 3.0,
        ("bob", "red", "logged"): 1.0,
    }


def test_a_local_day_is_the_persons_own(tmp_path: Path) -> None:
    people = [{"person": "ana", "accounts": ["j:ana"], "timezone": "Pacific/Auckland"}]
    # 20:00 UTC of the 3rd is 9:00 of the 4th in Auckland; 5 hours until 14:00
    moves = [("03-03 20:00", "status", "3"), ("03-04 01:00", "status", "5")]
    one = issue(1, "03-02 09:00", history=moves)

    found = ask(tmp_path, as_of=date(2026, 3, 6), people=people, issues=[one])

    assert days_by(found, "day", "basis")[date(2026, 3, 4), "status"] == 1.0
    assert days_by(found, "basis") == {"status": 1.0, "unobserved": 3.0}


def test_a_truncated_history_starts_no_item_but_its_oldest_change_is_activity(
    tmp_path: Path,
) -> None:
    one = issue(1, "01-02 09:00", history=[("03-03 09:00", "status", "3")])
    two = issue(2, "01-02 09:00", history=[("03-04 09:00", "status", "5")])
    for cut in (one, two):
        cut["changelog"]["total"] = 7

    found = ask(tmp_path, as_of=date(2026, 3, 6), issues=[one, two])

    # the second item never went to done as far as is known: no finished effort
    assert days_by(found, "basis") == {"unobserved": 1.0, "status": 3.0}


def test_done_items_without_effort_are_imputed_by_their_estimate(tmp_path: Path) -> None:
    one = issue(
        1,
        "03-02 09:00",
        history=[("03-07 18:00", "status", "5")],
        title="KR-1 all done",
        timeoriginalestimate=57600,
    )
    found = ask(tmp_path, as_of=date(2026, 3, 9), issues=[one])

    # closed on a Saturday: no capacity, no effort, 16 h / 8 = 2 days beside it
    rows = [row for row in found.tables["rpt_effort"] if row["imputed_days"]]
    assert {row["period_type"] for row in rows} == {"week", "month", "quarter"}
    assert {(row["team_id"], row["bucket"], row["imputed_days"]) for row in rows} == {
        ("red", "outcome", 2.0)
    }
