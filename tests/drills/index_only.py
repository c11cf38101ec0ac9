"""A network in which the package index answers, and nobody else can be reached.

    unshare -n python -m tests.drills.index_only SOCKET COMMAND ...

runs a command in a network that has this machine alone, and a proxy on it. What the proxy is asked
goes through a socket in the file system, which leads out of every network, to whoever holds the
other end: that one lets through what goes to the hosts of the index, and notes who was asked for.
"""

from __future__ import annotations

import os
import selectors
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.drills.alone import raise_loopback

HEAD_AT_MOST = 65_536
END = b"\r\n\r\n"


class Doorway(socketserver.ThreadingUnixStreamServer):
    """The end outside: who may be asked, and who was."""

    daemon_threads = True

    def __init__(self, place: Path, hosts: set[str]) -> None:
        super().__init__(str(place), _Request)
        self.hosts, self.asked = hosts, set[str]()


class _Request(socketserver.BaseRequestHandler):
    server: Doorway

    def handle(self) -> None:
        head = b""
        while END not in head and len(head) < HEAD_AT_MOST and (more := self.request.recv(4096)):
            head += more
        if END not in head:
            return
        method, target = head.split(b" ", 2)[:2]
        host, _, port = _authority(target.decode(), method == b"CONNECT").rpartition(":")
        self.server.asked.add(host)
        if host not in self.server.hosts:
            self.request.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection((host, int(port)), timeout=60) as there:
            if method == b"CONNECT":
                self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                there.sendall(head.partition(END)[2])
            else:
                there.sendall(head)
            join(self.request, there)


def _authority(target: str, is_tunnel: bool) -> str:
    """Host and port that a proxy is asked for."""
    if is_tunnel:
        return target
    host = target.partition("://")[2].partition("/")[0]
    return host if ":" in host else f"{host}:80"


@contextmanager
def doorway(place: Path, hosts: set[str]) -> Iterator[Doorway]:
    """The end outside, open while the body runs."""
    with Doorway(place, hosts) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def join(one: socket.socket, other: socket.socket) -> None:
    """Give each what the other says, until one of them ends."""
    with selectors.DefaultSelector() as waiting, suppress(OSError):
        waiting.register(one, selectors.EVENT_READ, other)
        waiting.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in waiting.select():
                said = key.fileobj.recv(65_536)  # pyright: ignore[reportAttributeAccessIssue]
                if not said:
                    return
                key.data.sendall(said)


def main(place: str, command: list[str]) -> int:
    """Run the command with the proxy as the only way out; its exit code."""
    raise_loopback()
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_lead_out, args=(listening, place), daemon=True).start()
    proxy = f"http://127.0.0.1:{listening.getsockname()[1]}"
    ways = {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "https_proxy": proxy, "http_proxy": proxy}
    # nor may the command find our own modules
    left = ("NO_PROXY", "no_proxy", "PYTHONPATH")
    kept = {key: value for key, value in os.environ.items() if key not in left}
    return subprocess.run(command, env={**kept, **ways}, check=False).returncode


def _lead_out(listening: socket.socket, place: str) -> None:
    while True:
        here, _ = listening.accept()
        there = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        there.connect(place)
        threading.Thread(target=_joined, args=(here, there), daemon=True).start()


def _joined(here: socket.socket, there: socket.socket) -> None:
    with here, there:
        join(here, there)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
