"""The sources in throughline.yml: where work items come from, and how they are read."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, create_model

from connectors.registry import trackers
from pipelines.home.values import Day, Part, Text, Texts, Variable, Zone, refused

Category = Literal["todo", "in_progress", "done", "dropped"]
LOOPBACK = re.compile(r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/|$)")


def _source_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", value):
        raise refused("lower-case letters, digits, - and _, with a letter or digit in front")
    return value


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?", value):
        raise refused("an address such as https://example.atlassian.net, without a user or a token")
    return value.rstrip("/")


def is_encrypted(address: str) -> bool:
    """True if an address may be asked with a token: over https, or on this machine."""
    return address.startswith("https://") or LOOPBACK.match(address) is not None


def _asked(value: str) -> str:
    found = _address(value)
    if not is_encrypted(found):
        raise refused("an address with https://; only this machine is asked without encryption")
    return found


def _quiet(value: str) -> str:
    clock = r"(?:[01]\d|2[0-3]):[0-5]\d"
    if not re.fullmatch(rf"{clock}-{clock}", value) or value[:5] == value[6:]:
        raise refused("hours written like '08:00-18:00' or '22:00-06:00'")
    return value


Address = Annotated[str, AfterValidator(_address)]
AskedAddress = Annotated[str, AfterValidator(_asked)]
SourceName = Annotated[str, AfterValidator(_source_name)]
QuietHours = Annotated[str, AfterValidator(_quiet)]


class SourceFields(Part):
    """Which of the tracker's fields hold a size."""

    points: Text | None = Field(None, description="The field with story points, by name.")
    estimate: Text | None = Field(None, description="A field with an estimate in hours, by name.")


class _Source(Part):
    name: SourceName = Field(description="Short name; it prefixes every id of this source.")
    export: Texts | None = Field(
        None, description="Exported files instead of the API: a file, a folder, a glob, or a list."
    )
    url: Address | None = Field(None, description="The tracker's address, for links to items.")
    status_map: dict[Text, Category] = Field(
        {}, description="Status, list or section names and the category each means."
    )
    dropped: Texts = Field((), description="Resolutions and statuses that mean given up.")
    fields: SourceFields = SourceFields(points=None, estimate=None)
    timezone: Zone = Field("UTC", description="For timestamps without an offset.")
    max_minutes: int = Field(
        120, ge=1, le=1440, description="How long a run asks; the next run goes on from there."
    )
    max_requests: int | None = Field(None, ge=1, description="How many requests a run makes.")
    requests_at_once: int = Field(8, ge=1, le=32, description="Requests in flight at a time.")
    quiet_hours: QuietHours | None = Field(
        None, description="Hours, in the organisation's time zone, in which nothing is asked."
    )
    overlap_minutes: int | None = Field(
        None, ge=1, le=10080, description="How far before its last good read a run asks again."
    )
    ca_bundle: Text | None = Field(
        None, description="File of certificates to trust instead of the usual ones."
    )
    proxy: Address | None = Field(None, description="Proxy, if not that of the environment.")


class _OAuthSource(_Source):
    """A source that an OAuth app may sign in to, in place of a token."""

    client_id_env: Variable | None = Field(
        None, description="Environment variable with the client id of an OAuth app."
    )
    client_secret_env: Variable | None = Field(
        None, description="Environment variable with the client secret of the OAuth app."
    )
    refresh_token_env: Variable | None = Field(
        None,
        description="Environment variable with the first refresh token; those that replace it are "
        "kept in data/tokens.",
    )


class JiraSource(_OAuthSource):
    """A Jira site, or exports of one."""

    type: Literal["jira"]
    user_env: Variable | None = Field(
        None, description="Environment variable with the user; without one the token is a bearer."
    )
    token_env: Variable | None = Field(None, description="Environment variable with the token.")
    token_created: Day | None = Field(
        None, description="When the token was made: it lives a year, and is warned of before."
    )
    cloud_id: Text | None = Field(
        None, description="Id of the site, for a scoped token; the site tells it if it is left out."
    )
    projects: Texts = Field((), description="Keys of the projects to read; default: all.")


