"""Which addresses may be called at all. What is in doubt is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from connectors.errors import ResponseError, SettingsError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PORTS = {"https": 443, "http": 80}
_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")


class Addresses:
    """One base address and the hosts that may be called."""

    def __init__(self, base: str, hosts: Iterable[str]) -> None:
        """Take what the settings say.

        Raises:
            SettingsError: If the base address is none of the hosts, or is plain http elsewhere than
                on this machine.
        """
        self.hosts = frozenset(_host_and_port(host) for host in hosts)
        self.base = base.rstrip("/")
        try:
            self._prefix = self._checked(self.base).path or ""
        except ResponseError as fault:
            raise SettingsError(
                f"The address {_shown(base)} cannot be used: {fault}. Write https:// and the host."
            ) from None

    def under(self, base: str) -> Addresses:
        """Return the same hosts with another base address; raises SettingsError like the first."""
        return Addresses(base, (f"{host}:{port}" for host, port in self.hosts))

    def of(self, path: str) -> str:
        """Return the full address of a path, or of an address that the tracker gave.

        Raises:
            ResponseError: If it leads elsewhere.
        """
        is_full = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path) is not None
        if not is_full and (not path.startswith("/") or path.startswith("//")):
            raise ResponseError(f"expected a path, found {_shown(path)}")
        address = path if is_full else self.base + path
        self._checked(address)
        return address

    def check(self, address: str) -> None:
        """Raise ResponseError if a full address, as it would be called, leads elsewhere."""
        self._checked(address)

    def path(self, address: str) -> str:
        """Return the path that an address has below the base; empty if it is not below it."""
        path = self._checked(address).path or ""
        if path.startswith(self._prefix + "/"):
            return path[len(self._prefix) :]
        return ""

    def _checked(self, address: str) -> Url:
        """Return the parts of an address, parsed as the library does that opens the socket."""
        if not _PLAIN.fullmatch(address):
            raise ResponseError("an address holds characters that none may hold")
        try:
            url = _parsed(address)
        except LocationParseError:
            raise ResponseError("an address cannot be read") from None
        host = (url.host or "").lower()
        if url.scheme not in _PORTS or url.auth is not None:
            raise ResponseError(f"an address of {_shown(host)} is not plain https")
        if (host, url.port or _PORTS[url.scheme]) not in self.hosts:
            raise ResponseError(f"the host {_shown(host)} is not one of this source")
        if url.scheme == "http" and host not in LOOPBACK:
            raise ResponseError(f"{_shown(host)} would be asked without encryption")
        return url


@lru_cache(maxsize=256)
def _parsed(address: str) -> Url:
    return parse_url(address)


def _host_and_port(host: str) -> tuple[str, int]:
    """Split ``host``, ``host:port`` or a full address."""
    full = host if "://" in host else f"https://{host}"
    try:
        url = parse_url(full)
    except LocationParseError:
        raise SettingsError(f"{_shown(host)} is no host.") from None
    return (url.host or "").lower(), url.port or _PORTS.get(url.scheme or "", 443)


def _shown(text: str) -> str:
    """A part of an address for a message: no query, no user, not long."""
    return repr(re.sub(r"[?#].*", "", text).rsplit("@", 1)[-1][:80])
