"""A small home that is valid, and the means to change one thing in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connectors.errors import SettingsError
from pipelines.home.home import Home, load_home
from pipelines.home.problems import HomeError, Problem

FILES = {
    "throughline.yml": """\
organisation: {name: Example, timezone: Europe/Berlin}
calendar: {holidays: DE}
effort: {since: 2026-01-01}
linking:
  containers: {'old:list:Brand': p-2}
sources:
  - {name: eng, type: jira, url: 'https://example.atlassian.net', token_env: JIRA_TOKEN}
  - {name: old, type: trello, export: 'exports/*.json'}
""",
    "teams.yml": """\
teams:
  - id: platform
    direction: strategy
    members:
      - {person: Ana@Example.org, capacity: 0.8, from: 2026-01-01}
      - {person: ben}
  - {id: hr, holidays: [DE-BY, 2026-12-24], members: [{person: ben, capacity: 0.5}]}
people:
  - {person: ana@example.org, timezone: Europe/Lisbon, accounts: ['old:5f1c', 'eng:712020:1b']}
  - {account: 'eng:557058:2c', bot: true}
""",
    "strategy/a.yml": """\
nodes:
  - {id: P-2, kind: purpose, title: Brand, owner: ana@example.org}
  - {id: G-1, kind: goal, title: Value within a week, owner: cto@example.org}
  - id: KR-1.2
    kind: key_result
    title: Median under 7 days
    owner: ana@example.org
    team: Platform
    contributes_to: [{to: g-1, because: It converts, weight: 2}]
""",
    "strategy/b.yml": """\
nodes:
  - id: INI-7
    kind: initiative
    title: Guided set-up
    owner: ben
    contributes_to:
      - {to: KR-1.2, because: It removes the slowest steps}
measures:
  - {id: M-1, node: G-1, title: Share, kind: outcome}
  - {id: M-12, node: kr-1.2, title: Median days, kind: outcome, cadence_days: 30}
decisions:
  - {id: DEC-3, date: 2026-03-01, title: Build it, starts: [ini-7]}
""",
    "strategy/manual.csv": """\
person,node,from,to,share,author,reason
ana@example.org,kr-1.2,2026-02-01,2026-02-28,0.5,cto,"on purpose, once"
""",
    "strategy/observations.csv": "measure,date,value\nm-12,2026-01-31,30\n",
    "strategy/check-ins.csv": "node,date,author,confidence,note\nG-1,2026-02-01,cto,on_track,\n",
    "strategy/absences.csv": "person,from,to,share\nBEN,2026-02-02,,0.5\n",
    "exports/board.json": "{}",
}

AS_OF = date(2026, 6, 30)


@pytest.fixture
def make_home(tmp_path: Path) -> Callable[..., Path]:
    """Write the valid home, with files replaced, or ``(old, new)`` replaced in a file."""

    def make(**changes: str | tuple[str, str] | None) -> Path:
        folder = tmp_path / "a home [1]"
        by_stem = {Path(name).stem: name for name in FILES}
        texts = dict(FILES)
        for stem, change in changes.items():
            name = by_stem.get(stem, stem)
            if isinstance(change, tuple):
                assert change[0] in texts[name]
                texts[name] = texts[name].replace(*change, 1)
            elif change is None:
                del texts[name]
            else:
                texts[name] = change
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def loaded(make_home: Callable[..., Path]) -> Callable[..., Home]:
    """The valid home with changes, loaded as of 2026-06-30."""

    def load(**changes: str | tuple[str, str] | None) -> Home:
        return load_home(make_home(**changes), AS_OF)

    return load


@pytest.fixture
def error_in(make_home: Callable[..., Path]) -> Callable[..., Problem]:
    """The one error of the home with changes; it is a SettingsError and shows no secret."""

    def error(changes: dict[str, str | tuple[str, str] | None]) -> Problem:
        with pytest.raises(SettingsError) as caught:
            load_home(make_home(**changes), AS_OF)
        assert isinstance(caught.value, HomeError)
        assert "c4n4ry" not in str(caught.value)
        (found,) = [each for each in caught.value.problems if each.severity == "error"]
        assert str(found) in str(caught.value)
        return found

    return error
