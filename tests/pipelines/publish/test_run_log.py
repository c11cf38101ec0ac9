"""The log has one line per event, whatever the text holds."""

from __future__ import annotations

from pathlib import Path

import structlog

from pipelines.warehouse.run_log import plain, written_to


def test_an_event_is_one_line_with_its_facts(tmp_path: Path) -> None:
    with written_to(tmp_path / "run.log"):
        structlog.get_logger().info("done", stage="fetch eng", records=3, detail=None)

    line = (tmp_path / "run.log").read_text()
    assert line.endswith('Z INFO    done stage="fetch eng" records=3\n')


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
