"""The one way to a tracker: reads only, from listed hosts only, bounded in time and size."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from importlib.metadata import version
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urljoin

import msgspec
import requests
import structlog

from connectors import answers
from connectors.addresses import Addresses
from connectors.answers import Answer, Call
from connectors.clock import Clock
from connectors.errors import ResponseError, ThroughlineError
from connectors.limits import Budget, Limiters, Pause
from connectors.live import Access
from connectors.oauth import Bearer
from connectors.secrets import Secret, struck_out
from connectors.tally import Tallies
from connectors.transport import BrokenExchange, Timeouts, Transport

AT_ONCE = 8
TRIES = 5
_LONGEST_BACKOFF = 60.0
_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
log = structlog.get_logger()


_NOTHING = Answer(0, {}, b"")


class Client:
    """Asks one tracker. Made by the kernel from ``Access``; may be used from many threads."""

    def __init__(
        self,
        source: str,
        access: Access,
        hosts: Sequence[str],
        budget: Budget | None = None,
        *,
        clock: Clock | None = None,
        dice: random.Random | None = None,
        timeouts: Timeouts | None = None,
        at_once: int = AT_ONCE,
        tries: int = TRIES,
        ca_bundle: str = "",
        proxy: str = "",
        secrets: Sequence[Secret] = (),
        limiters: Limiters | None = None,
    ) -> None:
        """Prepare to ask ``hosts``, and only them; no connection is opened yet.

        ``ca_bundle`` is a file of certificates to trust instead of the usual ones; ``proxy`` stands
        in for that of the environment; ``secrets`` are struck out of messages besides the headers.
        ``limiters`` are those of the run, for other sources may sign in with the same token.
        ``clock``, ``dice`` and ``timeouts`` are for tests.
        """
        clock = clock or Clock()
        self._source, self._access = source, access
        self._addresses = Addresses(access.address, hosts)
        self._clock, self._tries = clock, tries
        self._dice = dice or random.Random()
        self._budget = budget or Budget(clock)
        token = (self._addresses.hosts, frozenset(access.headers.items()), access.grant)
        self._limiter = (limiters or Limiters()).of(token, access.dialect.rates, clock, self._dice)
        self._transport = Transport(at_once, timeouts or Timeouts(), ca_bundle, proxy)
        self._in_flight = BoundedSemaphore(at_once)
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=f"ask-{source}")
        self._secrets = (*access.headers.values(), *secrets)
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"throughline/{version('throughline')}",
            **{name: value.reveal() for name, value in access.headers.items()},
        }
        grant = access.grant
        self._bearer = Bearer(grant, self._transport, clock, self._budget) if grant else None
        self._heard, self.tallies = answers.Heard(source), Tallies()

    def get(
        self,
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        kind: str = "read",
        pass_through: frozenset[int] | set[int] = frozenset(),
    ) -> Answer:
        """Ask for a path, or for a full address that the tracker gave, if its host is listed.

        Raises:
            Refused: At 401, 402 or 403.
            Missing: At 404.
            Gone: At 410.
            ResponseError: At any other 4xx, a redirect elsewhere, a body that is too large, or one
                that stayed unreadable through all tries.
            TemporaryError: If all tries are spent on 429, 5xx or a broken connection.
            DeferredError: If the budget is spent, or the tracker asks for a longer silence.
        """
        return self._ask("GET", Call(path, query, None, kind, pass_through))

    def post(
        self,
        path: str,
        body: Any,
        *,
        query: Mapping[str, Any] | None = None,
        kind: str = "read",
        pass_through: frozenset[int] | set[int] = frozenset(),
    ) -> Answer:
        """Ask with a JSON body; for paths in ``Access.reads`` alone. Raises like ``get``."""
        return self._ask("POST", Call(path, query, body, kind, pass_through))

    def many(self, calls: Sequence[Call]) -> list[Answer]:
        """Ask several things at once and return the answers in the order of the calls.

        What is in flight is bounded for all threads together. Raises the first fault, in the order
        of the calls, after those in flight have ended.
        """
        futures = [self._pool.submit(copy_context().run, self._one, call) for call in calls]
        faults = [future.exception() for future in futures]
        for fault in faults:
            if fault is not None:
                raise fault
        return [future.result() for future in futures]

    def at(self, address: str) -> Client:
        """Return a client of the same limits, sign-in and listed hosts under another address.

        Raises:
            SettingsError: If the host of the address is not listed.
        """
        other = Client.__new__(Client)
        other.__dict__.update(self.__dict__)
        other._addresses = self._addresses.under(address)
        return other

    def server_time(self) -> datetime:
        """Return the tracker's clock (naive UTC) as its newest answer told it; asks nothing.

        Raises:
            ResponseError: If no answer so far carried a ``Date``.
        """
        return self._heard.server_time()

    def warn(self, text: str) -> None:
        """Note what a person should know of this run."""
        self._heard.warn(text)

    @property
    def warnings(self) -> list[str]:
        """What the tracker announced, or a reader noted, and a person should know."""
        return list(self._heard.warnings)

    def redacted(self, text: str) -> str:
        """Return a text without any secret of this source."""
        renewed = self._bearer.secrets if self._bearer is not None else ()
        return struck_out(text, (*self._secrets, *renewed))

    def close(self) -> None:
        """Close all connections."""
        self._pool.shutdown(cancel_futures=True)
        self._transport.close()

    def _one(self, call: Call) -> Answer:
        return self._ask("GET" if call.body is None else "POST", call)

    def _ask(self, method: str, call: Call) -> Answer:
        """Ask until there is an answer that counts, by the cause of each failure."""
        try:
            request = self._prepared(method, call)
            asked = f"{method} {self._addresses.path(request.url or '') or '/'}"
            for attempt in range(1, self._tries + 1):
                answer, fault = self._tried(request, asked, call)
                if fault is None:
                    return answer
                cause = getattr(fault, "cause", None)
                seconds = self._silence(fault, attempt, call.kind)
                if cause is None or attempt == self._tries:
                    raise fault
                self.tallies.retried(cause)
                self._rest(seconds)
        except ThroughlineError as fault:
            text = self.redacted(f"Source `{self._source}`: {fault}")
            fault.args = (text,)
            raise fault from None
        raise AssertionError("the last try returns or raises")

    def _tried(
        self, request: requests.PreparedRequest, asked: str, call: Call
    ) -> tuple[Answer, ThroughlineError | None]:
        try:
            answer = self._signed_exchange(request, call)
        except BrokenExchange as broken:
            text = f"{asked}: {broken}. All tries are spent; run again later."
            return _NOTHING, answers.Busy(text, str(broken), None, False)
        dialect = self._access.dialect
        fault = answers.judged(answer, asked, call.pass_through, dialect, self.redacted)
        if isinstance(fault, answers.UnreadableBody):
            answer = answers.mended(answer)
            fault = answers.judged(answer, asked, call.pass_through, dialect, self.redacted)
        return answer, fault

    def _prepared(self, method: str, call: Call) -> requests.PreparedRequest:
        """Return the request; refuses what would go elsewhere, write, or show a secret."""
        address = self._addresses.of(call.path)
        body = msgspec.json.encode(call.body) if method == "POST" else None
        headers = {**self._headers, "Content-Type": "application/json"} if body else self._headers
        request = self._transport.prepared(method, address, _worded(call.query), body, headers)
        sent = request.url or ""
        self._addresses.check(sent)
        path = self._addresses.path(sent)
        if method != "GET" and path not in self._access.reads:
            raise ResponseError(f"POST {path} is not listed as a read, and nothing else is sent")
        if self.redacted(sent) != sent:
            raise ResponseError(f"{method} {path} would show a secret in its address")
        return request

    def _signed_exchange(self, request: requests.PreparedRequest, call: Call) -> Answer:
        """Send once; once more with a new access token where one can be had and 401 is told."""
        if self._bearer is None:
            return self._exchange(request, call.kind)
        request.headers["Authorization"], number = self._bearer.header()
        answer = self._exchange(request, call.kind)
        if answer.status != 401 or 401 in call.pass_through:
            return answer
        self._bearer.renew(number)
        request.headers["Authorization"], _ = self._bearer.header()
        return self._exchange(request, call.kind)

    def _exchange(self, request: requests.PreparedRequest, kind: str) -> Answer:
        """Send once, at one's turn; redirects within the listed hosts are followed."""
        for _ in range(_REDIRECTS + 1):
            self.tallies.waited(self._limiter.wait(kind, self._budget))
            with self._in_flight:
                self._budget.spend()
                self.tallies.asked()
                answer = Answer(*self._transport.send(request))
            self.tallies.received(len(answer.content))
            path = request.path_url.partition("?")[0]
            self._heard.hear(answer.status, answer.headers, path)
            if self._access.dialect.is_near(answer):
                self._limiter.slow_down(kind)
            if answer.status not in _MOVED or request.method != "GET":
                return answer
            request = request.copy()
            request.url = self._redirected(request.url or "", answer.headers.get("location", ""))
        raise ResponseError(f"more than {_REDIRECTS} redirects")

    def _redirected(self, address: str, location: str) -> str:
        """Return where a redirect leads, if that is a listed host."""
        try:
            target = urljoin(address, location)
        except ValueError:
            raise ResponseError("a redirect leads to an address that cannot be read") from None
        self._addresses.check(target)
        return target

    def _silence(self, fault: ThroughlineError, attempt: int, kind: str) -> float:
        """Silence all workers if the tracker asks for it; else return the seconds to wait here."""
        asked: Pause | None = getattr(fault, "pause", None)
        pause = asked or Pause(self._dice.uniform(0, min(_LONGEST_BACKOFF, 2.0**attempt)))
        if asked is None and not getattr(fault, "is_refusal", False):
            return pause.seconds
        log.info("silent", source=self._source, kind=kind, seconds=round(pause.seconds, 1))
        self._limiter.pause(kind, pause)
        return 0.0

    def _rest(self, seconds: float) -> None:
        self._budget.check(seconds)
        self.tallies.waited(seconds)
        if seconds:
            self._clock.sleep(seconds)


def _worded(query: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return a query as text, flags as ``true`` and ``false``."""
    pairs = []
    for name, value in (query or {}).items():
        for each in value if isinstance(value, list | tuple) else [value]:
            text = str(each).lower() if isinstance(each, bool) else str(each)
            pairs += [(name, text)] if each is not None else []
    return pairs
