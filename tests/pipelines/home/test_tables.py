"""The home as tables: rows, types and keys."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from connectors.errors import SettingsError
from pipelines.home.home import load_home
from pipelines.home.table_types import TABLES, columns
from pipelines.home.tables import home_tables

SOURCES = Path("dbt_project/models/staging/home/_sources.yml")
DBT_TYPES = {"text": "varchar"}
KEY = "THROUGHLINE_PSEUDONYM_KEY"


def rows(home, table, zones=(), candidates=()):
    return home_tables(home, zones, candidates)[table].to_pylist()


def values(home, table):
    return [tuple(row.values()) for row in rows(home, table)]


def test_every_table_is_there_with_its_types_also_when_it_is_empty(loaded):
    tables = home_tables(loaded(), [], [])

    assert tables.keys() == TABLES.keys()
    assert tables["conflicts"].num_rows == 0
    for name in TABLES:
        schema = tables[name].schema
        assert schema.names == [column for column, _ in columns(name)]
        assert "null" not in {str(kind) for kind in schema.types}


def test_dbt_knows_the_tables_and_columns_that_are_written():
    sources = yaml.safe_load((Path(__file__).parents[3] / SOURCES).read_text())["sources"]

    known = {
        table["name"]: [(each["name"], each["data_type"]) for each in table["columns"]]
        for table in sources[0]["tables"]
    }

    assert known == {
        name: [(column, DBT_TYPES.get(kind, kind)) for column, kind in columns(name)]
        for name in TABLES
    }


def test_the_settings_are_one_row_with_the_instant_of_as_of(loaded):
    (row,) = rows(loaded(), "settings")

    assert row["as_of"] == date(2026, 6, 30)
    assert row["as_of_at"] == datetime(2026, 6, 29, 22)
    assert row["since"] == date(2026, 1, 1)
    assert row["organisation_calendar_id"] == "DE"


def test_references_are_written_as_their_target_was_declared(loaded):
    home = loaded()

    assert values(home, "edges")[0][:3] == ("KR-1.2", "G-1", "contributes_to")
    assert values(home, "edges")[0][4] == 2
    assert values(home, "measures")[1][:2] == ("M-12", "KR-1.2")
    assert values(home, "observations") == [("M-12", date(2026, 1, 31), 30)]
    assert values(home, "decision_nodes") == [("DEC-3", "INI-7", "starts")]
    assert values(home, "container_mappings") == [("old", "list", "Brand", "P-2")]
    assert values(home, "manual_allocations")[0][:2] == ("ana@example.org", "KR-1.2")
    assert rows(home, "nodes")[2]["team_id"] == "platform"


def test_a_person_is_an_e_mail_in_lower_case_or_the_text_as_declared(loaded):
    home = loaded()

    assert values(home, "people") == [
        ("ana@example.org", None, "Europe/Lisbon", None),
        ("ben", None, None, None),
    ]
    assert values(home, "absences") == [("ben", date(2026, 2, 2), None, 0.5)]


def test_accounts_keep_their_colons_and_bots_have_no_person(loaded):
    assert values(loaded(), "person_accounts") == [
        ("old:5f1c", "ana@example.org", False),
        ("eng:712020:1b", "ana@example.org", False),
        ("eng:557058:2c", None, True),
    ]


def test_a_membership_has_the_calendar_of_the_person_else_of_the_team_else_of_all(loaded):
    home = loaded(teams=("timezone: Europe/Lisbon", "holidays: PT"))

    assert values(home, "memberships") == [
        ("ana@example.org", "platform", 0.8, date(2026, 1, 1), None, "PT"),
        ("ben", "platform", 1.0, None, None, "DE"),
        ("ben", "hr", 0.5, None, None, "2026-12-24+DE-BY"),
    ]


def test_own_holidays_that_are_an_empty_list_mean_none(loaded):
    home = loaded(teams=("timezone: Europe/Lisbon", "holidays: []"))

    assert values(home, "memberships")[0][-1] == "none"
    assert ("none", date(2026, 1, 1)) in values(home, "working_days")


def test_working_days_leave_out_weekends_and_holidays_of_each_calendar(loaded):
    days = set(values(loaded(), "working_days"))

    assert ("DE", date(2026, 1, 2)) in days
    assert ("DE", date(2026, 1, 1)) not in days
    assert ("DE", date(2026, 1, 3)) not in days
    assert ("DE", date(2026, 1, 6)) in days
    assert ("2026-12-24+DE-BY", date(2026, 1, 6)) not in days


def test_a_holiday_on_a_weekend_is_off_on_the_day_it_is_observed(make_home):
    folder = make_home(throughline=("holidays: DE", "holidays: US"))
    days = set(values(load_home(folder, date(2026, 7, 31)), "working_days"))

    # 4 July 2026 is a Saturday
    assert ("US", date(2026, 7, 3)) not in days
    assert ("US", date(2026, 7, 2)) in days


def test_the_calendar_begins_on_the_monday_of_since_and_ends_before_as_of(loaded):
    calendar = rows(loaded(), "calendar")
    berlin = [row for row in calendar if row["time_zone"] == "Europe/Berlin"]

    assert [berlin[0]["day"], berlin[-1]["day"]] == [date(2025, 12, 29), date(2026, 6, 29)]
    assert [row["day"] for row in berlin if not row["is_in_range"]] == [
        date(2025, 12, 29),
        date(2025, 12, 30),
        date(2025, 12, 31),
    ]


def test_the_calendar_has_the_zones_of_all_people_and_leaves_unknown_ones_out(loaded):
    calendar = rows(loaded(), "calendar", zones=["Asia/Tokyo", "Mars/Base", "", "../etc"])

    assert {row["time_zone"] for row in calendar} == {
        "Europe/Berlin",
        "Europe/Lisbon",
        "Asia/Tokyo",
    }


def test_with_hidden_people_nobody_has_a_key(loaded):
    assert rows(loaded(), "person_keys", candidates=["eng:9"]) == []


def test_with_named_people_the_key_is_the_person(loaded):
    home = loaded(throughline=("sources:", "privacy: {people: named}\nsources:"))

    keys = rows(home, "person_keys", candidates=["eng:9", "ben"])

    assert [row["person_key"] for row in keys] == ["ana@example.org", "ben", "eng:9"]


def test_with_pseudonyms_the_key_is_a_keyed_hash(loaded, monkeypatch):
    monkeypatch.setenv(KEY, "a secret too long to be guessed at all")
    home = loaded(throughline=("sources:", "privacy: {people: pseudonym}\nsources:"))

    keys = rows(home, "person_keys", candidates=["eng:9"])

    expected = hmac.new(
        b"a secret too long to be guessed at all", b"eng:9", hashlib.sha256
    ).hexdigest()
    assert keys[-1] == {"person_id": "eng:9", "person_key": expected}
    assert len(keys) == 3


def test_the_secret_of_pseudonyms_may_have_another_name(loaded, monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.setenv("OUR_KEY", "a secret too long to be guessed at all")
    privacy = "privacy: {people: pseudonym, key_env: OUR_KEY}\nsources:"

    assert len(rows(loaded(throughline=("sources:", privacy)), "person_keys")) == 2


@pytest.mark.parametrize("secret", ["", "short"])
def test_pseudonyms_without_a_good_secret_are_refused(loaded, monkeypatch, secret):
    monkeypatch.setenv(KEY, secret)
    home = loaded(throughline=("sources:", "privacy: {people: pseudonym}\nsources:"))

    with pytest.raises(SettingsError, match=KEY):
        home_tables(home, [], [])
