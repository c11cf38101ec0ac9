"""Send a message to the addresses that environment variables hold, through Apprise.

Why it is so: an address of Slack, Teams or a mail server is a secret as a whole. It is read when it
is used, and nothing that the library says of it is passed on: of an answer we tell whether it was
taken, and an HTTP status.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apprise import NotifyBase

SECONDS_AT_MOST = 20.0
"""For all addresses together, which are asked at once: a run waits no longer for its alert."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_NEVER_ENCRYPTED = frozenset({"rsyslog"})
"""Other services without an encrypted twin stay on this machine, or use https by themselves."""


@dataclass
class Answer:
    """What became of a message at the address that ``variable`` holds."""

    variable: str
    is_taken: bool = False
    detail: str = f"no answer within {SECONDS_AT_MOST:.0f} seconds"

    def __str__(self) -> str:
        return f"{self.variable}: {'taken' if self.is_taken else 'not taken'} ({self.detail})"


def fault_of(variable: str) -> str:
    """What is wrong with the address that an environment variable holds; nothing if empty."""
    found = _service(variable)
    return found if isinstance(found, str) else ""


def send(variables: Sequence[str], title: str, body: str, kind: str) -> list[Answer]:
    """Send a message to every address at once.

    Args:
        variables: Environment variables, each with one address.
        title, body: Plain text.
        kind: ``failure``, ``warning``, ``success`` or ``info``.

    Returns:
        An answer for each variable, in order. A message that cannot be sent raises nothing.
    """
    answers = [Answer(variable) for variable in variables]
    threads = []
    with _silent():
        for answer in answers:
            service = _service(answer.variable)
            if isinstance(service, str):
                answer.detail = service
                continue
            told = (answer, service, title, body, kind)
            threads.append(threading.Thread(target=_send_one, args=told, daemon=True))
        until = time.monotonic() + SECONDS_AT_MOST
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
    return answers


def _send_one(answer: Answer, service: NotifyBase, title: str, body: str, kind: str) -> None:
    from apprise import NotifyFormat, NotifyType

    told, said = NotifyType(kind), list[str]()
    try:
        with _heard(said):
            is_taken = service.notify(body, title, notify_type=told, body_format=NotifyFormat.TEXT)
    except Exception as fault:  # noqa: BLE001 - whatever a plug-in does, no run ends by it
        answer.detail = f"failed with {type(fault).__name__}"
        return
    answer.is_taken = bool(is_taken)
    answer.detail = "delivered" if is_taken else _reason(said)


def _service(variable: str) -> NotifyBase | str:
    """The service that a variable names, or what is wrong with what it holds."""
    address = os.environ.get(variable, "").strip()
    if not address:
        return "the variable is not set, where the program runs"
    with warnings.catch_warnings(), _silent():
        # Some plug-ins of the library import modules of Python that are on their way out.
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise, AppriseAsset

        asset = AppriseAsset(
            app_id="Throughline",
            app_desc="Throughline",
            app_url="",
            async_mode=False,
            storage_mode="memory",
            secure_logging=True,
            allow_templates=False,
            http_redirects=False,
            pgp_autogen=False,
            pem_autogen=False,
            image_url_mask="",
            image_url_logo="",
        )
        found = Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if found is None:
        return "its value is no address that Apprise knows, such as jsons://host/path"
    return _in_the_open(address.partition("://")[0].lower(), found) or found


def _in_the_open(scheme: str, service: NotifyBase) -> str:
    """What to write instead where a message, and the secret with it, would go unencrypted."""
    if not service.verify_certificate:
        return "it would speak to whoever answers: leave `verify` out of the address"
    plain, encrypted = _names(service.protocol), _names(service.secure_protocol)
    is_plain = scheme in _NEVER_ENCRYPTED or (scheme in plain and encrypted)
    if not is_plain or str(getattr(service, "host", "") or "").strip("[]").lower() in _HERE:
        return ""
    if scheme in _NEVER_ENCRYPTED:
        return f"{scheme}:// goes unencrypted to another machine: name another service"
    twin = encrypted[min(plain.index(scheme), len(encrypted) - 1)]
    return f"{scheme}:// goes unencrypted to another machine: write {twin}:// in its place"


def _names(schemes: str | Sequence[str] | None) -> tuple[str, ...]:
    return (schemes,) if isinstance(schemes, str) else tuple(schemes or ())


def _reason(said: Sequence[str]) -> str:
    """The HTTP status, if the library told one; its own words may hold the address."""
    for line in said:
        if status := re.search(r"error=([1-5]\d\d)\b", line):
            return f"HTTP status {status[1]}"
    return "it could not be reached"


@contextmanager
def _heard(said: list[str]) -> Iterator[None]:
    """Collect what the library logs in this thread; it is looked at for a status alone."""
    thread = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                said.append(record.getMessage())

    ear = Ear()
    logging.getLogger("apprise").addHandler(ear)
    try:
        yield
    finally:
        logging.getLogger("apprise").removeHandler(ear)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the library's own lines from every log of ours and of Dagster."""
    logger = logging.getLogger("apprise")
    before = logger.propagate
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = before
