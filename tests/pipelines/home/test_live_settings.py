"""What a connector is told of a live source, and what is refused before it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from connectors.errors import SettingsError
from connectors.transport import Timeouts, Transport
from pipelines.home.home import check_home, load_home
from pipelines.home.live_settings import live_settings, minutes_left
from pipelines.home.problems import HomeError

CANARY = "c4n4ry-T0ken"


@pytest.fixture
def home_of(tmp_path):
    def make(source: str, more: str = ""):
        text = f"organisation: {{name: Example}}\n{more}sources: [{{name: eng, {source}}}]\n"
        (tmp_path / "throughline.yml").write_text(text)
        return load_home(tmp_path, date(2026, 6, 30))

    return make


def test_secrets_come_from_the_environment_and_hide_themselves(home_of):
    home = home_of("type: jira, url: 'https://j.example', user_env: U, token_env: T")

    settings = live_settings(home, home.sources[0], {"U": "me", "T": f"{CANARY}\n"})

    assert settings.secrets["token"].reveal() == CANARY
    assert settings.secrets["user"].reveal() == "me"
    assert CANARY not in repr(settings)
    assert settings.address == "https://j.example"


@pytest.mark.parametrize("environment", [{}, {"U": "me"}, {"U": "me", "T": " "}])
def test_a_variable_that_is_not_set_is_named(home_of, environment):
    home = home_of("type: jira, url: 'https://j.example', user_env: U, token_env: T")

    with pytest.raises(SettingsError, match=r"`eng` needs .*T in the environment"):
        live_settings(home, home.sources[0], environment)


def test_a_connector_is_told_what_the_settings_say(home_of):
    home = home_of(
        "type: jira, url: 'https://j.example', token_env: T, projects: [A], token_created: "
        "2026-01-31, overlap_minutes: 30, ca_bundle: ca.pem, proxy: 'http://proxy.example:3128', "
        "fields: {points: Size}, max_minutes: 60",
        "linking: {fields: [Strategy ID]}\n",
    )

    settings = live_settings(home, home.sources[0], {"T": "x"})

    assert settings.options == {
        "projects": ("A",),
        "token_created": "2026-01-31",
        "overlap_minutes": 30,
        "ca_bundle": str(home.folder / "ca.pem"),
        "proxy": "http://proxy.example:3128",
        "link_fields": ("Strategy ID",),
        "points": "Size",
    }


def test_asana_is_told_its_own_options(home_of):
    home = home_of(
        "type: asana, token_env: T, workspace: '1', projects: Ops, tasks_in_no_project: true, "
        "requests_per_minute: 150, url: 'https://app.asana.com'"
    )

    settings = live_settings(home, home.sources[0], {"T": "x"})

    assert settings.address == ""
    assert settings.options["projects"] == ("Ops",)
    assert settings.options["tasks_in_no_project"] is True
    assert settings.options["requests_per_minute"] == 150


@pytest.mark.requirement("S05", "http allowed to loopback")
@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:1/jira"])
def test_this_machine_may_be_asked_without_encryption(home_of, host):
    home = home_of(f"type: jira, url: 'http://{host}', token_env: T")

    assert live_settings(home, home.sources[0], {"T": "x"}).address == f"http://{host}"


@pytest.mark.requirement("S05", "http:// to other machines is refused by its key")
@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("type: jira, token_env: T, url: 'http://jira.example'", "url"),
        ("type: jira, token_env: T, url: 'http://localhost.example'", "url"),
        ("type: trello, key_env: K, token_env: T, api: 'http://trello.example/1'", "api"),
        ("type: asana, token_env: T, workspace: '1', quiet_hours: '8-18'", "quiet_hours"),
        ("type: asana, token_env: T, workspace: '1', quiet_hours: '08:00-08:00'", "quiet_hours"),
        ("type: trello, key_env: K, token_env: T, max_minutes: 0", "max_minutes"),
        ("type: trello, key_env: K, token_env: T, requests_at_once: 100", "requests_at_once"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_key(home_of, source, key):
    with pytest.raises(HomeError, match=rf"sources\[0\]\.{key}"):
        home_of(source)


SWITCHES = ("verify: false", "verify_ssl: false", "verify_tls: 'no'", "insecure: true")
SWITCHES += ("tls: false", "ssl: false", "check_hostname: false", "trust: all")


@pytest.mark.requirement("S05", "no switch turns the look at certificates off")
@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize(
    "source",
    [
        "type: jira, url: 'https://j.example', user_env: U, token_env: T",
        "type: trello, key_env: K, token_env: T",
        "type: asana, token_env: T, workspace: '1'",
    ],
)
def test_no_switch_turns_verification_off(home_of, source, switch):
    with pytest.raises(HomeError, match=rf"sources\[0\]\.{switch.partition(':')[0]}"):
        home_of(f"{source}, {switch}")


@pytest.mark.requirement("S05", "no CA bundle is no way around it: false is a file that is not")
@pytest.mark.parametrize("value", ["false", "no", "''", "/dev/null"])
def test_a_ca_bundle_is_a_file_and_no_switch(home_of, value):
    source = f"type: trello, key_env: K, token_env: T, ca_bundle: {value}"
    try:
        home = home_of(source)
    except HomeError as fault:
        assert "sources[0].ca_bundle" in str(fault)
        return
    told = live_settings(home, home.sources[0], {"K": "x", "T": "x"})

    with pytest.raises(SettingsError, match="is no file"):
        Transport(1, Timeouts(), told.options["ca_bundle"])


def test_an_address_of_links_alone_may_be_plain(tmp_path, home_of):
    (tmp_path / "a.json").write_text("[]")

    assert home_of("type: jira, url: 'http://jira.example', export: a.json").sources[0].is_export


@pytest.mark.parametrize(
    ("quiet", "now", "minutes"),
    [
        ("08:00-18:00", "02:00", 120),
        ("08:00-18:00", "07:30", 30),
        ("08:00-18:00", "08:00", 0),
        ("08:00-18:00", "17:59", 0),
        ("08:00-18:00", "18:00", 120),
        ("22:00-06:00", "23:00", 0),
        ("22:00-06:00", "05:59", 0),
        ("22:00-06:00", "06:00", 120),
        ("22:00-06:00", "21:45", 15),
    ],
)
def test_quiet_hours_bound_what_a_run_may_ask(home_of, quiet, now, minutes):
    home = home_of(f"type: trello, key_env: K, token_env: T, quiet_hours: '{quiet}'")
    instant = datetime.fromisoformat(f"2026-06-30T{now}:00").replace(tzinfo=UTC)

    assert minutes_left(home.sources[0], "UTC", instant) == minutes


def test_variables_of_other_sources_do_not_matter_where_one_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("T_ONE", "x")
    monkeypatch.delenv("T_TWO", raising=False)
    sources = [
        f"{{name: {name}, type: jira, url: 'https://j.example', token_env: T_{name.upper()}}}"
        for name in ("one", "two")
    ]
    text = f"organisation: {{name: Example}}\nsources: [{', '.join(sources)}]\n"
    (tmp_path / "throughline.yml").write_text(text)

    assert not [each for each in check_home(tmp_path, "one") if each.severity == "error"]
    assert [each.key_path for each in check_home(tmp_path, "two") if each.severity == "error"] == [
        "sources[1].token_env"
    ]
