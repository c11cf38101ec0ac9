"""Signing in to Jira: where it is reached, as whom, and which kind of Jira it is."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from connectors.errors import (
    AccessError,
    DeferredError,
    Missing,
    Refused,
    SettingsError,
    TemporaryError,
)
from connectors.jira.dialect import JiraDialect
from connectors.live import Access, LiveSettings
from connectors.oauth import grant
from connectors.secrets import Secret

if TYPE_CHECKING:
    from connectors.http import Client

PLATFORM = "https://api.atlassian.com"
AUTHORITY = "https://auth.atlassian.com/oauth/token"
"""Where access tokens of OAuth apps come from; each comes with a new refresh token."""

READS = (
    "/rest/api/3/search/jql",
    "/rest/api/3/search/approximate-count",
    "/rest/api/3/issue/bulkfetch",
    "/rest/api/3/changelog/bulkfetch",
    "/rest/api/3/worklog/list",
    "/rest/api/2/search",
    "/rest/api/2/worklog/list",
)


class _Server(msgspec.Struct, rename="camel"):
    deployment_type: str = ""
    version: str = ""


class _Tenant(msgspec.Struct, rename="camel"):
    cloud_id: str


class _Myself(msgspec.Struct, rename="camel"):
    account_id: str | None = None
    key: str | None = None
    name: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True)
class Site:
    """A Jira that has been signed in to. ``client`` asks at the address that took the token."""

    client: Client
    address: str
    is_cloud: bool
    version: str
    account: str
    timezone: str

    @property
    def api(self) -> str:
        """The path that the REST API is under."""
        return "/rest/api/3" if self.is_cloud else "/rest/api/2"


def hosts(settings: LiveSettings) -> tuple[str, ...]:
    """Return the site's host, and the one that scoped tokens are for."""
    return urlsplit(settings.address).netloc, urlsplit(_platform(settings)).netloc


def access(settings: LiveSettings) -> Access:
    """Return how the site is reached: a user and a token are Basic, a token alone is Bearer.

    Access tokens of an OAuth app are Bearer, too, and taken where scoped tokens are.

    Raises:
        SettingsError: If the address or the token is not set.
    """
    token = settings.secrets.get("token")
    allowed = grant(settings.secrets, AUTHORITY, settings.kept)
    if not settings.address or (token is None and allowed is None):
        needed = "`url`" if not settings.address else "the variable that `token_env` names"
        raise SettingsError(f"The source `{settings.name}` needs {needed}. Set it and run again.")
    cloud_id = settings.options.get("cloud_id")
    address = _scoped(settings, str(cloud_id)) if cloud_id else settings.address
    if token is None:
        return Access(address, {}, JiraDialect(), READS, allowed)
    user = settings.secrets.get("user")
    if user is None:
        signed = f"Bearer {token.reveal()}"
    else:
        pair = f"{user.reveal()}:{token.reveal()}".encode()
        signed = f"Basic {base64.b64encode(pair).decode()}"
    return Access(address, {"Authorization": Secret(signed)}, JiraDialect(), READS)


def sign_in(settings: LiveSettings, client: Client) -> Site:
    """Find out which Jira this is and whether it takes the token.

    A scoped token is refused by the site itself. The site then tells its cloud id, and the token
    is tried where scoped tokens are taken. That of an OAuth app is tried there alone.

    Raises:
        AccessError: If the token is taken nowhere, or may not be used.
    """
    reached = access(settings)
    address = reached.address
    if reached.grant is not None:
        if address == settings.address:
            address = _address_for_scoped_tokens(settings, client) or address
        return _asked(client.at(address), address)
    try:
        return _asked(client, address)
    except Refused as refusal:
        scoped = _address_for_scoped_tokens(settings, client) if refusal.status == 401 else None
        if scoped is None or scoped == address:
            raise _refused(settings, address, refusal.status, scoped) from refusal
    try:
        return _asked(client.at(scoped), scoped)
    except Refused as refusal:
        raise _refused(settings, address, refusal.status, scoped) from refusal
    except DeferredError:
        raise
    except TemporaryError as fault:
        raise TemporaryError(
            f"Jira refused the token of source `{settings.name}` at {address} (401), and it could "
            f"not be tried at {scoped}, where scoped tokens are taken: {fault}"
        ) from fault


def _asked(client: Client, address: str) -> Site:
    # Both kinds of Jira answer this one, and it alone says which kind it is.
    server = client.get("/rest/api/2/serverInfo").json(_Server)
    is_cloud = server.deployment_type.lower() == "cloud"
    version = "3" if is_cloud else "2"
    me = client.get(f"/rest/api/{version}/myself").json(_Myself)
    account = me.account_id or me.key or me.name
    if not account:
        raise Refused(f"{address} does not say who is signed in.", 401)
    return Site(client, address, is_cloud, server.version, account, me.time_zone or "")


def _address_for_scoped_tokens(settings: LiveSettings, client: Client) -> str | None:
    try:
        answer = client.get("/_edge/tenant_info", pass_through={401, 403})
    except Missing:
        return None
    if answer.status != 200:
        return None
    return _scoped(settings, answer.json(_Tenant).cloud_id)


def _scoped(settings: LiveSettings, cloud_id: str) -> str:
    return f"{_platform(settings)}/ex/jira/{cloud_id}"


def _platform(settings: LiveSettings) -> str:
    return str(settings.options.get("platform") or PLATFORM).rstrip("/")


def _refused(settings: LiveSettings, address: str, status: int, scoped: str | None) -> AccessError:
    kind = "API token of the user" if "user" in settings.secrets else "bearer token"
    where = address if scoped in (None, address) else f"{address} and {scoped}"
    advice = "Set the variable that `token_env` names to a token that may read the projects"
    if scoped:
        advice += (
            f". A scoped token is taken at {scoped} only and needs the scopes read:jira-work and "
            "read:jira-user; with one of a service account, `user_env` names its address"
        )
    elif "user" not in settings.secrets:
        advice += ", and `user_env` to the account's address if this is an API token of Cloud"
    return Refused(
        f"Jira refused the {kind} of source `{settings.name}` at {where} ({status}). {advice}. "
        "Then run `throughline check`.",
        status,
    )