class AsanaSource(_OAuthSource):
    """An Asana workspace, or exports of one."""

    type: Literal["asana"]
    token_env: Variable | None = Field(None, description="Environment variable with the token.")
    workspace: Text | None = Field(None, description="Id of the workspace.")
    projects: Texts = Field((), description="Ids or names of the projects; default: all.")
    tasks_in_no_project: bool = Field(False, description="Read those too, person by person.")
    requests_per_minute: int = Field(
        1500, ge=1, description="What the plan allows (150 free, 1500 paid); half of it is used."
    )
    full_every_days: int = Field(7, ge=1, le=365, description="Days between looks at all tasks.")
    time_window_weeks: int = Field(5, ge=1, le=520, description="Weeks of time entries compared.")
    portfolio_owner: Text = Field("me", description="Id of the person whose portfolios are read.")
    api: AskedAddress | None = Field(
        None, description="Address of the API with its path, if it is not Asana's own."
    )


class TrelloSource(_Source):
    """A Trello organisation, or exports of its boards."""

    type: Literal["trello"]
    key_env: Variable | None = Field(None, description="Environment variable with the API key.")
    token_env: Variable | None = Field(None, description="Environment variable with the token.")
    boards: Texts = Field((), description="Ids or short links of the boards; default: all.")
    api: AskedAddress | None = Field(
        None, description="Address of the API with its path, if it is not Trello's own."
    )


class PlainSource(_Source):
    """A tracker without settings of its own: an address, and what signs in."""

    user_env: Variable | None = Field(None, description="Environment variable with the user.")
    token_env: Variable | None = Field(None, description="Environment variable with the token.")
    api: AskedAddress | None = Field(None, description="Address of the API with its path.")


LIVE_SETTINGS: dict[str, tuple[str, ...]] = {
    "jira": ("url", "token_env"),
    "asana": ("token_env", "workspace"),
    "trello": ("key_env", "token_env"),
}
"""What a source needs that is read from the tracker itself."""


def _plain(tracker: str) -> type[_Source]:
    """The settings of a tracker that has none of its own."""
    told: dict[str, Any] = {"type": (Literal[tracker], ...)}  # pyright: ignore[reportInvalidTypeForm]
    name = f"{tracker.title().replace('_', '')}Source"
    return create_model(name, __base__=PlainSource, __doc__=PlainSource.__doc__, **told)


if TYPE_CHECKING:
    SourceEntry = JiraSource | AsanaSource | TrelloSource
else:
    _OTHERS = [name for name in trackers() if name not in LIVE_SETTINGS]
    LIVE_SETTINGS |= dict.fromkeys(_OTHERS, ("api", "token_env"))
    _KINDS = (JiraSource, AsanaSource, TrelloSource, *map(_plain, _OTHERS))
    SourceEntry = Annotated[reduce(or_, _KINDS), Field(discriminator="type")]

OAUTH = {
    "client_id_env": "client_id",
    "client_secret_env": "client_secret",
    "refresh_token_env": "refresh_token",
}
ROLES = {"user_env": "user", "token_env": "token", "key_env": "key", **OAUTH}
"""Which secret the variable that a setting names holds; an OAuth app has three."""


def needed(entry: SourceEntry) -> tuple[str, ...]:
    """Return the settings without which a source cannot be read from the tracker itself."""
    found = LIVE_SETTINGS[entry.type]
    if not any(getattr(entry, key, None) for key in OAUTH):
        return found
    return (*(key for key in found if key != "token_env"), *OAUTH)


BUDGET = ("max_minutes", "max_requests", "requests_at_once", "quiet_hours")
"""What bounds a run's asking, whichever tracker it is."""

OPTIONS = (
    "url",
    "api",
    *ROLES,
    *BUDGET,
    "projects",
    "boards",
    "workspace",
    "cloud_id",
    "token_created",
    "tasks_in_no_project",
    "requests_per_minute",
    "full_every_days",
    "time_window_weeks",
    "portfolio_owner",
    "overlap_minutes",
    "ca_bundle",
    "proxy",
)
"""Every setting of a source that only matters if it is read from the tracker itself."""
