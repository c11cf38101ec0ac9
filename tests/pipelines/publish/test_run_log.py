"""The log has one line per event, whatever the text holds."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from connectors.plain import plain
from pipelines.warehouse.run_log import written_to


def test_an_event_is_one_line_with_its_facts(tmp_path: Path) -> None:
    with written_to(tmp_path / "run.log"):
        structlog.get_logger().info("done", stage="fetch eng", records=3, detail=None)

    line = (tmp_path / "run.log").read_text()
    assert line.endswith('Z INFO    done stage="fetch eng" records=3\n')


@pytest.mark.requirement("S16", "control characters: one line, 0 escape bytes")
def test_control_characters_never_reach_a_log_or_a_terminal(tmp_path: Path) -> None:
    hostile = "a\nb\rc\x1b[2Jd\u202ee\u2028f\x00\x9b"
    with written_to(tmp_path / "run.log"):
        structlog.get_logger().warning(hostile, title=hostile)

    text = (tmp_path / "run.log").read_text()
    assert text.count("\n") == 1
    assert not set(text) & set("\x1b\r\x00\x9b\u202e\u2028")
    assert plain("Zürich – 東京 ✓") == "Zürich – 東京 ✓"


def test_nothing_is_logged_anywhere_once_the_file_is_closed(tmp_path: Path, capfd) -> None:
    with written_to(tmp_path / "run.log"):
        pass
    structlog.get_logger().info("late")

    assert (tmp_path / "run.log").read_text() == ""
    assert capfd.readouterr() == ("", "")


TRICKS = (
    *("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\x07", "\x08"),
    *("\x1b[31m", "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\", "\x9b31m"),
    *("\x1bPq", "\u202e", "\u2066", "\u200b", "\ufeff", "\x1b(0", "\x7f"),
)


@pytest.mark.requirement("S16", "20 newlines and escapes in logs and on terminals: one line each")
def test_no_trick_breaks_a_line_or_reaches_the_terminal(tmp_path: Path, capsys, figure) -> None:
    from pipelines.commands.failures import say
    from pipelines.warehouse.record import GateError

    with written_to(tmp_path / "run.log"):
        for trick in TRICKS:
            structlog.get_logger().info(f"a{trick}2026 ERROR b", **{"title": f"x{trick}y"})
            structlog.get_logger().error("failed", fault=GateError(f"x{trick}y"))
            say(f"a{trick}b")
    printed = capsys.readouterr().out
    text = (tmp_path / "run.log").read_text()

    assert (text.count("\n"), printed.count("\n")) == (2 * len(TRICKS), len(TRICKS))
    assert len(text.splitlines()) == 2 * len(TRICKS)
    assert len(printed.splitlines()) == len(TRICKS)
    escapes = {character for trick in TRICKS for character in trick if not character.isprintable()}
    assert not escapes - {"\n"} & set(text + printed)
    figure.reached(f"{len(TRICKS)} of {len(TRICKS)}, one line each, 0 escape bytes")
