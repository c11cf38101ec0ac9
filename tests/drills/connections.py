"""Which connections a program and all its children try to open, whatever becomes of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from tests.programs import PROGRAMS

CALLS = "connect,sendto,sendmsg,sendmmsg"
ADDRESS = re.compile(
    r"sa_family=AF_INET6?, sin6?_port=htons\((?P<port>\d+)\).*?"
    r"(?:inet_addr\(|inet_pton\(AF_INET6, )\"(?P<address>[^\"]+)\""
)
SENT = re.compile(r'"((?:[^"\\]|\\.)*)"')
QUESTION_AT = 12
"""Where the name that is asked for begins in a message to a name server, in bytes."""


@dataclass(frozen=True)
class Tried:
    """How the program ended, and where it turned to: address and port, and names asked for."""

    code: int
    said: str
    peers: frozenset[tuple[str, int]]
    names: frozenset[str]

    @property
    def elsewhere(self) -> set[tuple[str, int]]:
        """The peers that are not on this machine."""
        return {each for each in self.peers if not ip_address(each[0]).is_loopback}


def watched(
    command: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str] | None = None
) -> Tried:
    """Run a command in a folder, and read from ``log`` what it and its children tried."""
    strace = PROGRAMS["strace"].path()
    assert strace is not None
    watch = [str(strace), "-f", "--seccomp-bpf", "-qq", "-s", "600", "-e", f"trace={CALLS}"]
    done = subprocess.run(
        [*watch, "-o", str(log), *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    peers, names = set(), set()
    for line in log.read_text(errors="replace").splitlines():
        peers |= {(each["address"], int(each["port"])) for each in ADDRESS.finditer(line)}
        if "connect(" not in line:
            names |= {name for sent in SENT.findall(line) if (name := asked(sent))}
    said = done.stdout + done.stderr
    return Tried(done.returncode, said, frozenset(peers), frozenset(names))


def asked(sent: str) -> str:
    """The name that a message asks a name server for; nothing if it is another message."""
    content = sent.encode().decode("unicode_escape").encode("latin-1", errors="replace")
    labels, place = [], QUESTION_AT
    while place < len(content) and 0 < (length := content[place]) < 64:
        labels.append(content[place + 1 : place + 1 + length])
        place += 1 + length
    # a question ends with the root, its kind, and its class, which is the internet
    is_question = content[place : place + 1] == b"\0" and content[place + 3 : place + 5] == b"\0\1"
    if len(labels) < 2 or not is_question:
        return ""
    return b".".join(labels).decode("ascii", errors="replace").lower()
