"""Access tokens that live for an hour: renewed once for all workers, and what is renewed is kept.

Some trackers give a new refresh token with each access token, and take the old one no longer. The
new one is on the disk, for this account alone, before the access token is used: a killed run costs
no sign-in. It is of no use without the secret of the client, which stays in the environment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from urllib.parse import urlencode, urlsplit

import msgspec
import requests
import structlog

from connectors.addresses import Addresses
from connectors.clock import Clock
from connectors.durable import write_durably
from connectors.errors import Refused, ResponseError, SettingsError, TemporaryError
from connectors.limits import Budget
from connectors.secrets import Secret
from connectors.shaping import shaped
from connectors.transport import BrokenExchange, Transport

NEEDED = ("client_id", "client_secret", "refresh_token")
TRIES = 3
_EARLY_SECONDS = 120.0
_PAUSE_SECONDS = 2.0
_LONGEST_REASON = 60
_REFUSALS = frozenset({400, 401, 403})
log = structlog.get_logger()


@dataclass(frozen=True)
class Grant:
    """What an access token is asked for with, and where.

    ``is_form`` tells whether the address takes a form, else JSON. ``folder`` is where a renewed
    refresh token is kept; None keeps it for this run alone.
    """

    address: str
    client_id: Secret
    client_secret: Secret
    refresh_token: Secret
    is_form: bool = False
    folder: Path | None = None


def grant(
    secrets: Mapping[str, Secret], address: str, folder: Path | None, *, is_form: bool = False
) -> Grant | None:
    """Return the grant that the secrets of a source make, by role; None if there is none."""
    found = [secrets.get(role) for role in NEEDED]
    if any(each is None for each in found):
        return None
    client_id, client_secret, refresh_token = (each for each in found if each is not None)
    return Grant(address, client_id, client_secret, refresh_token, is_form, folder)


class _Told(msgspec.Struct):
    access_token: str
    expires_in: float = 3600
    refresh_token: str = ""


class _Refusal(msgspec.Struct):
    error: str = ""


class _Kept(msgspec.Struct):
    refresh_token: str


class Bearer:
    """The access token of one source, shared by all its workers."""

    def __init__(self, grant: Grant, transport: Transport, clock: Clock, budget: Budget) -> None:
        """Ask nothing yet.

        Raises:
            SettingsError: If the address is plain http elsewhere than on this machine.
        """
        Addresses(grant.address, (urlsplit(grant.address).netloc,))
        self._grant, self._transport = grant, transport
        self._clock, self._budget = clock, budget
        self._guard = Lock()
        self._access: Secret | None = None
        self._ends = 0.0
        self._number = 0
        self._renewed: Secret | None = None
        self._known: tuple[Secret, ...] = (grant.client_secret, grant.refresh_token)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All that must be struck out of what is told."""
        return self._known

    def header(self) -> tuple[str, int]:
        """Return the header that signs in, and the number of its token for ``renew``."""
        number = self._number
        if self._access is None or self._clock.now() > self._ends - _EARLY_SECONDS:
            self.renew(number)
        with self._guard:
            assert self._access is not None
            return f"Bearer {self._access.reveal()}", self._number

    def renew(self, number: int) -> None:
        """Ask for another access token, unless somebody has since the one of that number.

        Raises:
            Refused: With 401, if the refresh token is no longer taken.
            TemporaryError: If it cannot be asked for now.
        """
        with self._guard:
            if number != self._number:
                return
            with _locked(self._grant.folder):
                refresh = self._newest()
                told = self._asked(refresh)
                if told.refresh_token and told.refresh_token != refresh.reveal():
                    self._keep(told.refresh_token)
            self._access = Secret(told.access_token)
            self._known = (*self._known, self._access)
            self._ends = self._clock.now() + told.expires_in
            self._number += 1
            log.info("access token renewed", number=self._number)

    def _asked(self, refresh: Secret) -> _Told:
        self._known = (*self._known, refresh)
        trouble = ""
        for attempt in range(1, TRIES + 1):
            self._budget.check()
            try:
                status, _, content = self._transport.send(self._request(refresh))
            except BrokenExchange as broken:
                status, content, trouble = 0, b"", str(broken)
            if status == 200:
                return _decoded(content)
            if status in _REFUSALS:
                raise Refused(
                    f"the refresh token was refused ({status}{_reason(content)}). Let the OAuth "
                    "app be authorised again, set the variable that `refresh_token_env` names to "
                    "the new refresh token, then run `throughline check`.",
                    401,
                )
            trouble = trouble if not status else f"status {status}"
            if attempt < TRIES:
                self._budget.rest(_PAUSE_SECONDS * attempt)
        raise TemporaryError(f"no access token could be had ({trouble}). Run again later.")

    def _request(self, refresh: Secret) -> requests.PreparedRequest:
        facts = {
            "grant_type": "refresh_token",
            "client_id": self._grant.client_id.reveal(),
            "client_secret": self._grant.client_secret.reveal(),
            "refresh_token": refresh.reveal(),
        }
        kind = "x-www-form-urlencoded" if self._grant.is_form else "json"
        body = urlencode(facts).encode() if self._grant.is_form else msgspec.json.encode(facts)
        headers = {"Content-Type": f"application/{kind}", "Accept": "application/json"}
        return self._transport.prepared("POST", self._grant.address, None, body, headers)

    def _newest(self) -> Secret:
        """Return the refresh token that came of the one in the environment, if any has."""
        path = self._path()
        if path is None or not path.exists():
            return self._renewed or self._grant.refresh_token
        try:
            return Secret(shaped(path.read_bytes(), _Kept).refresh_token)
        except msgspec.DecodeError:
            raise SettingsError(
                f"The kept refresh token {path} cannot be read. Let the OAuth app be authorised "
                "again, and set the variable that `refresh_token_env` names to the new one."
            ) from None

    def _keep(self, refresh: str) -> None:
        """Put a renewed refresh token on the disk, whole and for this account alone."""
        secret, path = Secret(refresh), self._path()
        self._known = (*self._known, secret)
        self._renewed = secret
        if path is None:
            return
        write_durably(path, msgspec.json.encode(_Kept(refresh)), mode=0o600)

    def _path(self) -> Path | None:
        """Where it is kept: by the token that it all began with, whichever sources share that."""
        if self._grant.folder is None:
            return None
        name = hashlib.sha256(self._grant.refresh_token.reveal().encode()).hexdigest()[:32]
        return self._grant.folder / f"{name}.json"


@contextmanager
def _locked(folder: Path | None) -> Iterator[None]:
    """Let one process at a time renew what is kept in a folder."""
    if folder is None:
        yield
        return
    from filelock import FileLock

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / ".lock", mode=0o600, thread_local=False):
        yield


def _decoded(content: bytes) -> _Told:
    try:
        return shaped(content, _Told)
    except msgspec.DecodeError:
        raise ResponseError("what was sent in place of an access token is none.") from None


def _reason(content: bytes) -> str:
    """Return the one word in which a refusal is given, such as ``invalid_grant``."""
    try:
        word = shaped(content, _Refusal).error[:_LONGEST_REASON]
    except msgspec.DecodeError:
        return ""
    return f": {word}" if re.fullmatch(r"[a-z_]+", word) else ""
