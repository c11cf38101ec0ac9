"""What an answer is worth: usable, a reason to ask again, or a fault named by its cause."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any, TypeVar

import msgspec
import structlog

from connectors.errors import (
    Gone,
    Missing,
    Refused,
    ResponseError,
    TemporaryError,
    ThroughlineError,
)
from connectors.limits import Dialect, Pause
from connectors.shaping import shaped

EXCERPT = 200
_REQUEST_IDS = ("atl-traceid", "x-arequestid", "x-request-id", "x-trace-id")
_AGAIN = frozenset({408, 425})
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_whole_json = msgspec.json.Decoder(msgspec.Raw).decode
log = structlog.get_logger()
Shape = TypeVar("Shape")


@dataclass(frozen=True)
class Answer:
    """A complete answer. Header names are in lower case; the body is JSON where status is 2xx."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self, type: type[Shape]) -> Shape:
        """Return the body in a declared shape; ``msgspec.Raw`` keeps a part byte for byte.

        Raises:
            ResponseError: If it has another shape; it names the field.
        """
        try:
            return shaped(self.content, type)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            raise ResponseError(f"An answer has another shape than known: {fault}") from None


@dataclass(frozen=True)
class Call:
    """One request. ``path`` starts with a slash and is joined to the address of the tracker.

    ``query`` values are text, numbers, flags or lists of them; None is left out. ``body`` makes it
    a POST, which only paths listed in ``Access.reads`` allow. ``kind`` names the limit it falls
    under. Statuses in ``pass_through`` are returned as they come, without a retry.
    """

    path: str
    query: Mapping[str, Any] | None = None
    body: Any = None
    kind: str = "read"
    pass_through: frozenset[int] | set[int] = frozenset()


class Busy(TemporaryError):  # noqa: N818 - says what the tracker is
    """A refusal or failure that another try may overcome, with the silence that is asked for."""

    def __init__(self, text: str, cause: str, pause: Pause | None, is_refusal: bool) -> None:
        super().__init__(text)
        self.cause = cause
        self.pause = pause
        self.is_refusal = is_refusal


class UnreadableBody(ResponseError):  # noqa: N818 - says what the answer is
    """A status of success over a body that is no JSON; another try may bring one."""

    cause = "unreadable body"


def judged(
    answer: Answer,
    asked: str,
    pass_through: frozenset[int] | set[int],
    dialect: Dialect,
    redacted: Callable[[str], str],
) -> ThroughlineError | None:
    """Return the fault of an answer; None if it counts.

    Args:
        answer: A complete answer.
        asked: Method and path, for the message.
        pass_through: Statuses that the caller wants to see.
        dialect: How the tracker speaks of its limits.
        redacted: Strikes secrets out of what is quoted.
    """
    status = answer.status
    if status in pass_through:
        return None
    if 200 <= status < 300:
        return _of_body(answer, asked, redacted)
    if dialect.is_refusal(answer):
        text = f"{asked} was refused as too fast ({status}). {_later(answer)}"
        return Busy(text, str(status), dialect.pause(answer), True)
    if status >= 500 or status in _AGAIN:
        text = f"{asked} failed at the tracker ({status}). {_later(answer)}"
        return Busy(text, str(status), dialect.pause(answer), False)
    return _final(answer, asked, redacted)


def _final(answer: Answer, asked: str, redacted: Callable[[str], str]) -> ThroughlineError:
    """Return the fault of an answer that asking again would not change."""
    status, said = answer.status, f"{_request_id(answer)}: {excerpt(answer.content, redacted)}"
    if status in (401, 402, 403):
        return Refused(
            f"{asked} was refused ({status}{said}). Check the token, its scope and what its owner "
            "may see, then run `throughline check`.",
            status,
        )
    if status == 404:
        return Missing(f"{asked} found nothing (404{said}).")
    if status == 410:
        return Gone(f"{asked} is a way of asking that the tracker has removed (410{said}).")
    return ResponseError(f"{asked} was answered with {status}{said}")


def _of_body(answer: Answer, asked: str, redacted: Callable[[str], str]) -> ThroughlineError | None:
    kind = answer.headers.get("content-type", "json").lower()
    found = "" if "json" in kind else f"is {kind.partition(';')[0]!r} instead of JSON"
    try:
        _whole_json(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        found = found or f"is no complete JSON ({fault})"
    except RecursionError:
        found = "is nested too deeply"
    if not found:
        return None
    return UnreadableBody(
        f"{asked} was answered with {answer.status}, but the body {found}"
        f"{_request_id(answer)}: {excerpt(answer.content, redacted)}"
    )


def mended(answer: Answer) -> Answer:
    """Return an answer whose lone surrogates, which no JSON may hold, are U+FFFD.

    Trackers let them into titles; without this, one such title would make its page unreadable.
    """
    content = _ESCAPE.sub(_without_lone_surrogate, answer.content)
    return Answer(answer.status, answer.headers, content)


def _without_lone_surrogate(found: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if found["lone"] else found[0]


def excerpt(content: bytes, redacted: Callable[[str], str]) -> str:
    """Return the beginning of a body as one line; struck out before it is cut."""
    text = redacted(content[: 16 * EXCERPT].decode("utf-8", "replace"))[:EXCERPT]
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _request_id(answer: Answer) -> str:
    found = (answer.headers.get(name) for name in _REQUEST_IDS)
    return next((f", request {each[:64]}" for each in found if each), "")


def _later(answer: Answer) -> str:
    return f"All tries are spent{_request_id(answer)}; run again later."


class Heard:
    """What the headers of all answers told: the tracker's clock, and what it announces."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._guard = Lock()
        self._time: datetime | None = None
        self._announced: set[tuple[str, str]] = set()
        self.warnings: list[str] = []

    def hear(self, status: int, headers: Mapping[str, str], path: str) -> None:
        """Take in the headers of an answer."""
        self._note_time(headers.get("date", ""))
        if status >= 400:
            told = {name: headers[name] for name in _REQUEST_IDS if name in headers}
            log.info("answered", source=self._source, status=status, path=path, **told)
        found = (headers.get("deprecation", ""), headers.get("sunset", ""))
        with self._guard:
            if found == ("", "") or found in self._announced:
                return
            self._announced.add(found)
        words = " and ".join(
            f"{name} {value[:80]}"
            for name, value in zip(("deprecation", "sunset"), found, strict=True)
            if value
        )
        text = f"The tracker announces the end of {path}: {words}. Update this program."
        self.warn(text)

    def warn(self, text: str) -> None:
        """Take in what a person should know."""
        with self._guard:
            self.warnings.append(text)
        log.warning(text, source=self._source)

    def server_time(self) -> datetime:
        """Return the newest time told; raises ResponseError if there is none."""
        if self._time is None:
            raise ResponseError(
                f"Source `{self._source}` tells no time: its answers lack the header Date."
            )
        return self._time

    def _note_time(self, text: str) -> None:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return
        self._time = found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
