"""Only listed hosts are called, whatever an address looks like."""

from __future__ import annotations

import socket

import pytest

from connectors.addresses import Addresses
from connectors.errors import ResponseError, SettingsError
from connectors.http import Client
from connectors.limits import Budget, Dialect
from connectors.live import Access
from connectors.secrets import Secret
from tests.connectors.kernel.shelf import FakeClock

SITE = "https://acme.example.net"
TRICKS = [
    "https://evil.example",
    "https://evil.example/acme.example.net",
    "https://acme.example.net.evil.example/x",
    "https://acme.example.net@evil.example/x",
    "https://evil.example#@acme.example.net/x",
    "https://evil.example?@acme.example.net/x",
    "https://evil.example\\@acme.example.net/x",
    "https://acme.example.net\\.evil.example/x",
    "https://user:pass@acme.example.net/x",
    "https://acme.example.net:444/x",
    "https://acme.example.net:0443x/x",
    "http://acme.example.net/x",
    "HTTP://acme.example.net/x",
    "ftp://acme.example.net/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,x",
    "//evil.example/x",
    "///evil.example/x",
    "\\\\evil.example/x",
    "https:evil.example",
    "https:/evil.example",
    "https://",
    "https://[::1]/x",
    "https://[::ffff:10.0.0.1]/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://017700000001/x",
    "https://127.1/x",
    "http://127.0.0.1/x",
    "http://localhost/x",
    "https://acme.example.net\t.evil.example/x",
    "https://acme.example.net\n/x",
    "https://acme.example.net\x00.evil.example",
    "https://аcme.example.net/x",
    "https://acme.example.net%2eevil.example/x",
    "https://%61cme.example.net:99999/x",
    "/x\r\nHost: evil.example",
    "x",
    "",
    ".evil.example/x",
    "@evil.example/x",
    ":8443/x",
]


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.requirement("S06", "30 tricks with addresses: 0 sockets outside the list")
def test_no_address_leads_elsewhere(trick: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def record(*args: object, **named: object) -> socket.socket:
        opened.append(args)
        raise OSError("no socket in this test")

    monkeypatch.setattr(socket, "create_connection", record)
    monkeypatch.setattr(socket, "getaddrinfo", record)
    access = Access(SITE, {"Authorization": Secret("Bearer abcdef")}, Dialect())
    clock = FakeClock()
    asking = Client("eng", access, ("acme.example.net",), Budget(clock), clock=clock)

    with pytest.raises(ResponseError):
        asking.get(trick)
    assert opened == []


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/rest/x", f"{SITE}/ex/jira/1/rest/x"),
        ("/@evil.example", f"{SITE}/ex/jira/1/@evil.example"),
        (f"{SITE}/y?a=1", f"{SITE}/y?a=1"),
        ("https://ACME.example.net:443/y", "https://ACME.example.net:443/y"),
    ],
)
def test_a_path_and_a_link_to_the_same_host_are_taken(path: str, address: str) -> None:
    assert Addresses(f"{SITE}/ex/jira/1/", ("acme.example.net",)).of(path) == address


@pytest.mark.parametrize(
    ("base", "hosts"),
    [
        ("http://acme.example.net", ("acme.example.net",)),
        ("http://acme.example.net", ("http://acme.example.net",)),
        ("http://10.0.0.1:8080", ("http://10.0.0.1:8080",)),
        ("https://acme.example.net", ("other.example.net",)),
        ("https://u:p@acme.example.net", ("acme.example.net",)),
        ("acme.example.net", ("acme.example.net",)),
    ],
)
@pytest.mark.requirement("S05", "http:// elsewhere than on this machine is refused")
def test_a_base_address_must_be_encrypted_and_listed(base: str, hosts: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="cannot be used"):
        Addresses(base, hosts)


@pytest.mark.requirement("S05", "http allowed to loopback only")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_be_asked_without_encryption(host: str) -> None:
    base = f"http://{host}:8080"

    assert Addresses(base, (base,)).of("/x") == f"{base}/x"


def test_a_ca_bundle_that_is_no_file_is_a_fault_of_the_settings() -> None:
    access = Access(SITE, {}, Dialect())

    with pytest.raises(SettingsError, match="is no file"):
        Client("eng", access, ("acme.example.net",), ca_bundle="/nowhere/ca.pem")
