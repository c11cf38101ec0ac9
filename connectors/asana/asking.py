"""Asking Asana: pages of objects, kept byte for byte, and what a refusal means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from connectors.errors import ResponseError, TokenExpired
from connectors.http import Answer, Call, Client
from connectors.shaping import shaped

PAGE = 100
TOLD = frozenset({402, 403, 404})
"""Statuses that say something of the thing asked for: not paid for, not to be seen, not there."""


class _Following(msgspec.Struct):
    offset: str


class Page(msgspec.Struct):
    """A page of objects as they came, and where the next one starts."""

    data: list[msgspec.Raw]
    next_page: _Following | None = None

    @property
    def offset(self) -> str | None:
        """What asks for the next page; None on the last."""
        return self.next_page.offset if self.next_page else None


class _Gid(msgspec.Struct):
    gid: str


_decode_gid = msgspec.json.Decoder(_Gid).decode


class _One(msgspec.Struct):
    data: msgspec.Raw


class _Error(msgspec.Struct):
    message: str = ""


class _Errors(msgspec.Struct):
    errors: list[_Error] = []


@dataclass(frozen=True)
class Question:
    """A list to ask for, with the fields of its objects."""

    path: str
    fields: Sequence[str]
    query: Mapping[str, Any] | None = None

    def call(self, offset: str | None = None, pass_through: frozenset[int] = TOLD) -> Call:
        """The request for one page."""
        query = {**(self.query or {}), "limit": PAGE, "opt_fields": ",".join(self.fields)}
        return Call(self.path, {**query, "offset": offset}, pass_through=pass_through)


def page(client: Client, question: Question, offset: str | None = None) -> Page:
    """Return one page.

    Raises:
        TokenExpired: If Asana no longer takes the offset.
        ResponseError: If it refuses the request for another reason.
    """
    asked = question.call(offset)
    passing = frozenset({400}) if offset else frozenset()
    answer = client.get(asked.path, asked.query, pass_through=passing)
    return _page(answer, question.path)


def everything(client: Client, question: Question) -> Iterator[msgspec.Raw]:
    """Yield the objects of all pages; what a page repeats of the one before it comes once."""
    offset, seen = None, set()
    before: list[msgspec.Raw] = []
    while True:
        found = page(client, question, offset)
        yield from _unknown(found.data, before)
        before = found.data
        offset = _unseen(found.offset, seen, question.path)
        if offset is None:
            return


def several(client: Client, questions: Sequence[Question]) -> list[list[msgspec.Raw] | int]:
    """Ask for several lists at once, all pages of each.

    Returns:
        In the order of the questions: the objects, or the status (of ``TOLD``) that refused them.
    """
    found: list[list[msgspec.Raw] | int] = [[] for _ in questions]
    offsets: dict[int, str | None] = dict.fromkeys(range(len(questions)))
    seen: list[set[str]] = [set() for _ in questions]
    while offsets:
        calls = [questions[at].call(offset, TOLD | {400}) for at, offset in offsets.items()]
        answers = zip(list(offsets), client.many(calls), strict=True)
        offsets = {}
        for at, answer in answers:
            if answer.status in TOLD:
                found[at] = answer.status
                continue
            got, so_far = _page(answer, questions[at].path), found[at]
            if isinstance(so_far, list):
                so_far += _unknown(got.data, so_far)
            following = _unseen(got.offset, seen[at], questions[at].path)
            if following is not None:
                offsets[at] = following
    return found


def _unknown(rows: list[msgspec.Raw], so_far: list[msgspec.Raw]) -> list[msgspec.Raw]:
    """The rows of a page that earlier ones did not hold: a list that moves repeats some."""
    if not so_far:
        return rows
    known = {gid_of(each) for each in so_far}
    return [each for each in rows if gid_of(each) not in known]


def gid_of(row: msgspec.Raw) -> str:
    """The id of an object."""
    return _decode_gid(row).gid


def objects(client: Client, paths: Sequence[str], fields: Sequence[str]) -> list[msgspec.Raw | int]:
    """Ask for several objects by themselves; in place of one that is refused, the status."""
    query = {"opt_fields": ",".join(fields)}
    answers = client.many([Call(path, query, pass_through=TOLD) for path in paths])
    return [
        answer.status if answer.status in TOLD else answer.json(_One).data for answer in answers
    ]


def gone(
    client: Client, kind: str, lists: Mapping[str, list[msgspec.Raw] | int], what: str
) -> dict[str, int]:
    """Tell things that went away while they were read from lists that are refused.

    Args:
        kind: Of the things, as their address has it: ``tasks``.
        lists: By gid of a thing, a list that belongs to it, or the status that refused it.
        what: The list, as people call it.

    Returns:
        The things that Asana does not give any more themselves, each with the status that says so.

    Raises:
        ResponseError: If a thing is there, and its list is refused all the same.
    """
    refused = {gid: told for gid, told in lists.items() if isinstance(told, int)}
    fates = objects(client, [f"/{kind}/{gid}" for gid in refused], ["gid"])
    found = {}
    for (gid, status), fate in zip(refused.items(), fates, strict=True):
        if not isinstance(fate, int):
            raise ResponseError(
                f"Asana gives no {what} of /{kind}/{gid} ({status}), though it gives the thing "
                "itself. Nothing of it is taken in; run again, and report it if it comes back."
            )
        found[gid] = fate
    return found


def _page(answer: Answer, path: str) -> Page:
    if answer.status == 400:
        told = _message(answer)
        if "offset" in told.lower() or "pagination" in told.lower():
            raise TokenExpired(f"Asana no longer takes the offset of a page of {path}: {told}")
        raise ResponseError(f"Asana refused {path} (400): {told}")
    return answer.json(Page)


def _message(answer: Answer) -> str:
    """What Asana says of a refusal, short enough for a report."""
    try:
        errors = shaped(answer.content, _Errors).errors
    except msgspec.DecodeError:
        return "no reason given"
    return "; ".join(each.message for each in errors)[:200]


def _unseen(offset: str | None, seen: set[str], path: str) -> str | None:
    """The offset, unless it was given before."""
    if offset in seen:
        raise ResponseError(f"Asana gave the same offset of {path} twice; the list has no end.")
    if offset is not None:
        seen.add(offset)
    return offset
