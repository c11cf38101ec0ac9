"""What Jira Cloud and Data Center have in common: routes, refusals, catalogues, single issues."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tests.simulators import jira_catalogue as catalogue
from tests.simulators import jira_happenings
from tests.simulators.jira_limits import Limits, gateway_refusal
from tests.simulators.jira_state import Account, Entry, Issue, JiraState, account
from tests.simulators.jira_voice import Voice
from tests.simulators.server import Answer, Request, Simulator
from tests.simulators.world import Happening, World

JSON = dict[str, Any]
USER = "reader@example.org"
NOT_FOUND = "Issue does not exist or you do not have permission to see it."


class RefusedError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, *messages: str) -> None:
        """Say why in Jira's form."""
        super().__init__(status, *messages)
        self.answer = Answer({"errorMessages": list(messages), "errors": {}}, status)


@dataclass(frozen=True)
class Call:
    """A request that was let in, and the voice to answer it with. ``site`` is a ``JiraSite``."""

    site: Any
    request: Request
    voice: Voice

    def number(self, name: str, otherwise: int, most: int = 10**9) -> int:
        """A number of the query."""
        text = self.request.value(name, str(otherwise))
        if not re.fullmatch(r"-?\d+", text):
            raise RefusedError(400, f"The value '{text}' of '{name}' is not a number.")
        return min(int(text), most)

    def listed(self, name: str) -> list[str]:
        """A query parameter that may be repeated or hold commas."""
        values = self.request.query.get(name, [])
        return [each.strip() for value in values for each in value.split(",") if each.strip()]

    def body(self, kinds: dict[str, type]) -> JSON:
        """The members of the body; an unknown one is refused, as the document says."""
        found = self.request.body
        if not isinstance(found, dict):
            raise RefusedError(
                400, "There was an error parsing JSON. Check that your request body is valid."
            )
        for name, value in found.items():
            if name not in kinds:
                raise RefusedError(400, f'Unrecognized field "{name}"')
            if value is not None and not isinstance(value, kinds[name]):
                raise RefusedError(400, f'Cannot deserialize the value of "{name}"')
        return {name: value for name, value in found.items() if value is not None}

    def issue(self, name: str) -> Issue:
        """A visible issue; archived ones are, to those who know their id or key."""
        found = self.site.state.issue(name)
        if not found:
            raise RefusedError(404, NOT_FOUND)
        return found


Endpoint = Callable[..., Any]
Route = tuple[str, str, Endpoint]


