"""How Trello is asked: the sign-in, its limits, batches, and what its refusals mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import msgspec

from connectors.errors import Missing, Refused, ResponseError, SettingsError, TemporaryError
from connectors.http import Answer, Call, Client
from connectors.limits import Dialect, Pause
from connectors.live import Access, LiveSettings
from connectors.secrets import Secret

ADDRESS = "https://api.trello.com/1"
MOST = 1000
"""Cards, actions or labels in one answer."""

BATCH = 10
"""Paths in one ``/batch``."""

_WINDOW, _MEMBER_WINDOW = 10.0, 900.0
_NEAR = 0.1
_REFUSALS = frozenset({401, 403, 404})
_decode_item = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class TrelloDialect(Dialect):
    """Trello's limits: per token 100 requests in 10 s, of ``/members`` 100 in 900 s.

    A refusal (429) carries no ``Retry-After``: the window has to pass. After 200 refusals in 10 s
    the key is shut out, so one refusal silences all workers.

    Source: Trello's guide on rate limits. The ``x-rate-limit-api-token-…`` headers are reported by
    users, not documented; nothing rests on them but a slower pace.
    """

    rates: Mapping[str, tuple[int, float]] = {
        "read": (100, _WINDOW),
        "member": (100, _MEMBER_WINDOW),
    }

    def pause(self, answer: Answer) -> Pause | None:
        """Return how long to be silent after a refusal."""
        asked = super().pause(answer)
        if asked is not None or answer.status != 429:
            return asked
        if b"MEMBER_LIMIT_EXCEEDED" in answer.content:
            return Pause(_MEMBER_WINDOW)
        return Pause(_WINDOW, whole_source=True)

    def is_near(self, answer: Answer) -> bool:
        """True if a tenth of what the token or the key may ask is left."""
        return super().is_near(answer) or any(
            _is_low(answer.headers, f"x-rate-limit-api-{name}") for name in ("token", "key")
        )


def _is_low(headers: Mapping[str, str], name: str) -> bool:
    try:
        return int(headers[f"{name}-remaining"]) <= _NEAR * int(headers[f"{name}-max"])
    except (KeyError, ValueError):
        return False


def access(settings: LiveSettings) -> Access:
    """Return how Trello is reached: key and token travel in a header, never in an address.

    Raises:
        SettingsError: If the key or the token is not set, or is not one.
    """
    parts = [f'oauth_{role}="{_given(settings, name)}"' for role, name in _ROLES.items()]
    headers = {"Authorization": Secret(f"OAuth {', '.join(parts)}")}
    return Access(settings.address or ADDRESS, headers, TrelloDialect())


_ROLES = {"consumer_key": "key", "token": "token"}


def _given(settings: LiveSettings, name: str) -> str:
    secret = settings.secrets.get(name)
    if secret is None:
        raise SettingsError(
            f"Source '{settings.name}' has no {name} for Trello. Set the environment variable that "
            f"'{name}_env' names, then run `throughline check`."
        )
    value = secret.reveal().strip()
    if not value.isascii() or not value.isalnum():
        raise SettingsError(
            f"The {name} of source '{settings.name}' is no Trello {name}: one is letters and "
            f"digits only. Copy it anew into the environment variable that '{name}_env' names."
        )
    return value


def hosts(settings: LiveSettings) -> tuple[str, ...]:
    """Return the one host that is called."""
    return (urlsplit(settings.address or ADDRESS).netloc,)


class Trello:
    """Asks Trello, and tells a token that is dead from a board that it may not read."""

    def __init__(self, client: Client) -> None:
        """Ask through this client."""
        self.client = client
        self._dead = ""
        self._guard = Lock()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Ask for something on a board.

        Raises:
            Refused: With 403 if the token may not read it; with 401 if the token is dead.
            Missing: If it is gone.
        """
        return self.checked(path, self.client.get(path, query, pass_through=_REFUSALS))

    def many(self, calls: Mapping[str, Mapping[str, Any]]) -> list[Answer]:
        """Ask for several paths at once; refusals are left to the caller to check."""
        asked = [Call(path, query, pass_through=_REFUSALS) for path, query in calls.items()]
        return self.client.many(asked)

    def checked(self, path: str, answer: Answer) -> Answer:
        """Return an answer that is none of the refusals; raises like ``get``."""
        if answer.status not in _REFUSALS:
            return answer
        if answer.status == 404:
            raise Missing(f"Trello has no {path} (404): it was deleted, or cannot be seen.")
        if answer.status == 401:
            self._prove_that_the_token_lives()
        raise Refused(
            f"Trello lets the token not read {path} ({answer.status}). Make its owner a member of "
            "the board, or leave the board out of 'boards'.",
            403,
        )

    def _prove_that_the_token_lives(self) -> None:
        """Raise Refused with 401 if it does not; a dead one is not tried again."""
        with self._guard:
            if self._dead:
                raise Refused(self._dead, 401)
            try:
                self.client.get("/members/me", {"fields": "id"}, kind="member")
            except Refused as fault:
                if fault.status == 401:
                    self._dead = str(fault)
                raise

    def batch(self, paths: Sequence[str]) -> list[tuple[int, bytes]]:
        """Return status and body for each of any number of paths, ten in a request.

        The paths hold no comma. A path that failed for a reason of the moment fails them all.

        Raises:
            TemporaryError: If one path was refused as too fast, or Trello was out of order.
            ResponseError: If an answer is no list with one item for each path.

        Source: ``GET /batch``: a list of ``{"200": body}`` or an object that tells the error.
        """
        found: list[tuple[int, bytes]] = []
        for start in range(0, len(paths), BATCH):
            some = paths[start : start + BATCH]
            items = self.client.get("/batch", {"urls": ",".join(some)}).json(list[msgspec.Raw])
            if len(items) != len(some):
                raise ResponseError(
                    f"Trello answered {len(items)} of {len(some)} requests of a batch. Report it."
                )
            found += [_in_batch(bytes(item)) for item in items]
        return found


def _in_batch(item: bytes) -> tuple[int, bytes]:
    """Return status and body of one item of a batch; the status is never guessed."""
    try:
        members = _decode_item(item)
        status = next((name for name in members if len(name) == 3 and name.isdigit()), None)
        code = int(status or json.loads(bytes(members["statusCode"])))
    except (msgspec.DecodeError, KeyError, ValueError, TypeError):
        raise ResponseError("Trello answered a batch in an unknown form. Report it.") from None
    if code == 429 or code >= 500:
        raise TemporaryError(f"Trello failed within a batch ({code}). Run again later.")
    return code, bytes(members[status]) if status else b""
