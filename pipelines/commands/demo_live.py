"""``throughline demo --live``: three nights of simulated trackers, read over the network."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

import typer

from pipelines.commands.failures import fail, say
from pipelines.commands.run import run_nightly
from pipelines.warehouse.exits import Exit
from pipelines.warehouse.places import Places

NIGHTS = 3
CHECKOUT = Path(__file__).resolve().parents[2]
DEGRADED = 3
FIRST_LINE = "# Written by `throughline demo --live`: its sources are simulated while that runs."
SETTINGS = """\
{first}
organisation: {{name: Three made-up trackers, timezone: UTC}}
effort: {{since: {since}, idle_days: 90}}
privacy: {{minimum_group: 1}}
sources:
{sources}
"""
STRATEGY = """\
nodes:
  - {{id: G-1, kind: goal, title: New customers reach value within a week, owner: ana}}
  - id: O-1
    kind: objective
    title: The first run explains itself
    owner: ana
    contributes_to: [{{to: G-1, because: Whoever understands it stays}}]
{results}
"""
RESULT = """\
  - id: {id}
    kind: key_result
    title: Step {id} takes under a day
    owner: ben
    contributes_to: [{{to: O-1, because: Each step that waits loses people}}]
"""


def run_live_demo(folder: Path, nights: int | None = None) -> None:
    """Serve simulated trackers, read all of them, then what changed in each of some nights.

    Raises:
        typer.Exit: With 2 where there are no simulators, or the folder is somebody's; with the
            exit code of a night that published nothing.
    """
    folder = folder.resolve()
    settings = folder / "throughline.yml"
    if settings.exists() and not settings.read_text(encoding="utf-8").startswith(FIRST_LINE):
        sentence = f"{folder} holds another home. Name a folder: `throughline demo --live DIR`."
        raise fail(sentence, Exit.SETTINGS)
    stage = _stage()
    with stage.serving(), _environment(stage.variables()):
        _write_home(folder, stage)
        say(f"Simulated trackers are up, and the demo home is in {folder}")
        for number in range((NIGHTS if nights is None else nights) + 1):
            stage.night(number)
            _run_night(folder, number, stage.today)
    say("The simulated trackers are down again: a run would now find every source stale.")


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Hold variables in the environment while the body runs."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _stage() -> Any:
    """The simulators, which stand beside the package in a checkout and are not installed."""
    if not (CHECKOUT / "tests" / "simulators" / "stage.py").is_file():
        sentence = (
            "The simulated trackers are part of the source code, not of the installed package. "
            "Get a checkout of it and start `throughline demo --live` there; `throughline demo` "
            "works anywhere."
        )
        raise fail(sentence, Exit.SETTINGS)
    if "tests" not in sys.modules:
        # Some packages bring a `tests` of their own, and it must not be taken for ours.
        spec = PathFinder.find_spec("tests", [str(CHECKOUT)])
        assert spec is not None
        sys.modules["tests"] = module_from_spec(spec)
    return import_module("tests.simulators.stage").Stage()


def _write_home(folder: Path, stage: Any) -> None:
    """Write the home anew. What an earlier demo read is forgotten, for its story begins again."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    (folder / "strategy").mkdir(parents=True, exist_ok=True)
    sources = "\n".join(f"  - {source}" for source in stage.sources())
    text = SETTINGS.format(first=FIRST_LINE, since=stage.since, sources=sources)
    (folder / "throughline.yml").write_text(text, encoding="utf-8")
    (folder / "teams.yml").write_text(_teams(stage), encoding="utf-8")
    results = "".join(
        RESULT.format(id=f"KR-{number}.{part}") for number in range(1, 6) for part in (1, 2)
    )
    strategy = folder / "strategy" / "strategy.yml"
    strategy.write_text(STRATEGY.format(results=results), encoding="utf-8")


def _teams(stage: Any) -> str:
    teams, people = ["teams:"], ["people:"]
    for team, members in stage.teams().items():
        listed = ", ".join(f"{{person: {person}, capacity: 0.15}}" for person, _ in members)
        teams.append(f"  - {{id: {team}, members: [{listed}]}}")
        people += [f"  - {{person: {who}, accounts: ['{it}']}}" for who, it in members if it]
    return "\n".join([*teams, *people]) + "\n"


def _run_night(folder: Path, number: int, today: date) -> None:
    """Run one night and say what it found; that removals are held back is part of the story."""
    say(f"Night {number} ({today}):" if number else f"The first night ({today}), all is new:")
    try:
        run_nightly(folder, as_of=today)
    except typer.Exit as ended:
        if ended.exit_code != DEGRADED:
            raise
    for path in _reports(folder):
        for line in _changes(json.loads(path.read_bytes())):
            say(f"  {line}")


def _reports(folder: Path) -> list[Path]:
    """The reports of the newest run, one per source."""
    logs = Places(folder).logs
    newest = max(path.stem for path in logs.glob("*.log"))
    return sorted(logs.glob(f"{newest}-*.json"))


def _changes(report: dict[str, Any]) -> list[str]:
    """What a run has read of a source, and what of it is behind, as lines."""
    slices = [each for scope in report["scopes"] for each in scope["slices"]]
    new, changed = (sum(each[what] for each in slices) for what in ("new", "changed"))
    idle = sum(scope["state"] == "idle" for scope in report["scopes"])
    outcomes: Counter[str] = Counter()
    for scope in report["scopes"]:
        outcomes.update(scope["outcomes"])
    told = [
        f"{report['asked']['requests']} requests",
        f"{new} new and {changed} changed records",
        *([f"{idle} of {len(report['scopes'])} scopes unchanged"] if idle else []),
        *(f"{count} {outcome.replace('_', ' ')}" for outcome, count in sorted(outcomes.items())),
    ]
    fine = ("complete", "idle", "absent")
    behind = [scope["reason"] for scope in report["scopes"] if scope["state"] not in fine]
    return [f"{report['source']}: {', '.join(told)}", *(f"  behind: {each}" for each in behind)]
