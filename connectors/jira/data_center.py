"""How Jira Data Center is asked: REST 2, pages by offset, histories inside the issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from connectors.errors import ResponseError
from connectors.http import Answer, Call
from connectors.jira.client import Site
from connectors.jira.comments import with_all_comments
from connectors.jira.deployment import Found, Project, ProjectState, Whereabouts
from connectors.jira.glances import glance
from connectors.jira.windows import Window
from connectors.shaping import shaped

SEARCH = "/rest/api/2/search"
PAGE, PAGE_OF_IDS, PAGE_OF_USERS = 100, 1_000, 1_000
MOST_TURNS = 20


class _Page(msgspec.Struct, rename="camel"):
    issues: list[msgspec.Raw] = []
    total: int = 0


class _Project(msgspec.Struct, rename="camel"):
    id: str
    key: str
    name: str = ""
    archived: bool = False
    project_keys: list[str] = []


class _Place(msgspec.Struct, frozen=True):
    """Where a page starts, the issue that stood there before, and how often the walk went back."""

    start: int = 0
    last: str = ""
    turns: int = 0


class DataCenter:
    """Jira Data Center, and Server before it. By id it gives one issue in an answer."""

    most_by_id = 100

    def __init__(self, site: Site) -> None:
        """Ask through a site that has been signed in to."""
        self._client = site.client

    def roster(self) -> list[Project]:
        """Return every project that may be seen, archived ones too, by id.

        Source: ``GET /rest/api/2/project``; it tells neither a trash nor when anything changed.
        """
        query = {"expand": "projectKeys", "includeArchived": True}
        told = self._client.get("/rest/api/2/project", query).json(list[_Project])
        found = [_project(each) for each in told]
        return sorted(found, key=lambda project: (len(project.id), project.id))

    def with_last_changes(self, projects: Sequence[Project]) -> list[Project]:
        """Return projects with when they changed last and how many issues they have.

        One request for each live project, which spares an idle one its search and its census.
        """
        live = [each for each in projects if each.state == "live"]
        queries = [f"{Window(each.id).jql()} ORDER BY updated DESC" for each in live]
        calls = [
            Call(SEARCH, body=_body(jql, ["updated"], [], 0, 1), kind="search", pass_through={400})
            for jql in queries
        ]
        answers = self._client.many(calls)
        told = {
            each.id: _freshened(each, answer) for each, answer in zip(live, answers, strict=True)
        }
        return [told.get(each.id, each) for each in projects]

    def issues(self, jql: str, fields: Sequence[str], token: str | None) -> Found:
        """Return a page of issues with all their comments and their histories."""
        rows, following = self._walked(jql, fields, ["changelog"], token, PAGE)
        return self._found(rows, following)

    def issues_by_id(self, ids: Sequence[str], fields: Sequence[str]) -> Found:
        """Return those of some issues that Jira gives, asked for one by one."""
        query = {"fields": ",".join(fields), "expand": "changelog"}
        return self._found([answer.content for answer in self._one_by_one(ids, query)], None)

    def first(self, jql: str, field_name: str) -> bytes | None:
        """Return the first issue of an ordered query, with one field; None if there is none."""
        page = self._search(jql, [field_name], [], 0, 1)
        return bytes(page.issues[0]) if page.issues else None

    def counts(self, queries: Sequence[str]) -> list[int]:
        """Return how many issues each query finds."""
        calls = [Call(SEARCH, body=_body(jql, ["id"], [], 0, 0), kind="count") for jql in queries]
        return [answer.json(_Page).total for answer in self._client.many(calls)]

    def ids(self, jql: str) -> Iterator[list[str]]:
        """Yield pages of the ids of all issues of a query."""
        token = None
        while True:
            ordered = f"{jql} {self.order(False)}"
            rows, token = self._walked(ordered, ["id"], [], token, PAGE_OF_IDS)
            yield [glance(raw).id for raw in rows]
            if token is None:
                return

    def whereabouts(self, ids: Sequence[str]) -> dict[str, Whereabouts]:
        """Return those of the issues that are there and may be seen, moved ones too.

        They are asked for one by one: a query that names an issue which is gone is refused whole.
        """
        query = {"fields": "project,archiveddate"}
        found = [glance(answer.content) for answer in self._one_by_one(ids, query)]
        return {each.id: Whereabouts(each.project, each.is_archived) for each in found}

    def order(self, is_incremental: bool) -> str:
        """Return the order in which a walk by offsets is disturbed least: issues sorted by their
        last change would jump to later pages while they are read."""
        return "ORDER BY created ASC, key ASC"

    def users(self, start: int) -> tuple[list[bytes], str]:
        """Return a page of people, inactive ones too, and a note where Jira does not give them."""
        query = {
            "username": ".",
            "includeInactive": True,
            "startAt": start,
            "maxResults": PAGE_OF_USERS,
        }
        answer = self._client.get(
            "/rest/api/2/user/search", query, kind="users", pass_through={403, 404}
        )
        if answer.status == 200:
            return [bytes(raw) for raw in answer.json(list[msgspec.Raw])], ""
        return [], (
            f"Jira does not list its users ({answer.status}): people are known from issues only. "
            "With the global permission Browse users it does."
        )

    def _found(self, issues: Sequence[bytes | msgspec.Raw], token: str | None) -> Found:
        """Return issues with all their comments; histories stand inside them."""
        told = [(bytes(raw), glance(raw)) for raw in issues]
        whole = [
            (each, with_all_comments(self._client, "/rest/api/2", raw, each)) for raw, each in told
        ]
        return Found(whole, token)

    def _one_by_one(self, ids: Sequence[str], query: Mapping[str, object]) -> list[Answer]:
        calls = [
            Call(f"/rest/api/2/issue/{each}", dict(query), pass_through={403, 404}) for each in ids
        ]
        return [answer for answer in self._client.many(calls) if answer.status == 200]

    def _walked(
        self, jql: str, fields: Sequence[str], expand: Sequence[str], token: str | None, size: int
    ) -> tuple[list[msgspec.Raw], str | None]:
        """Return the issues of a page, and the token of the next one.

        Each page but the first starts with the last issue of the page before. If that issue is not
        on it, something before it is gone and what follows has moved to the front: the walk then
        goes back a page.
        """
        place = shaped(token, _Place) if token else _Place()
        page = self._search(jql, fields, expand, place.start, size)
        ids = [glance(raw).id for raw in page.issues]
        if place.last and place.last not in ids and place.start > 0:
            return [], _token(_turned(place, max(len(ids), 2)))
        # The next page starts where this one really ended, whatever size was asked for.
        end = place.start + len(ids)
        if not ids or end >= page.total:
            return page.issues, None
        if ids == [place.last]:
            # pages of one issue: the next one cannot start with the last of this one
            return page.issues, _token(_Place(end, "", place.turns))
        return page.issues, _token(_Place(end - 1, ids[-1], place.turns))

    def _search(
        self, jql: str, fields: Sequence[str], expand: Sequence[str], start: int, size: int
    ) -> _Page:
        body = _body(jql, fields, expand, start, size)
        return self._client.post(SEARCH, body, kind="search").json(_Page)


def _body(
    jql: str, fields: Sequence[str], expand: Sequence[str], start: int, size: int
) -> dict[str, object]:
    return {
        "jql": jql,
        "fields": list(fields),
        "startAt": start,
        "maxResults": size,
        **({"expand": list(expand)} if expand else {}),
    }


def _turned(place: _Place, rows: int) -> _Place:
    if place.turns >= MOST_TURNS:
        raise ResponseError("Jira's pages went on moving while they were read. Run again.")
    return _Place(max(0, place.start - rows), "", place.turns + 1)


def _token(place: _Place) -> str:
    return msgspec.json.encode(place).decode()


def _freshened(project: Project, answer: Answer) -> Project:
    if answer.status != 200:
        return project
    page = answer.json(_Page)
    newest = glance(page.issues[0]).updated if page.issues else None
    return replace(project, last_changed=newest, issues=page.total)


def _project(told: _Project) -> Project:
    state: ProjectState = "archived" if told.archived else "live"
    former = tuple(sorted(key for key in told.project_keys if key != told.key))
    return Project(told.id, told.key, told.name or told.key, state, former)
