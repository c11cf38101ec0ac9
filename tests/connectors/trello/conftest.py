"""A simulated Trello that is served, and sources that ask it through the client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.http import Client
from connectors.limits import Budget
from connectors.trello import CONNECTOR
from tests.connectors.trello.nights import Nights, SimulatedClock, settings
from tests.simulators.trello import Trello
from tests.simulators.world import World


@pytest.fixture
def trello() -> Iterator[Trello]:
    """Four boards and a hundred cards, with Trello's limits."""
    found = Trello(World(7, items=100))
    with found.serving():
        yield found


@pytest.fixture
def nights(trello: Trello) -> Iterator[Callable[..., Nights]]:
    """Make a source of the simulator, with options of its settings."""
    clients = []

    def make(**options: Any) -> Nights:
        given = settings(trello, **options)
        access, hosts, clock = (
            CONNECTOR.access(given),
            CONNECTOR.hosts(given),
            SimulatedClock(trello),
        )
        secrets = tuple(given.secrets.values())
        budget = Budget(clock, None)
        client = Client(given.name, access, hosts, budget, clock=clock, secrets=secrets)
        clients.append(client)
        return Nights(trello, client, **options)

    yield make
    for client in clients:
        client.close()
