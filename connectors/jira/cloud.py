"""How Jira Cloud is asked: REST 3, pages by token, histories in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from connectors.errors import ResponseError, TokenExpired
from connectors.http import Call
from connectors.jira import history
from connectors.jira.client import Site
from connectors.jira.comments import with_all_comments
from connectors.jira.deployment import Found, Project, ProjectState, Whereabouts
from connectors.jira.glances import Glance, glance
from connectors.jira.times import instant
from connectors.shaping import shaped

SEARCH = "/rest/api/3/search/jql"
COUNT = "/rest/api/3/search/approximate-count"
FETCH = "/rest/api/3/issue/bulkfetch"
PAGE, PAGE_OF_IDS, FETCHED_AT_ONCE, PAGE_OF_PROJECTS, PAGE_OF_USERS = 100, 5_000, 100, 50, 1_000


class _Page(msgspec.Struct, rename="camel"):
    issues: list[msgspec.Raw] = []
    next_page_token: str | None = None
    is_last: bool | None = None


class _Count(msgspec.Struct):
    count: int


class _Insight(msgspec.Struct, rename="camel"):
    last_issue_update_time: str | None = None
    total_issue_count: int | None = None


class _Project(msgspec.Struct, rename="camel"):
    id: str
    key: str
    name: str = ""
    archived: bool = False
    deleted: bool = False
    project_keys: list[str] = []
    insight: _Insight | None = None


class _Projects(msgspec.Struct, rename="camel"):
    values: list[_Project] = []
    is_last: bool | None = None
    total: int | None = None


class _Fetched(msgspec.Struct, rename="camel"):
    issues: list[msgspec.Raw] = []


class _Refusal(msgspec.Struct, rename="camel"):
    error_messages: list[str] = []


class Cloud:
    """Jira Cloud. By id it gives as many issues in an answer as by a search."""

    most_by_id = 10_000

    def __init__(self, site: Site) -> None:
        """Ask through a site that has been signed in to."""
        self._client = site.client

    def roster(self) -> list[Project]:
        """Return every project that may be seen, archived and trashed ones too, by id.

        Source: ``GET /rest/api/3/project/search``; its ``status`` is marked experimental.
        """
        found: dict[str, Project] = {}
        start = 0
        while True:
            query = {
                "status": ["live", "archived", "deleted"],
                "expand": "projectKeys,insight",
                "orderBy": "key",
                "startAt": start,
                "maxResults": PAGE_OF_PROJECTS,
            }
            page = self._client.get("/rest/api/3/project/search", query).json(_Projects)
            found |= {each.id: _project(each) for each in page.values}
            start += len(page.values)
            if page.is_last or not page.values:
                return sorted(found.values(), key=lambda project: (len(project.id), project.id))

    def with_last_changes(self, projects: Sequence[Project]) -> list[Project]:
        """Return the projects as they are: the roster of Cloud tells both."""
        return list(projects)

    def issues(self, jql: str, fields: Sequence[str], token: str | None) -> Found:
        """Return a page of issues with all their comments and their histories."""
        page = self._search(jql, fields, token, PAGE)
        return self._found(page.issues, page.next_page_token)

    def issues_by_id(self, ids: Sequence[str], fields: Sequence[str]) -> Found:
        """Return those of at most 100 issues that Jira gives; it says of none why it does not."""
        page = self._client.post(FETCH, _wanted(ids, fields)).json(_Fetched)
        return self._found(page.issues, None)

    def _found(self, issues: Sequence[msgspec.Raw], token: str | None) -> Found:
        """Return issues with all their comments and their histories."""
        told = [(bytes(raw), glance(raw)) for raw in issues]
        ids = [each.id for _, each in told]
        entries = history.histories(self._client, ids)
        silent = [each for _, each in told if not entries.get(each.id) and each.has_changed]
        gone = self._without_history(silent, entries)
        whole = [
            (each, self._complete(raw, each, entries.get(each.id, [])))
            for raw, each in told
            if each.id not in gone
        ]
        notes = tuple(f"{each} was deleted while it was read" for each in sorted(gone))
        return Found(whole, token, notes)

    def first(self, jql: str, field_name: str) -> bytes | None:
        """Return the first issue of an ordered query, with one field; None if there is none."""
        page = self._search(jql, [field_name], None, 1)
        return bytes(page.issues[0]) if page.issues else None

    def counts(self, queries: Sequence[str]) -> list[int]:
        """Return how many issues each query finds, about."""
        calls = [Call(COUNT, body={"jql": jql}, kind="count") for jql in queries]
        return [answer.json(_Count).count for answer in self._client.many(calls)]

    def ids(self, jql: str) -> Iterator[list[str]]:
        """Yield pages of the ids of all issues of a query."""
        token, seen = None, set()
        while True:
            page = self._search(f"{jql} ORDER BY created ASC", ["id"], token, PAGE_OF_IDS)
            yield [glance(raw).id for raw in page.issues]
            token = page.next_page_token
            if token is None:
                return
            if token in seen:
                raise ResponseError("Jira gave the same page of ids twice. Run again.")
            seen.add(token)

    def whereabouts(self, ids: Sequence[str]) -> dict[str, Whereabouts]:
        """Return those of the issues that are there and may be seen, moved ones too."""
        calls = [
            Call(FETCH, body=_wanted(ids[at : at + FETCHED_AT_ONCE], ["project", "archiveddate"]))
            for at in range(0, len(ids), FETCHED_AT_ONCE)
        ]
        found = [
            glance(raw)
            for answer in self._client.many(calls)
            for raw in answer.json(_Fetched).issues
        ]
        return {each.id: Whereabouts(each.project, each.is_archived) for each in found}

    def order(self, is_incremental: bool) -> str:
        """Return the order in which a walk by tokens loses none: what changes goes to the end."""
        return "ORDER BY updated ASC" if is_incremental else "ORDER BY created ASC"

    def users(self, start: int) -> tuple[list[bytes], str]:
        """Return a page of people, inactive ones too, and a note where Jira does not give them."""
        query = {"startAt": start, "maxResults": PAGE_OF_USERS}
        answer = self._client.get(
            "/rest/api/3/users/search", query, kind="users", pass_through={403, 409}
        )
        if answer.status == 200:
            return [bytes(raw) for raw in answer.json(list[msgspec.Raw])], ""
        return [], (
            f"Jira does not list its users ({answer.status}): people are known from issues only. "
            "With the global permission Browse users and groups it does."
        )

    def _search(self, jql: str, fields: Sequence[str], token: str | None, size: int) -> _Page:
        body = {"jql": jql, "fields": list(fields), "maxResults": size}
        if token is not None:
            body["nextPageToken"] = token
        answer = self._client.post(
            SEARCH, body, kind="search", pass_through={400} if token else set()
        )
        if answer.status == 400:
            raise _token_refused(answer.content)
        page = answer.json(_Page)
        if page.is_last is False and not page.next_page_token:
            raise ResponseError(
                "Jira says that a search goes on and gives no token for its next page. Run again."
            )
        page.next_page_token = None if page.is_last else page.next_page_token or None
        return page

    def _complete(self, issue: bytes, told: Glance, entries: Sequence[history.Entry]) -> bytes:
        commented = with_all_comments(self._client, "/rest/api/3", issue, told)
        return history.with_history(commented, entries)

    def _without_history(
        self, silent: Sequence[Glance], entries: dict[str, list[history.Entry]]
    ) -> set[str]:
        """Ask again for issues that have changed and yet came without history.

        An issue that is gone by now is named in what is returned. One whose history Jira tells
        elsewhere gets it from there.

        Source: the histories of single issues have been seen empty while ``expand=changelog`` had
        entries (estuary/connectors issue 5204).
        """
        here: set[str] = set()
        for at in range(0, len(silent), FETCHED_AT_ONCE):
            ids = [each.id for each in silent[at : at + FETCHED_AT_ONCE]]
            body = _wanted(ids, ["updated"]) | {"expand": ["changelog"]}
            for raw in self._client.post(FETCH, body).json(_Fetched).issues:
                told = glance(raw)
                here.add(told.id)
                if told.entries:
                    entries[told.id] = history.in_order(told.entries)
        return {each.id for each in silent} - here


def _wanted(ids: Sequence[str], fields: Sequence[str]) -> dict[str, object]:
    return {"issueIdsOrKeys": list(ids), "fields": list(fields)}


def _project(told: _Project) -> Project:
    state: ProjectState = "trashed" if told.deleted else "archived" if told.archived else "live"
    insight = told.insight or _Insight()
    changed = insight.last_issue_update_time
    return Project(
        told.id,
        told.key,
        told.name or told.key,
        state,
        tuple(sorted(key for key in told.project_keys if key != told.key)),
        instant(changed) if changed else None,
        insight.total_issue_count,
    )


def _token_refused(content: bytes) -> Exception:
    """Return the fault that a 400 to a request with a token means."""
    try:
        told = " ".join(shaped(content, _Refusal).error_messages)
    except msgspec.DecodeError:
        told = ""
    if "token" in told.lower():
        return TokenExpired("Jira no longer takes the token of a page.")
    return ResponseError(f"Jira refused the next page of a search (400): {told[:200]}")
