"""Every tracker that can be asked, as a simulator of it and the settings that let a run in.

A tracker that joins adds one entry to ``TRACKERS``; the drills run on it by themselves.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.clock import Clock
from connectors.extraction import extract
from connectors.extraction_report import Extraction
from connectors.live import LiveConnector, LiveSettings
from connectors.registry import all_connectors
from connectors.secrets import Secret
from connectors.transport import Timeouts
from tests.simulators import asana, jira_cloud, jira_data_center, trello
from tests.simulators.asana_state import WORKSPACE
from tests.simulators.jira_catalogue import STORY_POINTS
from tests.simulators.server import Simulator
from tests.simulators.world import World


class StillClock(Clock):
    """A clock that moves by what is slept, so that nobody waits; the simulator's stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def now(self) -> float:
        """Seconds slept so far."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.seconds += seconds


@dataclass(frozen=True)
class Tracker:
    """A tracker that is simulated.

    ``make`` gives a simulator of a world; ``path`` ends its address. ``secrets`` are by role.
    ``setting`` names the address in ``throughline.yml``, ``home`` says more of it there. ``cut``
    lets a page of a simulator's lists hold so many rows at most.
    """

    name: str
    kind: str
    make: Callable[[World], Simulator]
    secrets: dict[str, str]
    cut: Callable[[Any, int], None]
    setting: str = "url"
    path: str = ""
    options: dict[str, object] = field(default_factory=dict)
    home: dict[str, object] = field(default_factory=dict)

    @property
    def connector(self) -> LiveConnector:
        """The connector."""
        found = all_connectors()[self.kind]
        assert isinstance(found, LiveConnector)
        return found

    @property
    def source(self) -> str:
        """The name of the source that reads it."""
        return self.name.replace("_", "-")

    @property
    def hidden(self) -> list[str]:
        """What nothing may show. The name that signs in is no secret: Jira lists it with people."""
        return [value for role, value in self.secrets.items() if role != "user"]

    @property
    def streams(self) -> list[str]:
        """The names of its streams."""
        return [each.name for each in all_connectors()[self.kind].streams]

    def settings(self, address: str, **options: object) -> LiveSettings:
        """The settings of a source that reads a simulator at an address."""
        secrets = {role: Secret(value) for role, value in self.secrets.items()}
        # Where Jira tries a token that the site itself refuses: not the real one.
        told = {"platform": address, **self.options, **options}
        return LiveSettings(self.source, "UTC", f"{address}{self.path}", told, secrets)

    def extract(
        self, address: str, raw: Path, connector: LiveConnector | None = None, **more: Any
    ) -> Extraction:
        """Read what is to be read now, through another connector if there is one; nobody waits."""
        named = {"clock": StillClock(), "dice": random.Random(1), "timeouts": Timeouts(2, 5, 10)}
        told = self.settings(address)
        return extract(connector or self.connector, told, raw, **{**named, **more})

    def entry(self, address: str) -> str:
        """The source as it stands in ``throughline.yml``."""
        facts = {"name": self.source, "type": self.kind, self.setting: f"{address}{self.path}"}
        facts |= {**self.options, **{f"{role}_env": name for role, name in self._variables()}}
        return f"  - {json.dumps({**facts, **self.home})}\n"

    def environment(self) -> dict[str, str]:
        """What the environment has to hold."""
        return {name: self.secrets[role] for role, name in self._variables()}

    def _variables(self) -> list[tuple[str, str]]:
        return [(role, f"{self.name}_{role}".upper()) for role in self.secrets]


def _of_cloud(site: jira_cloud.JiraCloud, rows: int) -> None:
    site.full_rows = rows


def _of_data_center(site: jira_data_center.JiraDataCenter, rows: int) -> None:
    site.ceiling = rows


def _of_asana(workspace: asana.Asana, rows: int) -> None:
    workspace.endpoints.pages.rows_at_most = rows


def _of_trello(boards: trello.Trello, rows: int) -> None:
    boards.answers.rows_at_most = rows


POINTS: dict[str, object] = {"fields": {"points": STORY_POINTS}}
"""By id: whoever reads Jira for the first time cannot know what the field was called before."""


def _trello(world: World) -> Simulator:
    found = trello.Trello(world)
    # Its clock stands still during a run, so that no window of a limit would ever pass.
    found.is_limited = False
    return found


def _asana(world: World) -> Simulator:
    found = asana.Asana(world)
    # For the same reason: a run over many projects asks more than a minute allows.
    found.rates.per_minute = 10**9
    return found


TRACKERS = {
    each.name: each
    for each in (
        Tracker(
            "jira_cloud",
            "jira",
            jira_cloud.JiraCloud,
            {"user": jira_cloud.USER, "token": jira_cloud.SECRETS["token"]},
            _of_cloud,
            home=POINTS,
        ),
        Tracker(
            "jira_data_center",
            "jira",
            jira_data_center.JiraDataCenter,
            {"token": jira_data_center.SECRETS["token"]},
            _of_data_center,
            home=POINTS,
        ),
        Tracker(
            "asana",
            "asana",
            _asana,
            asana.SECRETS,
            _of_asana,
            "api",
            "/api/1.0",
            {"workspace": WORKSPACE, "time_window_weeks": 30},
        ),
        Tracker("trello", "trello", _trello, trello.SECRETS, _of_trello, "api", "/1"),
    )
}
