"""Where a Jira is reached, as whom, and what a person is told of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connectors.errors import AccessError, SettingsError, TemporaryError
from connectors.jira import CONNECTOR
from connectors.jira.reader import JiraReader
from connectors.live import Identity, LiveSettings
from connectors.secrets import Secret
from tests.connectors.jira.night import client, cloud, data_center, settings
from tests.figures import Figure
from tests.simulators import jira_cloud, jira_data_center
from tests.simulators.server import FOR_EVER, Fault


def signed_in(site, told: LiveSettings) -> Identity:
    return JiraReader(told, client(told)).identify()


def with_secrets(site, secrets: dict[str, str], **options: object) -> LiveSettings:
    told = settings(site, **options)
    hidden = {role: Secret(value) for role, value in secrets.items()}
    return LiveSettings(told.name, told.timezone, told.address, told.options, hidden)


def test_a_user_and_a_token_are_taken_by_the_site() -> None:
    with cloud().serving() as site:
        site.time_zone = "Pacific/Kiritimati"
        found = signed_in(site, settings(site))

    assert found.account == site.reader.id
    assert found.timezone == "Pacific/Kiritimati"
    assert found.server_time == site.now.replace(tzinfo=None)
    assert found.detail.startswith("Jira Cloud")
    assert found.warnings == ()


@pytest.mark.parametrize(
    "secrets",
    [
        {"user": jira_cloud.USER, "token": jira_cloud.SECRETS["scoped_token"]},
        {"token": jira_cloud.SECRETS["oauth_token"]},
    ],
)
def test_a_token_that_the_site_refuses_is_tried_where_scoped_tokens_are_taken(secrets) -> None:
    with cloud().serving() as site:
        found = signed_in(site, with_secrets(site, secrets))

    assert found.detail.endswith(f"/ex/jira/{site.cloud_id}")


def test_a_configured_cloud_id_is_asked_at_once() -> None:
    secrets = {"user": jira_cloud.USER, "token": jira_cloud.SECRETS["scoped_token"]}
    with cloud().serving() as site:
        signed_in(site, with_secrets(site, secrets, cloud_id=site.cloud_id))
        paths = {each.path for each in site.requests}

    assert all(path.startswith(f"/ex/jira/{site.cloud_id}/") for path in paths)


def test_a_token_that_is_taken_nowhere_ends_with_advice_and_without_the_token() -> None:
    secrets = {"user": "reader@example.org", "token": "ATATT3xAnotherCanaryThatNobodyKnows"}
    with cloud().serving() as site:
        with pytest.raises(AccessError) as refused:
            signed_in(site, with_secrets(site, secrets))
        asked = len(site.requests)

    text = str(refused.value)
    for part in ("`eng`", site.address, f"/ex/jira/{site.cloud_id}", "scoped token", "token_env"):
        assert part in text
    assert secrets["token"] not in text and secrets["user"] not in text
    assert asked == 3


def test_a_refused_token_is_told_of_where_scoped_ones_cannot_be_tried() -> None:
    secrets = {"user": "reader@example.org", "token": "ATATT3xAnotherCanaryThatNobodyKnows"}
    with cloud().serving() as site:
        site.faults = [Fault("status", "/ex/jira", 0, FOR_EVER, {"status": 503})]
        with pytest.raises(TemporaryError, match=r"refused the token .* \(401\)") as told:
            signed_in(site, with_secrets(site, secrets))

    assert f"{site.address}/ex/jira/{site.cloud_id}" in str(told.value)
    assert secrets["token"] not in str(told.value)


@pytest.mark.parametrize(
    "secrets",
    [
        {"token": jira_data_center.SECRETS["token"]},
        {"user": jira_data_center.LOGIN, "token": jira_data_center.SECRETS["password"]},
    ],
)
def test_a_data_center_is_known_by_its_word_and_takes_a_token_or_a_password(secrets) -> None:
    with data_center().serving() as site:
        found = signed_in(site, with_secrets(site, secrets))

    assert found.detail.startswith("Jira Data Center 10.3.2")
    assert found.account == site.reader.key


def test_a_data_center_that_refuses_says_nothing_of_scoped_tokens() -> None:
    with (
        data_center().serving() as site,
        pytest.raises(AccessError, match=r"bearer token") as refused,
    ):
        signed_in(site, with_secrets(site, {"token": "CanaryThatNobodyKnows"}))

    assert "scoped" not in str(refused.value)


def test_two_fields_with_the_name_of_the_points_need_a_choice() -> None:
    with cloud().serving() as site:
        site.state.story_points_twice = True
        unsure = signed_in(site, settings(site))
        chosen = signed_in(site, settings(site, points="customfield_10031"))

    [warning] = unsure.warnings
    assert "customfield_10026, customfield_10031" in warning
    assert chosen.warnings == ()


def test_a_field_that_is_nowhere_is_told() -> None:
    with cloud().serving() as site:
        found = signed_in(site, settings(site, link_fields=("Strategy ID",)))

    assert found.warnings == (
        "No field is named 'Strategy ID' (linking.fields). Write its name or its id.",
    )


@pytest.mark.requirement("R38", "warned 30, 14, 7 and 1 days before a token ends")
@pytest.mark.parametrize(
    ("days", "is_told"), [(30, True), (14, True), (7, True), (1, True), (32, False)]
)
def test_the_end_of_a_token_is_told_for_thirty_days_before(
    days: int, is_told: bool, figure: Figure
) -> None:
    with cloud().serving() as site:
        created = (site.now + timedelta(days=days) - timedelta(days=365)).date()
        found = signed_in(site, settings(site, token_created=created))

    assert bool(found.warnings) == is_told
    figure.reached(f"{days} days before: {'warned' if is_told else 'silent'}")


def test_without_a_token_nothing_is_asked() -> None:
    told = LiveSettings("eng", "UTC", "https://example.atlassian.net")

    with pytest.raises(SettingsError, match="token_env"):
        CONNECTOR.access(told)


def test_only_the_site_and_the_place_of_scoped_tokens_are_ever_called() -> None:
    told = LiveSettings("eng", "UTC", "https://jira.example.org:8443/jira")

    assert CONNECTOR.hosts(told) == ("jira.example.org:8443", "api.atlassian.com")


def test_the_roster_holds_what_is_archived_trashed_or_configured_and_unseen() -> None:
    with cloud().serving() as site:
        site.state.projects["C2"].status = "archived"
        site.state.projects["C3"].status = "deleted"
        site.state.projects["C4"].is_hidden = True
        site.state.projects["C1"].former_keys.append("OLD")
        told = settings(site, projects=("old", "C2", "C3", "C4"))
        reader = JiraReader(told, client(told))
        scopes = reader.scopes()

    assert [(each.id, each.is_readable, each.outcome) for each in scopes] == [
        ("", True, "access_lost"),
        ("10001", True, "access_lost"),
        ("10002", False, "archived"),
        ("10003", False, "trashed"),
        ("name:C4", False, "access_lost"),
    ]
    assert isinstance(scopes[1].last_changed, datetime)
