"""What a connector offers whose tracker can be asked over the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import msgspec

from connectors.contract import Record, Rejected
from connectors.limits import Dialect
from connectors.secrets import Secret

if TYPE_CHECKING:
    from connectors.http import Client
    from connectors.oauth import Grant

Outcome = Literal["deleted", "archived", "trashed", "access_lost", "unobserved", "present"]
"""What became of a work item that a census does not hold, or that is seen again."""

ABSENCES = "absences"
"""The stream of outcomes: ``{"id", "outcome", "at", "evidence"}``, ``at`` in ISO 8601 and UTC.

``id`` is that of a work item, or ``scope:<id>`` where a whole scope is meant.
"""


@dataclass(frozen=True)
class LiveSettings:
    """What a connector needs to know of a source that is asked over the network.

    ``address`` is empty where the tracker has only one. ``secrets`` holds what the environment
    gave, by role: ``user``, ``token``, ``key``, and those of ``oauth.NEEDED``. ``kept`` is a
    private folder for what a tracker renews.
    """

    name: str
    timezone: str = "UTC"
    address: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    kept: Path | None = None


@dataclass(frozen=True)
class Access:
    """How a tracker is reached: where, with which headers, and by which rules.

    ``address`` starts with ``https://`` and may end with a path that all paths are joined to.
    ``headers`` sign in, or else an access token that is got by ``grant``. ``reads`` are the exact
    paths, without ``address``, on which a POST reads.
    """

    address: str
    headers: Mapping[str, Secret]
    dialect: Dialect
    reads: tuple[str, ...] = ()
    grant: Grant | None = None


@dataclass(frozen=True)
class Identity:
    """Who the tracker takes us for. ``server_time`` is its clock in naive UTC.

    ``token_ends`` (naive UTC) is when the token is no longer taken; None if nobody tells.
    """

    account: str
    timezone: str
    server_time: datetime
    detail: str = ""
    warnings: tuple[str, ...] = ()
    token_ends: datetime | None = None


@dataclass(frozen=True)
class Scope:
    """A project or board; ``id`` is empty for what belongs to the source as a whole.

    ``last_changed`` (naive UTC) is the tracker's own word on when anything in it changed last; None
    if it does not say. One that may be seen but not read has ``is_readable`` false, a reason, and
    in ``outcome`` what that means for all that is in it. ``stamp`` is any text that changes with
    what ``last_changed`` does not tell; the connector keeps it in its mark under the same name.
    """

    id: str
    name: str
    kind: str
    last_changed: datetime | None = None
    is_readable: bool = True
    reason: str = ""
    outcome: Outcome = "access_lost"
    stamp: str = ""


class Slice(msgspec.Struct, frozen=True):
    """A walk over pages of one stream, small enough to be walked again.

    ``name`` tells it from others of its scope. ``request`` is JSON and all that a later run needs
    to go on with it. ``is_whole`` is a walk over all of a stream, ``is_of_changes`` one over what
    changed since the mark, ``is_awaited`` one over work items that no page held before.
    """

    scope: str
    name: str
    stream: str
    request: dict[str, Any] = {}
    is_whole: bool = False
    is_of_changes: bool = False
    is_awaited: bool = False


@dataclass(frozen=True)
class Plan:
    """What a run reads of one scope, and the scope's mark once all of it has landed.

    ``mark`` holds what was asked, never what was returned. ``started_at`` is the tracker's clock
    (naive UTC) when the plan was made: the ``pulled_at`` of every record read by it. ``awaited`` is
    what was to be read whatever the mark says; who makes a plan leaves that to the run.
    """

    slices: tuple[Slice, ...]
    mark: dict[str, str | int | float]
    started_at: datetime
    awaited: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One page of a walk. ``token`` asks for the next; None ends the walk.

    ``rows`` counts what the tracker's page held, whatever came of it. ``notes`` go to the report.
    """

    records: Sequence[Record | Rejected]
    token: str | None
    rows: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Forecast:
    """What reading a scope will cost."""

    items: int
    requests: int
    points: int = 0


class Reader(Protocol):
    """A source that is signed in to. Several threads call it at once, for different slices."""

    def identify(self) -> Identity:
        """Ask who we are; raises AccessError, with the next step, if we are nobody."""
        ...

    def scopes(self) -> Sequence[Scope]:
        """Return the roster: the source as a whole first, then projects or boards, always in the
        same order, those that may not be read included."""
        ...

    def plan(
        self, scope: Scope, mark: Mapping[str, Any] | None, awaited: Sequence[str] = ()
    ) -> Plan:
        """Say what to read of a scope after a mark; everything where there is none.

        ``awaited`` are ids of work items that a census listed and no page held. They are read
        whatever the mark says: by id, or with all of the scope where that costs less.
        """
        ...

    def step(self, slice: Slice, token: str | None) -> Step:
        """Read one page; depends on its arguments alone, for it is repeated after a kill."""
        ...

    def expected(self, slice: Slice) -> int | None:
        """Return how many records of its stream a slice should hold; None if nobody says."""
        ...

    def halves(self, slice: Slice) -> Sequence[Slice]:
        """Cut a slice that came out short in smaller ones; none if it cannot be cut."""
        ...

    def census(self, scope: Scope) -> Iterable[Sequence[str]] | None:
        """Yield pages of the ids of all work items in a scope now; None if that cannot be asked.

        Called after all slices of a scope. Ending early without an error would look like deletion:
        where the tracker tells a count, it is compared here.
        """
        ...

    def look_up(self, scope: Scope, ids: Sequence[str]) -> Mapping[str, Outcome]:
        """Say of work items that were in a scope, by asking for each, what became of them."""
        ...

    def requests_expected(self, scope: Scope, mark: Mapping[str, Any] | None) -> Forecast | None:
        """Say what ``plan`` with the same arguments will cost to walk; None if unknown."""
        ...


@runtime_checkable
class LiveConnector(Protocol):
    """What a connector offers besides ``Connector`` if its tracker can be asked over the network.

    ``items`` names the stream of work items, whose keys a census yields. ``asked`` lists the fields
    that are asked for, and so land but for what is spared, as the page on data protection has them.
    """

    items: str
    asked: tuple[str, ...]

    def hosts(self, settings: LiveSettings) -> tuple[str, ...]:
        """Return the only hosts that may be called, with a port where it is not the usual one."""
        ...

    def access(self, settings: LiveSettings) -> Access:
        """Return how the tracker is reached; raises SettingsError if something is not set."""
        ...

    def connect(self, settings: LiveSettings, client: Client) -> Reader:
        """Return a reader that asks through the client; asks nothing yet."""
        ...