class JiraSite(Simulator):
    """A Jira over the world. Tests set its attributes to make it behave as sites do.

    ``time_zone`` is the reader's; ``expires_at`` is when its token does; ``state`` has more to set;
    ``unindexed`` and ``index_lag`` (seconds) keep issues and changes out of searches.
    """

    routes: ClassVar[list[Route]] = []
    is_cloud = True
    version = "3"

    def __init__(self, world: World) -> None:
        """Play the world's history."""
        self.state = JiraState()
        self.site = f"https://sim-{world.seed}.atlassian.net"
        self.time_zone = "Etc/UTC"
        self.expires_at: datetime | None = None
        self.limits = Limits()
        self.index_lag = 0.0
        self.unindexed: set[int] = set()
        self.has_time_tracking = True
        self.worklog_rows = 1000
        self.board_rows = 50
        self.board_refusals: dict[int, int] = {}
        self.played = 0
        self.remembered: dict[tuple[Any, ...], list[Any]] = {}
        self.reader = account("reader-99", "Nightly Reader", USER)
        super().__init__(world)

    def happen(self, happening: Happening) -> None:
        """Play one happening."""
        self.played += 1
        jira_happenings.happen(self.state, happening)

    def respond(self, request: Request) -> Answer:
        """Answer as Jira does."""
        if self.fault("gateway_429", request):
            return gateway_refusal(self.now)
        try:
            return self._respond(request, self.let_in(request))
        except RefusedError as refusal:
            return refusal.answer

    def let_in(self, request: Request) -> str:
        """Check who asks; return the path without what stands before ``/rest``."""
        raise NotImplementedError

    def _respond(self, request: Request, path: str) -> Answer:
        for method, pattern, endpoint in self.routes:
            found = re.fullmatch(pattern, path)
            if not found or method != request.method:
                continue
            name = f"{method} {pattern}"
            refusal = self.limits.refusal(name, self.now)
            if refusal:
                return refusal
            told = endpoint(Call(self, request, self.voice(_version(path))), *found.groups())
            answer = told if isinstance(told, Answer) else Answer(told)
            self.limits.pay(_objects(answer.body))
            headers = self.limits.headers(name, self.now)
            return Answer(answer.body, answer.status, {**answer.headers, **headers})
        return Answer({"message": f"null for uri: {path}", "status-code": 404}, 404)

    def voice(self, version: str) -> Voice:
        """How this site writes in a version of its API."""
        return Voice(self.state, self.site, version, self.is_cloud, self.time_zone, self.now)

    def entries(self, issue: Issue, field_ids: Iterable[str] = ()) -> list[Entry]:
        """An issue's history, oldest first; of the named fields alone, if any are named."""
        found = sorted(issue.entries, key=lambda entry: (entry.at, entry.id))
        wanted = set(field_ids)
        if not wanted:
            return found
        kept = [
            Entry(each.id, each.at, each.author, changes)
            for each in found
            if (changes := tuple(one for one in each.changes if one.field_id in wanted))
        ]
        return kept

    def joined(self, issue: Issue, fields: Iterable[str], field_ids: Iterable[str]) -> JSON:
        """An issue with its whole history, as a reader lands it."""
        voice = self.voice(self.version)
        found = self.entries(issue, field_ids)
        told = [voice.entry(each, in_milliseconds=self.is_cloud) for each in found]
        size = len(told)
        changelog = {"startAt": 0, "maxResults": size, "total": size, "histories": told}
        return {**voice.issue(issue, fields), "changelog": changelog}

    def truth(
        self, fields: Iterable[str] = ("*all",), field_ids: Iterable[str] = ()
    ) -> dict[str, dict[str, JSON]]:
        """What a perfect reader would have landed as the newest copy of all that is there now.

        Work logs of the last minute are left out: no feed tells them yet. What became of issues
        that are gone, ``absent()`` tells. Issues show what they tell of other issues and of
        sprints as it is now, which need not have touched them: see ``settled``.
        """
        voice = self.voice(self.version)
        names, field_ids = list(fields), list(field_ids)
        return {
            "issues": {
                str(each.id): self.joined(each, names, field_ids)
                for each in self.state.searchable()
            },
            **self._truth_of_logs(voice),
            "fields": {each["id"]: each for each in self.fields()},
            "statuses": {each.id: voice.status(each) for each in self.state.statuses()},
        }

    def absent(self) -> dict[str, str]:
        """What became of each issue that can no longer be found: id -> outcome."""
        return self.state.absent()

    def is_expired(self) -> bool:
        """Whether the reader's token has come to its end."""
        return self.expires_at is not None and self.now >= self.expires_at

    def _truth_of_logs(self, voice: Voice) -> dict[str, dict[str, JSON]]:
        from tests.simulators import jira_feeds

        logs = jira_feeds.updated_logs(self)
        deletions = jira_feeds.deleted_logs(self)
        hidden = self.state.hidden_logs
        return {
            "worklogs": {str(log.id): voice.worklog(log) for log in logs if log.id not in hidden},
            "worklog_deletions": {
                str(log_id): {"worklogId": log_id, "updatedTime": at} for log_id, at in deletions
            },
        }

    def fields(self) -> list[JSON]:
        """The definitions of all fields."""
        state = self.state
        return catalogue.field_definitions(
            state.field_names, state.story_points_twice, self.is_cloud
        )

    def people(self) -> list[Account]:
        """All accounts, the reader's too, by their ids."""
        return sorted([*self.state.accounts.values(), self.reader], key=lambda each: each.id)


def settled(payload: JSON) -> JSON:
    """An issue without what it tells of other issues and of sprints, which changes untold."""
    fields = {name: value for name, value in payload["fields"].items() if name != "subtasks"}
    if fields.get("parent"):
        fields["parent"] = fields["parent"]["id"]
    if fields.get(catalogue.SPRINT):
        fields[catalogue.SPRINT] = [
            each["id"] if isinstance(each, dict) else re.sub("state=[A-Z]+", "", each)
            for each in fields[catalogue.SPRINT]
        ]
    if fields.get("issuelinks"):
        fields["issuelinks"] = [each["id"] for each in fields["issuelinks"]]
    return {**payload, "fields": fields}


def credentials(request: Request) -> tuple[str, str]:
    """The user and the token of a request; no user where it is a bearer's."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return "", text
    try:
        user, _, token = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return user, token


def _version(path: str) -> str:
    found = re.match(r"/rest/api/(2|3)/", path)
    return found[1] if found else "2"


def _objects(body: Any) -> int:
    if isinstance(body, dict):
        body = next((each for each in body.values() if isinstance(each, list)), [])
    return len(body) if isinstance(body, list) else 0
