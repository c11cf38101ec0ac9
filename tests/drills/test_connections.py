"""Nobody is called but the tracker: a whole night, real models, in a network of its own."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.drills.connections import asked, watched
from tests.figures import IS_DRILL, Figure
from tests.homes import ROOT

QUESTION = r"\35\230\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\34\0\1"


def test_the_name_in_a_question_to_a_name_server_is_found() -> None:
    assert asked(QUESTION) == "example.org"
    assert asked(QUESTION.replace(r"\0\1\0\0", r"\0\1\0", 1)) == ""
    assert asked("GET /rest/api/3/search HTTP/1.1") == ""


if IS_DRILL:

    @pytest.mark.needs_program("strace")
    def test_a_connection_that_is_tried_is_seen_wherever_it_leads(tmp_path: Path) -> None:
        program = (
            "import socket, subprocess, sys\n"
            "for family, address in ((socket.AF_INET, '192.0.2.1'), (socket.AF_INET6, '::1')):\n"
            "    with socket.socket(family, socket.SOCK_DGRAM) as each:\n"
            "        try: each.connect((address, 53))\n"
            "        except OSError: pass\n"
            "if len(sys.argv) < 2: subprocess.run([sys.executable, '-c', sys.argv[0], 'child'])"
        )

        tried = watched([sys.executable, "-c", program], tmp_path, tmp_path / "log")

        assert tried.code == 0, tried.said
        assert tried.peers == {("192.0.2.1", 53), ("::1", 53)}
        assert tried.elsewhere == {("192.0.2.1", 53)}

    @pytest.mark.timeout(1800)
    @pytest.mark.needs_program("strace")
    @pytest.mark.requirement("S17", "a night in a network of its own: 0 attempts but the tracker")
    def test_a_whole_night_turns_to_the_tracker_alone(tmp_path: Path, figure: Figure) -> None:
        if os.geteuid():
            pytest.skip("a network of its own can be made by root alone")
        command = ["unshare", "-n", sys.executable, "-m", "tests.drills.alone", str(tmp_path)]

        tried = watched(command, ROOT, tmp_path / "log")

        assert tried.code == 0, tried.said[-2000:]
        told = json.loads(tried.said.splitlines()[-1])
        assert told["code"] == 0, told["said"]
        assert tried.names == frozenset()
        assert tried.peers == {("127.0.0.1", told["port"])}
        figure.reached("1 peer, the tracker; 0 names asked for")
