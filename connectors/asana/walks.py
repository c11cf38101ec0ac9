"""The walks that slices are: one page of each at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from connectors.asana import asked
from connectors.asana.asking import Question, gid_of, gone, objects, page, several
from connectors.asana.joined import PAYMENT, Joiner, head_of, with_lists
from connectors.contract import Record
from connectors.decoding import instant
from connectors.errors import Refused, ResponseError
from connectors.http import Client
from connectors.live import ABSENCES, Slice, Step
from connectors.shaping import shaped

PARENTS_AT_ONCE = 5
NAMED_AT_ONCE = 25
_FIELDS = {
    "projects": asked.PROJECT,
    "sections": asked.SECTION,
    "users": asked.USER,
    "tags": asked.TAG,
    "custom_fields": asked.FIELD,
}


class Place(msgspec.Struct, omit_defaults=True):
    """Where a walk over tasks goes on: at tasks whose sub-tasks come next, else in the list."""

    offset: str | None = None
    position: int = 0
    parents: list[str] = []
    is_listed: bool = False


class _Setting(msgspec.Struct):
    custom_field: msgspec.Raw


class _Field(msgspec.Struct):
    gid: str
    is_global_to_workspace: bool = False


class Walks:
    """Reads slices, by the kind of walk that their request names."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._joiner = Joiner(client)
        self._kinds: dict[str, Callable[[Slice, str | None], Step]] = {
            "list": self._list,
            "named": self._named,
            "catalogue": self._catalogue,
            "settings": self._settings,
            "portfolios": self._portfolios,
            "goals": self._goals,
            "fates": self._fates,
        }

    def step(self, slice: Slice, token: str | None) -> Step:
        """Return the next page of a slice."""
        return self._kinds[slice.request["kind"]](slice, token)

    def _list(self, slice: Slice, token: str | None) -> Step:
        """A list of tasks, and the sub-tasks of each where they are wanted."""
        place = shaped(token, Place) if token else Place()
        if place.parents:
            return self._below(place)
        found = page(self._client, _question(slice, asked.TASK), place.offset)
        following = Place(found.offset, is_listed=found.offset is None)
        return self._tasks(found.data, following, slice.request["with_subtasks"])

    def _named(self, slice: Slice, token: str | None) -> Step:
        """Tasks by their gids; those that are no longer there are named in a note."""
        place = shaped(token, Place) if token else Place()
        if place.parents:
            return self._below(place)
        gids: list[str] = slice.request["gids"]
        stop = place.position + NAMED_AT_ONCE
        here = gids[place.position : stop]
        told = objects(self._client, [f"/tasks/{gid}" for gid in here], asked.TASK)
        pairs = zip(here, told, strict=True)
        lost = {gid: each for gid, each in pairs if isinstance(each, int)}
        self._believe(lost)
        notes = [f"task {gid} is not there any more ({status})" for gid, status in lost.items()]
        tasks = [each for each in told if not isinstance(each, int)]
        following = Place(position=stop, is_listed=stop >= len(gids))
        return self._tasks(tasks, following, slice.request["with_subtasks"], notes)

    def _believe(self, lost: dict[str, int]) -> None:
        """Raise if a task that Asana does not give is there: its stories are given.

        Nothing would read it again: the project remembers how it looked when it was last seen.
        """
        questions = [Question(f"/tasks/{gid}/stories", ["gid"]) for gid in lost]
        for gid, told in zip(lost, several(self._client, questions), strict=True):
            if isinstance(told, list):
                raise ResponseError(
                    f"Asana gives the stories of task {gid} and not the task itself ({lost[gid]}). "
                    "Nothing of its project is taken in; run again, and report it if it comes back."
                )

    def _below(self, place: Place) -> Step:
        """The sub-tasks of some of the tasks that wait for it."""
        here, rest = place.parents[:PARENTS_AT_ONCE], place.parents[PARENTS_AT_ONCE:]
        questions = [Question(f"/tasks/{gid}/subtasks", asked.TASK) for gid in here]
        told = dict(zip(here, several(self._client, questions), strict=True))
        lost = gone(self._client, "tasks", told, "sub-tasks")
        notes = [f"task {gid} went away while it was read ({lost[gid]})" for gid in lost]
        tasks = [task for each in told.values() if isinstance(each, list) for task in each]
        following = Place(place.offset, place.position, rest, place.is_listed)
        return self._tasks(tasks, following, True, notes)

    def _tasks(
        self, tasks: list[msgspec.Raw], place: Place, is_deep: bool, notes: Sequence[str] = ()
    ) -> Step:
        records, more = self._joiner.records(tasks)
        if is_deep:
            place.parents += [head.gid for head in map(head_of, tasks) if head.num_subtasks]
        is_over = place.is_listed and not place.parents
        token = None if is_over else msgspec.json.encode(place).decode()
        return Step(records, token, len(tasks), (*notes, *more))

    def _catalogue(self, slice: Slice, token: str | None) -> Step:
        """A list of objects that land as they come."""
        found = page(self._client, _question(slice, _FIELDS[slice.stream]), token)
        records = [_record(slice.stream, each) for each in found.data]
        return Step(records, found.offset, len(found.data))

    def _settings(self, slice: Slice, token: str | None) -> Step:
        """The custom fields of a project alone; the others stand in the workspace's catalogue."""
        found = page(self._client, _question(slice, asked.SETTING), token)
        fields = [shaped(each, _Setting).custom_field for each in found.data]
        own = [each for each in fields if not _field(each).is_global_to_workspace]
        records = [_record("custom_fields", each) for each in own]
        return Step(records, found.offset, len(found.data))

    def _portfolios(self, slice: Slice, token: str | None) -> Step:
        """Portfolios with the projects in them."""
        return self._with_parts(
            slice,
            token,
            asked.PORTFOLIO,
            "items",
            lambda gid: Question(f"/portfolios/{gid}/items", asked.PORTFOLIO_ITEM),
        )

    def _goals(self, slice: Slice, token: str | None) -> Step:
        """Goals with what supports them."""
        return self._with_parts(
            slice,
            token,
            asked.GOAL,
            "goal_relationships",
            lambda gid: Question(
                "/goal_relationships", asked.RELATIONSHIP, {"supported_goal": gid}
            ),
        )

    def _with_parts(
        self,
        slice: Slice,
        token: str | None,
        fields: Sequence[str],
        member: str,
        part: Callable[[str], Question],
    ) -> Step:
        try:
            found = page(self._client, _question(slice, fields), token)
        except Refused as refusal:
            if refusal.status != PAYMENT:
                raise
            return Step([], None, 0, (f"Asana does not tell {slice.stream} on this plan (402)",))
        gids = [gid_of(each) for each in found.data]
        parts = dict(zip(gids, several(self._client, [part(gid) for gid in gids]), strict=True))
        lost = gone(self._client, slice.stream, parts, member)
        notes = [f"{slice.stream} {gid} went away while they were read" for gid in lost]
        records = [
            Record(slice.stream, gid, with_lists(bytes(one), {member: those}))
            for gid, one in zip(gids, found.data, strict=True)
            if isinstance(those := parts[gid], list)
        ]
        return Step(records, found.offset, len(found.data), tuple(notes))

    def _fates(self, slice: Slice, token: str | None) -> Step:
        """Deletions and returns that the events told when the plan was made."""
        records = [_absence(*fate) for fate in slice.request["fates"]]
        return Step(records, None, len(records))


_field = msgspec.json.Decoder(_Field).decode


def _question(slice: Slice, fields: Sequence[str]) -> Question:
    return Question(slice.request["path"], fields, slice.request.get("query"))


def _record(stream: str, payload: msgspec.Raw) -> Record:
    return Record(stream, gid_of(payload), bytes(payload))


def _absence(gid: str, outcome: str, at: str) -> Record:
    told: dict[str, Any] = {"id": gid, "outcome": outcome, "at": at, "evidence": "events"}
    return Record(ABSENCES, gid, msgspec.json.encode(told), instant(at, "UTC", "created_at"))
