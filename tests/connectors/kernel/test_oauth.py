"""Access tokens of OAuth apps: renewed once by all workers together, what is renewed is kept."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.asana import CONNECTOR as ASANA
from connectors.clock import Clock
from connectors.errors import Refused, TemporaryError
from connectors.extraction import extract
from connectors.http import Call, Client
from connectors.jira import CONNECTOR as JIRA
from connectors.live import LiveSettings
from connectors.secrets import Secret
from connectors.sign_in import client_for, identify
from pipelines.home.home import check_home, load_home
from pipelines.home.live_settings import live_settings
from tests.connectors.kernel.shelf import FakeClock
from tests.drills.secrets import leaks
from tests.simulators.asana import Asana
from tests.simulators.asana_state import WORKSPACE
from tests.simulators.authority import CLIENT, FIRST, Authority, serving
from tests.simulators.jira_cloud import JiraCloud
from tests.simulators.server import FOR_EVER, Fault
from tests.simulators.world import World

FIELD = "/rest/api/3/field"


@pytest.fixture
def jira(monkeypatch: pytest.MonkeyPatch) -> Iterator[JiraCloud]:
    simulator = JiraCloud(World(7, items=12, people=3, containers=2))
    simulator.oauth_token = ""
    with simulator.serving():
        monkeypatch.setattr("connectors.jira.client.PLATFORM", simulator.address)
        yield simulator


@pytest.fixture
def authority(jira: JiraCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    with serving(Authority(lambda token: setattr(jira, "oauth_token", token))) as found:
        monkeypatch.setattr("connectors.jira.client.AUTHORITY", found.address)
        yield found


def settings(site: JiraCloud, kept: Path | None, refresh: str = FIRST) -> LiveSettings:
    """An OAuth app that knows the site by its id."""
    secrets = {**CLIENT, "refresh_token": refresh}
    hidden = {role: Secret(value) for role, value in secrets.items()}
    return LiveSettings("eng", "UTC", site.address, {"cloud_id": site.cloud_id}, hidden, kept)


def client(told: LiveSettings, clock: Clock | None = None) -> Client:
    return client_for(JIRA, told, clock=clock or FakeClock())


def kept_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix == ".json"]


def test_a_token_that_expires_midway_is_renewed_once_by_all_workers(
    jira: JiraCloud, authority: Authority, tmp_path: Path
) -> None:
    asking = client(settings(jira, tmp_path / "tokens"))
    asking.get(FIELD)
    jira.oauth_token = "another-one"
    jira.latency = 0.05

    answers = asking.many([Call(FIELD) for _ in range(12)])
    asking.close()

    assert {answer.status for answer in answers} == {200}
    assert authority.asked == [FIRST, "CanaryRefreshTokenNumber01"]


@pytest.mark.requirement("S01", "a renewed token stands in its own file alone, 0600")
def test_a_renewed_refresh_token_is_kept_before_it_is_used_and_for_this_account_alone(
    jira: JiraCloud, authority: Authority, tmp_path: Path
) -> None:
    kept, seen = tmp_path / "tokens", list[bool]()
    respond = jira.respond
    jira.respond = lambda request: seen.append(bool(kept_in(kept))) or respond(request)  # type: ignore[method-assign]

    for _ in range(2):
        asking = client(settings(jira, kept))
        asking.get(FIELD)
        asking.close()

    [file] = kept_in(kept)
    assert all(seen)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert json.loads(file.read_bytes()) == {"refresh_token": "CanaryRefreshTokenNumber02"}
    assert authority.asked == [FIRST, "CanaryRefreshTokenNumber01"]


def test_a_new_refresh_token_in_the_environment_is_taken_at_once(
    jira: JiraCloud, authority: Authority, tmp_path: Path
) -> None:
    asking = client(settings(jira, tmp_path))
    asking.get(FIELD)
    asking.close()
    authority.refresh = "CanaryRefreshTokenOfANewGrant"

    asking = client(settings(jira, tmp_path, "CanaryRefreshTokenOfANewGrant"))
    asking.get(FIELD)
    asking.close()

    assert authority.asked[-1] == "CanaryRefreshTokenOfANewGrant"


def test_an_access_token_is_renewed_before_its_hour_is_over(
    jira: JiraCloud, authority: Authority
) -> None:
    clock = FakeClock()
    asking = client(settings(jira, None), clock)
    for seconds in (0, 1800, 1700):
        clock.seconds += seconds
        asking.get(FIELD)
    asking.close()

    assert len(authority.asked) == 2
    assert all(each.path.startswith("/ex/jira/") for each in jira.requests)


def test_a_refused_refresh_token_ends_the_source_like_a_dead_token(
    jira: JiraCloud, authority: Authority, tmp_path: Path
) -> None:
    authority.refresh = "CanaryRefreshTokenOfSomebodyElse"

    with pytest.raises(Refused, match=r"refresh token was refused \(403: invalid_grant\)") as told:
        identify(JIRA, settings(jira, tmp_path))

    assert told.value.status == 401
    assert "refresh_token_env" in str(told.value)
    assert "Canary" not in str(told.value)
    assert len(authority.asked) == 1


def test_an_authority_that_is_down_is_asked_three_times(
    jira: JiraCloud, authority: Authority
) -> None:
    authority.status = 503
    asking = client(settings(jira, None))

    with pytest.raises(TemporaryError, match="no access token could be had"):
        asking.get(FIELD)
    asking.close()

    assert len(authority.asked) == 3


def test_a_token_that_nobody_takes_is_renewed_once_and_then_believed(
    jira: JiraCloud, authority: Authority
) -> None:
    jira.faults.append(Fault("status", "field", 0, FOR_EVER, {"status": 401}))
    asking = client(settings(jira, None))

    with pytest.raises(Refused):
        asking.get(FIELD)
    asking.close()

    assert len(authority.asked) == 2


@pytest.mark.requirement("S01", "the secrets of an OAuth app, renewed ones too: 0 hits")
@pytest.mark.requirement("S02", "the secrets of an OAuth app are in no address")
def test_a_run_signs_in_by_an_oauth_app_and_shows_no_secret(
    jira: JiraCloud, authority: Authority, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hidden = settings(jira, tmp_path / "tokens").secrets
    told = LiveSettings("eng", "UTC", jira.address, {}, hidden, tmp_path / "tokens")
    dead = Fault("status", "changelog", 1, 1, {"status": 401})
    jira.faults.append(dead)

    report = extract(JIRA, told, tmp_path / "raw")

    assert report.state == "fresh", report.reason
    assert len(authority.asked) == 2
    known = [CLIENT["client_secret"], *authority.asked, authority.refresh, jira.oauth_token]
    (tmp_path / "report.json").write_bytes(report.json())
    found = leaks(tmp_path, known, *capfd.readouterr())
    assert [name for name in found if not name.startswith("tokens/")] == []
    sent = "".join(f"{each.path} {each.query}\n" for each in jira.requests)
    assert leaks(tmp_path / "none", known, sent) == []


def test_asana_takes_a_form_and_keeps_its_refresh_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = Asana(World(13, items=10, people=3, containers=2))
    given: Callable[[str], None] = lambda token: setattr(simulator, "token", token)  # noqa: E731
    with simulator.serving(), serving(Authority(given, rotates=False)) as authority:
        monkeypatch.setattr("connectors.asana.live.AUTHORITY", authority.address)
        secrets = {role: Secret(value) for role, value in CLIENT.items()}
        secrets["refresh_token"] = Secret(FIRST)
        address, options = f"{simulator.address}/api/1.0", {"workspace": WORKSPACE}
        told = LiveSettings("ops", "UTC", address, options, secrets, tmp_path)

        found = [identify(ASANA, told).detail for _ in range(2)]

    assert found[0] == found[1] == "workspace Simulated"
    assert authority.asked == [FIRST, FIRST]
    assert kept_in(tmp_path) == []


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ("client_id_env: A, client_secret_env: B, refresh_token_env: C", None),
        ("client_id_env: A, client_secret_env: B", "refresh_token_env"),
        ("client_id_env: A, client_secret_env: B, refresh_token_env: C, token_env: D", "token_env"),
    ],
)
def test_an_oauth_app_needs_its_three_variables_and_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: str, fault: str | None
) -> None:
    entry = f"{{name: eng, type: jira, url: 'https://x.atlassian.net', {keys}}}"
    (tmp_path / "throughline.yml").write_text(f"organisation: {{name: E}}\nsources: [{entry}]\n")
    for name in "ABCD":
        monkeypatch.setenv(name, f"CanaryOfVariable{name}")

    errors = [str(each) for each in check_home(tmp_path) if each.severity == "error"]

    assert len(errors) == (fault is not None)
    if fault:
        assert fault in errors[0]
    else:
        home = load_home(tmp_path)
        told = live_settings(home, home.sources[0])
        access = JIRA.access(told)
        assert access.headers == {} and access.grant is not None
        assert access.grant.folder == tmp_path / "data" / "tokens"
        assert "Canary" not in repr(access)
