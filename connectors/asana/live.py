"""Asana over the network: who we are, which projects there are, and what to read of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from connectors.asana.asked import ME, PROJECT
from connectors.asana.asking import Question, everything, objects
from connectors.asana.heads import number_of_tasks
from connectors.asana.planning import UNPLACED, Habits, ProjectPlanner, plan_workspace
from connectors.asana.timing import TimeWindow
from connectors.asana.walks import Walks
from connectors.errors import AccessError, SettingsError
from connectors.http import Answer, Client
from connectors.limits import Dialect, Pause
from connectors.live import (
    Access,
    Forecast,
    Identity,
    LiveSettings,
    Outcome,
    Plan,
    Scope,
    Slice,
    Step,
)
from connectors.naming import unseen
from connectors.oauth import grant
from connectors.secrets import Secret
from connectors.shaping import shaped

ADDRESS = "https://app.asana.com/api/1.0"
AUTHORITY = "https://app.asana.com/-/oauth_token"
_REQUESTS_PER_TASK = 1.5
_OUTCOMES: dict[int, Outcome] = {404: "deleted", 403: "access_lost", 402: "unobserved"}


class _Named(msgspec.Struct):
    gid: str
    name: str = ""


class _Me(msgspec.Struct):
    gid: str
    name: str = ""
    workspaces: list[_Named] = []


class _Answer(msgspec.Struct):
    data: _Me


class _Project(msgspec.Struct):
    gid: str
    name: str = ""
    archived: bool = False


class AsanaDialect(Dialect):
    """Asana counts requests per token, refused ones too: whoever is refused, all are silent."""

    def __init__(self, per_minute: int) -> None:
        self.rates = {"read": (per_minute, 60.0)}

    def pause(self, answer: Answer) -> Pause | None:
        """Return the silence asked for; of everything, for the limit is that of the token."""
        asked = super().pause(answer)
        return Pause(asked.seconds, whole_source=True) if asked else None


def access(settings: LiveSettings) -> Access:
    """Return how Asana is reached.

    Raises:
        SettingsError: If there is no token.
    """
    token = settings.secrets.get("token")
    per_minute = _number(settings, "requests_per_minute", 1500)
    address, dialect = settings.address or ADDRESS, AsanaDialect(per_minute)
    allowed = grant(settings.secrets, AUTHORITY, settings.kept, is_form=True)
    if token is None and allowed is not None:
        return Access(address, {}, dialect, grant=allowed)
    if token is None:
        raise SettingsError(
            f"Source {settings.name} has no token. Make a personal access token in Asana's "
            "developer console and set the variable that the source names."
        )
    headers = {"Authorization": Secret(f"Bearer {token.reveal()}")}
    return Access(address, headers, dialect)


def hosts(settings: LiveSettings) -> tuple[str, ...]:
    """Return the one host that is asked."""
    return (urlsplit(settings.address or ADDRESS).netloc,)


class AsanaReader:
    """Reads one workspace."""

    def __init__(self, settings: LiveSettings, client: Client) -> None:
        self._settings = settings
        self._client = client
        self._walks = Walks(client)
        self._habits = Habits(
            timedelta(minutes=_number(settings, "overlap_minutes", 15)),
            timedelta(days=_number(settings, "full_every_days", 7)),
            _number(settings, "time_window_weeks", 5),
            str(settings.options.get("portfolio_owner", "me")),
        )
        self._at: str | None = None
        self._planner: ProjectPlanner | None = None
        self._roster: frozenset[str] = frozenset()

    def identify(self) -> Identity:
        """Ask who we are and choose the workspace.

        Raises:
            AccessError: If the token is no good, or sees no workspace.
            SettingsError: If it sees several and the source names none of them.
        """
        me = self._me()
        workspace = self._chosen(me)
        self._at = workspace.gid
        detail = f"workspace {workspace.name or workspace.gid}"
        return Identity(me.name or me.gid, "UTC", self._client.server_time(), detail)

    def scopes(self) -> Sequence[Scope]:
        """Return the workspace, then its projects by gid, archived ones included, then the rest.

        A project that the source names and the workspace has not is one that cannot be read.
        """
        question = Question("/projects", PROJECT, {"workspace": self._workspace()})
        told = [shaped(each, _Project) for each in everything(self._client, question)]
        self._roster = frozenset(each.gid for each in told)
        wanted = self._settings.options.get("projects")
        chosen = {str(each) for each in wanted} if isinstance(wanted, (list, tuple)) else set()
        projects = [each for each in told if not chosen or chosen & {each.gid, each.name}]
        roster = [Scope(each.gid, each.name, "project") for each in projects]
        named = {text for each in told for text in (each.gid, each.name)}
        roster += [
            _unseen(name, {each.name: each.name for each in told}) for name in chosen - named
        ]
        whole = Scope("", self._settings.name, "workspace")
        rest = [Scope(UNPLACED, "Tasks in no project", "workspace")]
        has_rest = self._settings.options.get("tasks_in_no_project", False) is True
        return [whole, *sorted(roster, key=lambda scope: scope.id), *(rest if has_rest else [])]

    def plan(
        self, scope: Scope, mark: Mapping[str, Any] | None, awaited: Sequence[str] = ()
    ) -> Plan:
        """Say what to read of the workspace's catalogues, or of a project."""
        if not scope.id:
            return plan_workspace(self._client, self._workspace(), self._habits)
        if scope.id == UNPLACED:
            return self._projects().plan_unplaced(self._workspace(), mark, awaited)
        return self._projects().plan(scope.id, mark, awaited)

    def step(self, slice: Slice, token: str | None) -> Step:
        """Read one page."""
        return self._walks.step(slice, token)

    def expected(self, slice: Slice) -> int | None:
        """Return how many tasks were seen when the first load of a project was planned."""
        return slice.request.get("count")

    def halves(self, slice: Slice) -> Sequence[Slice]:
        """Return a slice that came out short once more; a list of tasks cannot be cut."""
        if slice.name.endswith("-again"):
            return ()
        return (msgspec.structs.replace(slice, name=f"{slice.name}-again"),)

    def census(self, scope: Scope) -> Iterable[Sequence[str]] | None:
        """Yield the ids that the plan of this run saw, if it looked at everything."""
        if not scope.id:
            return None
        if scope.id == UNPLACED:
            heads = self._projects().walked_unplaced(self._workspace())
        else:
            heads = self._projects().walked(scope.id)
        return heads.pages() if heads is not None else None

    def look_up(self, scope: Scope, ids: Sequence[str]) -> Mapping[str, Outcome]:
        """Ask for each task: 404 is deleted (Asana's trash answers so too), 403 is access lost."""
        told = objects(self._client, [f"/tasks/{gid}" for gid in ids], ["gid"])
        pairs = zip(ids, told, strict=True)
        return {gid: _OUTCOMES[each] if isinstance(each, int) else "present" for gid, each in pairs}

    def requests_expected(self, scope: Scope, mark: Mapping[str, Any] | None) -> Forecast | None:
        """Say what the first load of a project costs: the history of each task is a request."""
        if mark is not None or scope.id in ("", UNPLACED):
            return None
        count = number_of_tasks(self._client, scope.id)
        return None if count is None else Forecast(count, round(count * _REQUESTS_PER_TASK))

    def _me(self) -> _Me:
        answer = self._client.get("/users/me", {"opt_fields": ",".join(ME)})
        return answer.json(_Answer).data

    def _chosen(self, me: _Me) -> _Named:
        wanted = str(self._settings.options.get("workspace", ""))
        found = [each for each in me.workspaces if wanted in ("", each.gid, each.name)]
        names = ", ".join(f"{each.name} ({each.gid})" for each in me.workspaces)
        if not me.workspaces:
            raise AccessError(f"The token of source {self._settings.name} sees no workspace.")
        if len(found) != 1:
            raise SettingsError(
                f"Source {self._settings.name} needs `workspace`, one of: {names or 'none'}."
            )
        return found[0]

    def _workspace(self) -> str:
        if self._at is None:
            self._at = self._chosen(self._me()).gid
        return self._at

    def _projects(self) -> ProjectPlanner:
        if self._planner is None:
            times = TimeWindow(self._client, self._workspace(), self._habits.weeks_of_time)
            self._planner = ProjectPlanner(self._client, times, self._habits, self._roster)
        return self._planner


def _unseen(name: str, names: Mapping[str, str]) -> Scope:
    reason = (
        f"No project {name} may be seen: its name or id is another, or the token's owner may not "
        "open it."
    )
    return unseen(name, "project", reason, names)


def _number(settings: LiveSettings, name: str, otherwise: int) -> int:
    value = settings.options.get(name, otherwise)
    if not isinstance(value, int) or value < 1:
        raise SettingsError(f"`{name}` of source {settings.name} must be a whole number from 1 on.")
    return value
