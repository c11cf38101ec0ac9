"""Settings: defaults, what is refused of a whole file, and what is only warned of."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.errors import SettingsError
from pipelines.home.home import check_home, default_since, load_home
from pipelines.home.problems import HomeError, Problems
from pipelines.home.yaml_reader import read_yaml
from tests.pipelines.home.conftest import FILES

LIVE = """\
organisation: {name: Example}
sources: [{name: eng, type: jira, url: 'https://example.atlassian.net/', token_env: JIRA_TOKEN}]
"""


def errors(folder):
    with pytest.raises(HomeError) as caught:
        load_home(folder)
    return [
        (each.file, each.line, each.key_path)
        for each in caught.value.problems
        if each.severity == "error"
    ]


def test_what_is_left_out_of_the_settings_has_the_defaults_of_the_specification(tmp_path):
    (tmp_path / "throughline.yml").write_text(LIVE)

    home = load_home(tmp_path, date(2026, 6, 30))

    assert home.zone == "UTC"
    assert home.pattern == r"(?:P|G|O|KR|R|INI|D)-(?:[A-Z]+\.)?\d+(?:\.\d+)*"
    assert home.settings.calendar.working_days == ("mon", "tue", "wed", "thu", "fri")
    assert home.settings.calendar.hours == "09:00-17:00"
    assert home.settings.calendar.hours_per_day == 8
    assert home.settings.calendar.holidays == ()
    assert home.settings.effort.split == "by_time"
    assert home.settings.effort.idle_days == 14
    assert home.settings.privacy.people == "hidden"
    assert home.settings.privacy.minimum_group == 5
    assert home.settings.linking.fields == ()
    assert home.sources[0].options["url"] == "https://example.atlassian.net"
    assert not home.sources[0].is_export


@pytest.mark.parametrize(
    ("as_of", "month", "since"),
    [
        (date(2026, 6, 30), 1, date(2026, 1, 1)),
        (date(2026, 1, 1), 1, date(2025, 1, 1)),
        (date(2026, 6, 30), 10, date(2025, 10, 1)),
        (date(2026, 10, 1), 10, date(2025, 10, 1)),
        (date(2026, 10, 2), 10, date(2026, 10, 1)),
    ],
)
def test_since_is_the_start_of_the_fiscal_year_of_yesterday(as_of, month, since):
    assert default_since(as_of, month) == since


def test_a_key_without_a_value_means_what_its_absence_means(loaded):
    home = loaded(throughline=("{holidays: DE}", "{holidays: , hours: null}"))

    assert home.settings.calendar.holidays == ()
    assert home.settings.calendar.hours == "09:00-17:00"


def test_norway_is_a_country_and_not_a_no(loaded):
    home = loaded(throughline=("holidays: DE", "holidays: NO"))

    assert home.settings.calendar.holidays == ("NO",)


def test_without_settings_the_error_says_how_to_begin(tmp_path):
    with pytest.raises(SettingsError, match="throughline init"):
        load_home(tmp_path)


def test_an_empty_settings_file_is_refused(make_home):
    assert ("throughline.yml", 0, "") in errors(make_home(throughline=""))


def test_faults_of_all_files_are_told_at_once(make_home):
    folder = make_home(
        throughline=("Europe/Berlin", "Europe/Nowhere"),
        teams=("capacity: 0.8", "capacity: 8"),
        a=("kind: key_result", "kind: kpi"),
        observations=("2026-01-31", "31.1."),
    )

    found = errors(folder)

    assert [each[0] for each in found] == [
        "strategy/a.yml",
        "strategy/observations.csv",
        "teams.yml",
        "throughline.yml",
    ]


def test_a_file_that_cannot_be_read_makes_no_unknown_targets_elsewhere(make_home):
    assert errors(make_home(a="nodes: [")) == [("strategy/a.yml", 2, "")]


def test_a_range_that_is_empty_is_refused(make_home):
    folder = make_home()

    with pytest.raises(HomeError, match=r"effort\.since"):
        load_home(folder, date(2026, 1, 1))


def test_a_future_since_is_a_warning_of_check_since_as_of_may_be_later(make_home):
    folder = make_home(throughline=("2026-01-01", "2150-01-01"))

    found = check_home(folder)

    assert "effort.since" in [each.key_path for each in found if each.severity == "warning"]


def test_check_names_the_environment_variable_that_is_missing(make_home, monkeypatch):
    monkeypatch.delenv("JIRA_TOKEN", raising=False)
    folder = make_home()

    found = [each for each in check_home(folder) if each.severity == "error"]

    assert [(each.key_path, "JIRA_TOKEN" in each.found) for each in found] == [
        ("sources[0].token_env", True)
    ]


def test_check_finds_nothing_wrong_with_a_valid_home(make_home, monkeypatch):
    monkeypatch.setenv("JIRA_TOKEN", "set")

    assert check_home(make_home()) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token", "c4n4ry"),
        ("api_key", "c4n4ry"),
        ("password", "c4n4ry"),
        ("secret", "c4n4ry"),
        ("key", "c4n4ry"),
        ("authorization", "Bearer c4n4ry"),
        ("token_env", "c4n4ry"),
        ("token_env", "ATATT3xFfGF0c4n4ry=4A"),
        ("token_env", "1/1200000000000:c4n4ry"),
        ("token_env", "ABCDEF0123456789ABCDEF0123456789"),
        ("user_env", "c4n4ry@example.org"),
        ("url", "https://ana:c4n4ry@example.atlassian.net"),
        ("url", "https://example.atlassian.net/?token=c4n4ry"),
    ],
)
def test_a_literal_secret_is_refused_and_never_shown(make_home, key, value):
    settings = {"type": "jira", "url": "https://a.example", "token_env": "JIRA_TOKEN"}
    source = ", ".join(f"{name}: '{text}'" for name, text in (settings | {key: value}).items())
    text = f"organisation: {{name: Example}}\nsources: [{{name: eng, {source}}}]\n"

    with pytest.raises(HomeError) as caught:
        load_home(make_home(throughline=text, teams=""))

    assert f"sources[0].{key}" in str(caught.value)
    assert value not in str(caught.value)
    assert "c4n4ry" not in str(caught.value)


def test_a_project_key_that_looks_like_an_identifier_is_warned_of(loaded):
    home = loaded(throughline=("token_env:", "projects: [PLAT, KR], token_env:"))

    assert [each.key_path for each in home.warnings] == ["sources[0].projects"]
    assert "KR-1" in home.warnings[0].found


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 500,
        "[" * 50_000,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "a: &a [*a]",
        "a: 1\n---\nb: 2",
        "? [a, b]\n: c",
        "\ta: 1",
        "a: !!binary Zm9v",
        "a: 'open",
        "\x00",
        "%YAML 9.9\n---\na",
    ],
)
def test_yaml_that_means_harm_is_a_fault_with_its_line(tmp_path, text):
    path = tmp_path / "a.yml"
    path.write_text(text)
    problems = Problems()

    document = read_yaml(path, "a.yml", problems)

    assert document is None
    assert [each.file for each in problems.errors] == ["a.yml"]
    assert problems.errors[0].line >= 1


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path):
    (tmp_path / "a.yml").write_bytes(b"a: 1\nb: M\xfcnchen\n")
    problems = Problems()

    assert read_yaml(tmp_path / "a.yml", "a.yml", problems) is None
    assert problems.errors[0].line == 2


def test_where_to_publish_is_a_variable_and_a_schema(loaded):
    text = FILES["throughline.yml"]
    wanted = loaded(throughline=text + "publish: {postgres: {dsn_env: PG_FIGURES}}\n")
    named = loaded(
        throughline=text + "publish: {postgres: {dsn_env: PG_FIGURES, schema: figures}}\n"
    )

    assert loaded().settings.publish.postgres is None
    assert wanted.settings.publish.postgres.dsn_env == "PG_FIGURES"
    assert wanted.settings.publish.postgres.schema_name == "throughline"
    assert named.settings.publish.postgres.schema_name == "figures"
