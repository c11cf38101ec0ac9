"""A Jira that is asked over the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from connectors.contract import Record
from connectors.errors import ResponseError
from connectors.jira import plans
from connectors.jira.catalogues import USERS, catalogue, users
from connectors.jira.client import Site, sign_in
from connectors.jira.cloud import PAGE_OF_IDS, Cloud
from connectors.jira.data_center import DataCenter
from connectors.jira.deployment import Deployment, Project
from connectors.jira.export import FIELDS, ISSUES, STATUSES, WORKLOGS
from connectors.jira.feeds import DELETIONS, deletions, worklogs
from connectors.jira.glances import Glance
from connectors.jira.shapes import Field
from connectors.jira.wanted_fields import WantedFields, wanted_fields
from connectors.jira.windows import Window, halves
from connectors.live import (
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

if TYPE_CHECKING:
    from connectors.http import Client

TOKEN_LIFE = timedelta(days=365)
WARNED_BEFORE = timedelta(days=30)
_GONE_WITH: dict[str | None, Outcome] = {
    None: "access_lost",
    "trashed": "trashed",
    "archived": "archived",
    "live": "deleted",
}


class JiraReader:
    """One site. Which kind of Jira it is, it says itself when it is asked first."""

    def __init__(self, settings: LiveSettings, client: Client) -> None:
        """Ask nothing yet."""
        self._settings = settings
        self._client = client
        self._asked_before: list[str] = []
        minutes = settings.options.get("overlap_minutes")
        self._overlap = timedelta(minutes=float(str(minutes))) if minutes else plans.OVERLAP

    @cached_property
    def _site(self) -> Site:
        return sign_in(self._settings, self._client)

    @cached_property
    def _jira(self) -> Deployment:
        return Cloud(self._site) if self._site.is_cloud else DataCenter(self._site)

    @cached_property
    def _wanted(self) -> WantedFields:
        told = self._site.client.get(f"{self._site.api}/field").json(list[Field])
        return wanted_fields(told, self._settings.options)

    def identify(self) -> Identity:
        """Sign in, and tell what a person should know or decide.

        Raises:
            AccessError: If the token is not taken.
        """
        site = self._site
        kind = "Jira Cloud" if site.is_cloud else "Jira Data Center"
        now = site.client.server_time()
        ends = _token_ends(self._settings)
        warnings = (*self._wanted.warnings, *_expiry(self._settings, ends, now))
        detail = f"{kind} {site.version} at {site.address}"
        return Identity(site.account, site.timezone, now, detail, warnings, ends)

    def scopes(self) -> Sequence[Scope]:
        """Return the site as a whole, then every project that is to be read, by id."""
        wanted = self._keys()
        roster = self._jira.roster()
        read = [each for each in roster if not wanted or _is_among(each, wanted)]
        found = [self._scope(each) for each in self._jira.with_last_changes(read)]
        missing = [key for key in wanted if not any(each.is_named(key) for each in roster)]
        return (
            Scope("", self._settings.name, "site"),
            *found,
            *(_unseen(key, roster) for key in sorted(missing)),
        )

    def plan(
        self, scope: Scope, mark: Mapping[str, Any] | None, awaited: Sequence[str] = ()
    ) -> Plan:
        """Say what to read of the site or of a project after a mark."""
        if not scope.id:
            self._asked_before = plans.fields_of(mark)
        fields = self._wanted.with_those([*self._asked_before, *plans.fields_of(mark)])
        now = self._site.client.server_time()
        asked = plans.Asked(self._site.api, fields, now, self._overlap)
        if not scope.id:
            return plans.plan_of_the_site(asked, scope, mark)
        return plans.plan_of_a_project(self._jira, asked, scope, mark, awaited)

    def step(self, slice: Slice, token: str | None) -> Step:
        """Read one page.

        Raises:
            TokenExpired: If Jira no longer takes the token.
        """
        client, api = self._site.client, self._site.api
        if slice.stream == ISSUES:
            is_by_id = plans.is_by_id(slice)
            return self._by_id(slice, token) if is_by_id else self._issues(slice, token)
        if slice.stream == WORKLOGS:
            return worklogs(client, api, slice, token)
        if slice.stream == DELETIONS:
            return deletions(client, api, slice, token)
        if slice.stream == USERS:
            return users(self._jira, slice, token)
        if slice.stream in (FIELDS, STATUSES):
            return catalogue(client, slice)
        raise ResponseError(f"Jira has no stream {slice.stream}. Report it.")

    def expected(self, slice: Slice) -> int | None:
        """Return how many issues a window holds, about; None for what nobody counts."""
        if slice.stream != ISSUES or plans.is_by_id(slice):
            return None
        return self._jira.counts([plans.window_of(slice).jql()])[0]

    def halves(self, slice: Slice) -> Sequence[Slice]:
        """Cut a window of issues in two by their creation; none if it is a minute wide."""
        if slice.stream != ISSUES or plans.is_by_id(slice):
            return ()
        window = plans.window_of(slice)
        first, last = plans.span(self._jira, window, self._site.client.server_time())
        found = halves(window, first, last)
        fields = slice.request["fields"]
        return [
            plans.issue_slice(slice, f"{slice.name}-{number}", half, fields)
            for number, half in enumerate(found)
        ]

    def census(self, scope: Scope) -> Iterator[Sequence[str]] | None:
        """Yield the ids of all issues of a project that a search finds.

        Raises:
            ResponseError: At the end, if there are clearly fewer than Jira counts.
        """
        if not scope.id or not scope.is_readable:
            return None
        return self._census(Window(scope.id).jql())

    def look_up(self, scope: Scope, ids: Sequence[str]) -> Mapping[str, Outcome]:
        """Say of each issue of a project what became of it, by asking for it and its project.

        An issue that is in no answer while its project may be read is deleted. Jira does not tell
        that from one that a security level hides.
        """
        wanted = self._keys()
        roster = {project.id: project for project in self._jira.roster()}
        here = self._jira.whereabouts(ids)
        found: dict[str, Outcome] = {}
        for each in ids:
            place = here.get(each)
            project = roster.get(place.project if place else scope.id)
            outcome = _GONE_WITH[project.state if project else None]
            if place and outcome == "deleted":
                outcome = "archived" if place.is_archived else "present"
            if place and project and wanted and not _is_among(project, wanted):
                outcome = "unobserved"
            found[each] = outcome
        return found

    def requests_expected(self, scope: Scope, mark: Mapping[str, Any] | None) -> Forecast | None:
        """Say what reading a project will cost: two requests a page, one point more an issue; at
        first the census too, which lists every issue once more."""
        if not scope.id or not scope.is_readable:
            return None
        since = None
        if mark is not None:
            since = int(mark["asked"]) - plans.milliseconds(self._overlap)
        [items] = self._jira.counts([Window(scope.id, updated_from=since).jql()])
        requests, points = 2 + 2 * (items // 100 + 1), items
        if mark is None:
            requests, points = requests + 2 + items // PAGE_OF_IDS, 2 * items
        return Forecast(items, requests, requests + points)

    def _scope(self, project: Project) -> Scope:
        """Return a project as a scope; it changed, too, where its stamp differs from the mark's."""
        told = project.id, project.key, "project", project.last_changed
        if project.state == "archived":
            return Scope(*told, False, "The project is archived.", "archived")
        if project.state == "trashed":
            return Scope(*told, False, "The project is in the trash.", "trashed")
        stamp = f"{project.key} {project.issues} {','.join(self._wanted.ids)}"
        return Scope(*told, stamp=stamp)

    def _issues(self, slice: Slice, token: str | None) -> Step:
        window, request = plans.window_of(slice), slice.request
        jql = f"{window.jql()} {self._jira.order(window.updated_from is not None)}"
        found = self._jira.issues(jql, request["fields"], token)
        note = request.get("note") if token is None else None
        records = [_record(slice, each, payload) for each, payload in found.issues]
        notes = (*((note,) if note else ()), *found.notes)
        return Step(records, found.token, len(records) + len(found.notes), notes)

    def _by_id(self, slice: Slice, token: str | None) -> Step:
        """A page of issues asked for by id; those that have left the project are not of it."""
        ids, start = slice.request["ids"], int(token or 0)
        stop = start + plans.IDS_PER_PAGE
        here = ids[start:stop]
        found = self._jira.issues_by_id(here, slice.request["fields"])
        records = [
            _record(slice, each, payload)
            for each, payload in found.issues
            if each.project in ("", slice.scope)
        ]
        told = f"{len(records)} of {len(here)} issues that no page held, asked for by id"
        token = str(stop) if stop < len(ids) else None
        return Step(records, token, len(records), (told, *found.notes))

    def _census(self, jql: str) -> Iterator[Sequence[str]]:
        found: set[str] = set()
        for page in self._jira.ids(jql):
            found.update(page)
            yield page
        [expected] = self._jira.counts([jql])
        if expected - len(found) > max(5, expected // 100):
            raise ResponseError(
                f"Jira lists {len(found)} issues for `{jql}` and counts {expected}. Nothing is "
                "taken for deleted. Run again; report it if it comes back."
            )

    def _keys(self) -> list[str]:
        told = self._settings.options.get("projects")
        return [str(key) for key in told] if isinstance(told, (list, tuple)) else []


def _record(slice: Slice, issue: Glance, payload: bytes) -> Record:
    return Record(ISSUES, issue.id, payload, issue.updated, slice.scope)


def _unseen(key: str, roster: Sequence[Project]) -> Scope:
    reason = f"No project {key} may be seen: its key is another, or the account may not browse it."
    live = [each for each in roster if each.state == "live"]
    among = {each.name: each.key for each in live} | {each.key: each.key for each in live}
    return unseen(key, "project", reason, among)


def _is_among(project: Project, keys: Sequence[str]) -> bool:
    return any(project.is_named(key) for key in keys)


def _token_ends(settings: LiveSettings) -> datetime | None:
    """Return when the token dies (naive UTC), where the settings tell when it was made."""
    told = settings.options.get("token_created")
    return datetime.fromisoformat(str(told)[:10]) + TOKEN_LIFE if told else None


def _expiry(settings: LiveSettings, ends: datetime | None, now: datetime) -> Sequence[str]:
    """Warn before the token dies, where it is known when that is."""
    if ends is None or ends.date() - WARNED_BEFORE > now.date():
        return ()
    return (
        f"The token of `{settings.name}` lives until {ends.date()}. Make a new one before that.",
    )
