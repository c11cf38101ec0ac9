"""Foreign text makes no second line of what a command says, and steers no terminal."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from connectors.errors import AccessError, ResponseError, SettingsError, TemporaryError
from pipelines.commands.display import display
from pipelines.commands.failures import told_in_a_sentence
from pipelines.home.problems import HomeError, Problem
from tests.figures import Figure
from tests.pipelines.cli.conftest import Called
from tests.pipelines.conftest import LIST, SETTINGS, board
from tests.pipelines.publish.test_run_log import TRICKS

FORGED = "2026-01-01T00:00:00Z ERROR   forged"
HOSTILE = f"evil\n{FORGED}\r{FORGED}\x1b[2J\x1b]0;x\x07\x9b31m\u2028{FORGED}\u202eend"
STEERING = {each for trick in TRICKS for each in trick if not each.isprintable()} - {"\n"}
ERRORS = (AccessError, ResponseError, SettingsError, TemporaryError, KeyError, ValueError)


def unharmed(told: str) -> str:
    """What was printed, after a look at it."""
    assert not STEERING & set(told), told
    assert [line for line in told.splitlines() if line.lstrip().startswith(FORGED)] == []
    return told


@pytest.mark.requirement("S16", "errors that quote foreign text: one line each, 0 escape bytes")
def test_an_error_that_quotes_foreign_text_is_one_line(
    capsys: pytest.CaptureFixture[str], figure: Figure
) -> None:
    for trick in (*TRICKS, HOSTILE):
        faults = [kind(f"Trello answered a{trick}b.") for kind in ERRORS]
        for fault in (*faults, OSError(2, f"no{trick}", f"a{trick}b")):
            with pytest.raises(SystemExit), told_in_a_sentence():
                raise fault
            told = unharmed(capsys.readouterr().err)
            assert len(told.splitlines()) == told.count("\n") == 1
    problems = [Problem("teams.yml", 3, "teams[0].id", HOSTILE, "an identifier")] * 2
    with pytest.raises(SystemExit), told_in_a_sentence():
        raise HomeError(problems)
    assert len(unharmed(capsys.readouterr().err).splitlines()) == 1 + len(problems)
    figure.reached(f"{len(TRICKS) + 1} texts in {len(ERRORS) + 2} kinds of errors: one line each")


@pytest.mark.requirement("S16", "run, status, quarantine list and check: 0 escape bytes")
def test_what_commands_say_of_a_hostile_export_is_unharmed(
    call: Callable[..., Called], toy_home: Callable[..., Path], toy_project: Path, figure: Figure
) -> None:
    home = toy_home()
    hostile = json.loads(board(2))
    hostile["cards"].append({"id": HOSTILE, "name": 7, "idList": LIST["id"], "closed": False})
    (home / "exports" / f"b {HOSTILE.replace('/', '')}.json").write_text(json.dumps(hostile))
    (home / "exports" / f"c {HOSTILE.replace('/', '')}.json").write_text("{")
    run = ("run", "--home", home, "--as-of", "2026-06-30")

    said = [call(*run), call("status", "--home", home)]
    said.append(call("quarantine", "list", "--home", home))
    said.append(call("quarantine", "list", "--json", "--home", home))
    assert [each.code for each in said] == [1, 0, 0, 0], said
    (home / "throughline.yml").write_text(SETTINGS + json.dumps({HOSTILE: HOSTILE})[1:-1] + "\n")
    said += [call("check", "--home", home), call(*run), call(*run, "--json")]
    assert [each.code for each in said[-3:]] == [2, 2, 2], said[-3:]

    assert sum("evil" in each.out + each.err for each in said) == len(said)
    for each in said:
        unharmed(each.out)
        unharmed(each.err)
    figure.reached(f"{len(said)} of {len(said)} commands unharmed")


@pytest.mark.requirement("S16", "live progress: 0 escape bytes of foreign text")
@pytest.mark.parametrize("is_terminal", [False, True])
def test_live_progress_is_unharmed_by_foreign_text(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, figure: Figure
) -> None:
    monkeypatch.setenv("TERM", "dumb")  # so the display itself has no need of escapes
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    log = structlog.get_logger()
    with display():
        for trick in (*TRICKS, HOSTILE):
            stage = f"fetch {trick}"
            log.info("started", stage=stage)
            log.info("progress", stage=stage, finished=f"3 evil{trick}", scope=f"board{trick}")
            log.warning(f"source {trick}", stage=stage, detail=trick)
            log.info("done", stage=stage, seconds=0.1, records=3)

    told = unharmed(stream.getvalue())
    assert "evil" in told
    figure.reached(f"{len(TRICKS) + 1} texts, {'a table' if is_terminal else 'lines'}")
