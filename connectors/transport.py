"""One exchange with a tracker: verified, bounded in time and size, and whole or not at all."""

from __future__ import annotations

import http.client
import io
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import parse_url

from connectors.addresses import LOOPBACK
from connectors.errors import ResponseError, SettingsError

BODY_CAP = 64 * 1024 * 1024
_BUFFER, _PIECE = 1 << 16, 1 << 18
_NETWORK = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True)
class Timeouts:
    """In seconds: to connect, between two bytes, and for an answer as a whole."""

    connect: float = 10.0
    read: float = 60.0
    total: float = 300.0


class BrokenExchange(Exception):  # noqa: N818 - says what happened
    """No complete answer came; the text says why, in words without an address."""


class Transport:
    """Sends prepared requests. Nothing here decides whether to send again."""

    def __init__(
        self, at_once: int, timeouts: Timeouts, ca_bundle: str = "", proxy: str = ""
    ) -> None:
        """Open a session.

        Raises:
            SettingsError: If the CA bundle is no file.
        """
        if ca_bundle and not Path(ca_bundle).is_file():
            raise SettingsError(f"The CA bundle {ca_bundle} is no file.")
        self._verify: str | bool = ca_bundle or True
        self._proxy = proxy
        self._timeouts = timeouts
        self._session = _Session()
        # Neither a .netrc nor a variable of the environment may replace what signs in.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(timeouts.total, pool_maxsize=at_once, pool_block=True)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def prepared(
        self, method: str, address: str, query: Any, body: bytes | None, headers: Mapping[str, str]
    ) -> requests.PreparedRequest:
        """Return a request as it would be sent."""
        return requests.Request(method, address, headers, params=query, data=body).prepare()

    def send(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (names in lower case) and the whole body, redirects unfollowed.

        Raises:
            BrokenExchange: If no complete answer came in time.
            ResponseError: If the body is larger than the cap.
        """
        try:
            response = self._session.send(
                request,
                stream=True,
                verify=self._verify,
                proxies=self._proxies(request.url or ""),
                allow_redirects=False,
                timeout=(self._timeouts.connect, self._timeouts.read),
            )
            with response:
                content = _whole(response.raw)
        except _NETWORK as fault:
            raise BrokenExchange(_cause(fault)) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return response.status_code, headers, content

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _proxies(self, address: str) -> dict[str, str]:
        if parse_url(address).host in LOOPBACK:
            return {}
        if self._proxy:
            return {"http": self._proxy, "https": self._proxy}
        return dict(get_environ_proxies(address))


class _Session(requests.Session):
    """Makes nothing of a redirect, not even the next request: where it leads is not its to read."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def _whole(raw: Any) -> bytes:
    """Return the body unpacked; urllib3 raises if it ends before its declared length."""
    pieces, size = [], 0
    for piece in raw.stream(_PIECE, decode_content=True):
        size += len(piece)
        if size > BODY_CAP:
            raise ResponseError(f"an answer is larger than {BODY_CAP >> 20} MiB unpacked")
        pieces.append(piece)
    return b"".join(pieces)


def _cause(fault: BaseException) -> str:
    """Name what broke without the text of the libraries, which holds addresses."""
    chain: list[BaseException] = []
    while fault not in chain:
        chain.append(fault)
        inner = next((each for each in fault.args if isinstance(each, BaseException)), None)
        fault = getattr(fault, "reason", None) or inner or fault.__context__ or fault
        if not isinstance(fault, BaseException):
            break
    names = {name for each in chain for name in (kind.__name__ for kind in type(each).__mro__)}
    for name, words in _WORDS.items():
        if name in names:
            return words
    return f"the connection broke ({type(chain[-1]).__name__})"


_WORDS = {
    "SSLCertVerificationError": "the certificate is not one that this machine trusts",
    "SSLError": "no encrypted connection could be made",
    "ProxyError": "the proxy did not connect",
    "NameResolutionError": "the name of the host is not known",
    "ConnectionRefusedError": "the connection was refused",
    # Of the next kind too, though no time was up.
    "NewConnectionError": "no connection could be made",
    "TooSlow": "the answer took too long",
    "ConnectTimeoutError": "connecting took too long",
    "ReadTimeoutError": "no answer came in time",
    "TimeoutError": "no answer came in time",
    "IncompleteRead": "the answer was cut off",
    "DecodeError": "the answer could not be unpacked",
    "ConnectionResetError": "the connection was reset",
    "RemoteDisconnected": "the connection was closed without an answer",
}


class TooSlow(TimeoutError):  # noqa: N818 - says what the answer was
    """An answer came byte by byte for longer than an answer may take."""


class _Clocked(io.RawIOBase):
    """What comes from a socket, up to a moment: each byte in time is not the whole in time."""

    def __init__(self, raw: Any, seconds: float) -> None:
        self._raw = raw
        self._end = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._end:
            raise TooSlow
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _connection(base: Any, seconds: float) -> type:
    """Return a kind of connection whose answers have a deadline, their headers included."""

    class _Response(http.client.HTTPResponse):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self.fp = io.BufferedReader(_Clocked(self.fp.detach(), seconds), _BUFFER)  # type: ignore[attr-defined]

    return type(base.__name__, (base,), {"response_class": _Response})


class _Adapter(HTTPAdapter):
    """Opens connections with a deadline, directly and through a proxy."""

    def __init__(self, seconds: float, **named: Any) -> None:
        self._seconds = seconds
        super().__init__(**named)

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, **named)
        self._bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        return self._bound(super().proxy_manager_for(proxy, **named))

    def _bound(self, manager: Any) -> Any:
        pools = {}
        for scheme, base, connection in (
            ("http", urllib3.HTTPConnectionPool, HTTPConnection),
            ("https", urllib3.HTTPSConnectionPool, HTTPSConnection),
        ):
            kind = _connection(connection, self._seconds)
            pools[scheme] = type(base.__name__, (base,), {"ConnectionCls": kind})
        manager.pool_classes_by_scheme = pools
        return manager
