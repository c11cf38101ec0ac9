"""What belongs to the site as a whole: its fields, statuses and people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from connectors.contract import Record
from connectors.jira.deployment import Deployment
from connectors.jira.shapes import Id
from connectors.jira.times import instant
from connectors.live import Slice, Step

if TYPE_CHECKING:
    from connectors.http import Client

USERS = "users"


class _Named(msgspec.Struct, rename="camel"):
    id: Id | None = None
    account_id: str | None = None
    key: str | None = None
    name: str | None = None


_decode = msgspec.json.Decoder(_Named).decode


def catalogue(client: Client, slice: Slice) -> Step:
    """Return a catalogue, which Jira gives in one page: its path is in the request."""
    told = client.get(slice.request["path"]).json(list[msgspec.Raw])
    return Step(_records(slice, [bytes(raw) for raw in told]), None, len(told))


def users(deployment: Deployment, slice: Slice, token: str | None) -> Step:
    """Return a page of people. Jira tells no total: the page behind the last one is empty."""
    start = int(token or 0)
    told, note = deployment.users(start)
    following = str(start + len(told)) if told else None
    return Step(_records(slice, told), following, len(told), (note,) if note else ())


def _records(slice: Slice, payloads: Sequence[bytes]) -> list[Record]:
    """Return records as of the plan, for none of these things tells when it changed."""
    version = instant(slice.request["at"])
    return [Record(slice.stream, _key(payload), payload, version) for payload in payloads]


def _key(payload: bytes) -> str:
    told = _decode(payload)
    return str(told.account_id or told.id or told.key or told.name or "")
