"""Three simulated trackers of one organisation, for `throughline demo --live`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date

from tests.simulators import asana, jira_cloud, trello
from tests.simulators.asana_state import WORKSPACE
from tests.simulators.world import START, World

ITEMS, PEOPLE, CONTAINERS = 60, 5, 3
_JIRA = "{{name: eng, type: jira, url: '{address}', user_env: DEMO_USER, token_env: DEMO_JIRA}}"
_ASANA = (
    "{{name: ops, type: asana, api: '{address}/api/1.0', token_env: DEMO_ASANA, "
    "workspace: '{workspace}'}}"
)
_TRELLO = (
    "{{name: mkt, type: trello, api: '{address}/1', key_env: DEMO_KEY, token_env: DEMO_TRELLO}}"
)


class Stage:
    """A Jira, an Asana and a Trello, each with work of its own, on one calendar."""

    def __init__(self) -> None:
        """Play the history of all three."""
        worlds = [World(seed, ITEMS, PEOPLE, CONTAINERS) for seed in (7, 8, 9)]
        self.eng = jira_cloud.JiraCloud(worlds[0])
        self.ops = asana.Asana(worlds[1])
        self.mkt = trello.Trello(worlds[2])
        # Its clock stands still during a night, so that no window of a limit would ever pass.
        self.mkt.is_limited = False
        self._all = (self.eng, self.ops, self.mkt)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve all three on loopback until the block ends."""
        with ExitStack() as stack:
            for each in self._all:
                stack.enter_context(each.serving())
            yield

    def night(self, number: int) -> None:
        """Let a day pass in all three; night 0 is the first."""
        if number:
            for each in self._all:
                each.night(number)

    @property
    def today(self) -> date:
        """The day of the night's run."""
        return self.eng.now.date()

    @property
    def since(self) -> date:
        """The day on which the history begins."""
        return START.date()

    def variables(self) -> dict[str, str]:
        """What the environment has to hold."""
        return {
            "DEMO_USER": jira_cloud.USER,
            "DEMO_JIRA": jira_cloud.SECRETS["token"],
            "DEMO_ASANA": asana.SECRETS["token"],
            "DEMO_KEY": trello.SECRETS["key"],
            "DEMO_TRELLO": trello.SECRETS["token"],
        }

    def sources(self) -> list[str]:
        """The sources as they stand in throughline.yml; only while the block of serving lasts."""
        return [
            _JIRA.format(address=self.eng.address),
            _ASANA.format(address=self.ops.address, workspace=WORKSPACE),
            _TRELLO.format(address=self.mkt.address),
        ]

    def teams(self) -> dict[str, list[tuple[str, str]]]:
        """By team, its people and the account of each in the team's source."""
        return {
            "engineering": [
                (_mail(each), f"eng:{self.eng.state.accounts[each].id}")
                for each in self.eng.world.people
            ],
            "operations": [(_mail(each), "") for each in self.ops.world.people],
            "marketing": [
                (_mail(each), f"mkt:{self.mkt.story._ids[each]}") for each in self.mkt.world.people
            ],
        }


def _mail(person: str) -> str:
    return f"{person}@example.org"
