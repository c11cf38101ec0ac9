"""Where OAuth apps get access tokens, each for a refresh token that a new one replaces."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

CLIENT = {"client_id": "an-oauth-app", "client_secret": "CanarySecretOfTheOAuthApp07"}
FIRST = "CanaryRefreshTokenNumber00"
"""What the environment holds; those that follow are known here alone."""


class Authority:
    """Gives access tokens, and tells ``given`` of each; ``rotates`` makes refresh tokens new."""

    def __init__(self, given: Callable[[str], None], *, rotates: bool = True) -> None:
        self.given, self.rotates = given, rotates
        self.refresh = FIRST
        self.asked: list[str] = []
        self.status = 200
        self.address = ""

    def answer(self, kind: str, body: bytes) -> tuple[int, dict[str, object]]:
        """Status and body for a request of a content type."""
        told = dict(parse_qsl(body.decode())) if "form" in kind else json.loads(body)
        self.asked.append(told.get("refresh_token", ""))
        if self.status != 200:
            return self.status, {"error": "server_error"}
        if {name: told.get(name) for name in CLIENT} != CLIENT:
            return 401, {"error": "access_denied"}
        if told.get("refresh_token") != self.refresh or told["grant_type"] != "refresh_token":
            return 403, {"error": "invalid_grant", "error_description": f"no {self.refresh}"}
        number = len(self.asked)
        access = f"CanaryAccessTokenNumber{number:02}"
        answer: dict[str, object] = {"access_token": access, "expires_in": 3600}
        if self.rotates:
            self.refresh = f"CanaryRefreshTokenNumber{number:02}"
            answer["refresh_token"] = self.refresh
        self.given(access)
        return 200, answer


@contextmanager
def serving(authority: Authority) -> Iterator[Authority]:
    """Serve on loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with guard:
                status, answer = authority.answer(self.headers["Content-Type"], body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    guard = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    authority.address = f"http://127.0.0.1:{server.server_port}/oauth/token"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
