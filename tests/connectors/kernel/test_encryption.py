"""TLS is always verified; a CA bundle is the only thing that changes who is trusted."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.errors import TemporaryError
from connectors.http import Client
from connectors.limits import Budget, Dialect
from connectors.live import Access
from connectors.transport import Timeouts
from tests.connectors.kernel.shelf import FakeClock

pytestmark = [
    pytest.mark.needs_program("openssl"),
    pytest.mark.requirement("S05", "expired, self-signed, wrong host, old protocol: refused"),
]
UNTRUSTED = "the certificate is not one that this machine trusts"


class Hello(BaseHTTPRequestHandler):
    """Answers every GET, and counts them."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        pass


class QuietServer(ThreadingHTTPServer):
    """Says nothing of handshakes that fail: they are what is tested."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


def certificate(folder: Path, name: str, days: int) -> tuple[Path, Path]:
    """Make a certificate that signs itself."""
    key, cert, wish = folder / "key.pem", folder / "cert.pem", folder / "wish.csr"
    asking = f"openssl req -newkey rsa:2048 -nodes -keyout {key} -out {wish} -subj /CN={name}"
    asking += f" -addext subjectAltName=DNS:{name}"
    signing = f"openssl x509 -req -in {wish} -signkey {key} -out {cert} -days {days}"
    for command in (asking, f"{signing} -copy_extensions copy"):
        done = subprocess.run(command.split(), capture_output=True, check=False)
        if done.returncode:
            pytest.skip("this openssl cannot make such a certificate")
    return key, cert


@contextmanager
def served(key: Path, cert: Path, newest: ssl.TLSVersion | None = None) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if newest:
        context.minimum_version = context.maximum_version = newest
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(cert, key)
    server = QuietServer(("127.0.0.1", 0), Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    Hello.asked = 0
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(address: str, ca_bundle: Path | None = None) -> int:
    clock = FakeClock()
    asking = Client(
        "eng",
        Access(address, {}, Dialect()),
        (address,),
        Budget(clock),
        clock=clock,
        timeouts=Timeouts(2, 2, 2),
        ca_bundle=str(ca_bundle or ""),
    )
    return asking.get("/").status


def test_a_certificate_of_the_bundle_is_trusted(tmp_path: Path) -> None:
    key, cert = certificate(tmp_path, "localhost", 2)

    with served(key, cert) as address:
        assert ask(address, cert) == 200


def test_a_certificate_that_signs_itself_is_refused(tmp_path: Path) -> None:
    key, cert = certificate(tmp_path, "localhost", 2)

    with served(key, cert) as address, pytest.raises(TemporaryError, match=UNTRUSTED):
        ask(address)
    assert Hello.asked == 0


def test_the_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    key, cert = certificate(tmp_path, "other.example", 2)

    with served(key, cert) as address, pytest.raises(TemporaryError, match=UNTRUSTED):
        ask(address, cert)
    assert Hello.asked == 0


def test_a_certificate_that_has_expired_is_refused(tmp_path: Path) -> None:
    key, cert = certificate(tmp_path, "localhost", -1)

    with served(key, cert) as address, pytest.raises(TemporaryError, match=UNTRUSTED):
        ask(address, cert)
    assert Hello.asked == 0


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_protocol_is_refused(tmp_path: Path) -> None:
    key, cert = certificate(tmp_path, "localhost", 2)

    with (
        served(key, cert, ssl.TLSVersion.TLSv1) as address,
        pytest.raises(TemporaryError, match="no encrypted connection could be made"),
    ):
        ask(address, cert)
    assert Hello.asked == 0


def test_the_environment_cannot_turn_verification_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, cert = certificate(tmp_path, "localhost", 2)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "" if name == "CURL_CA_BUNDLE" else str(cert))
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")

    with served(key, cert) as address, pytest.raises(TemporaryError, match=UNTRUSTED):
        ask(address)
