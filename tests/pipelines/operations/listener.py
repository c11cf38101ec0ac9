"""A server on this machine that takes alerts, as a chat would, and keeps what it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listener:
    """What has been sent so far; ``status`` is the answer to the next messages, if it ``hangs``
    none."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.status = 200
        self.hangs = False
        self.ended = threading.Event()
        self.port = 0

    @property
    def address(self) -> str:
        """The address in the form that alerts are given; it holds a secret, as real ones do."""
        return f"json://user:SeCrEtPaSs@127.0.0.1:{self.port}/hook/SeCrEtToKeN"


@contextmanager
def listening() -> Iterator[Listener]:
    """Serve until the body ends."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            listener.messages.append(json.loads(content))
            if listener.hangs:
                listener.ended.wait()
                return
            self.send_response(listener.status)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Keep the output of the tests free of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
