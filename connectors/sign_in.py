"""The client of a source, and the question who we are."""

from __future__ import annotations

import random

from connectors.clock import Clock
from connectors.http import AT_ONCE, TRIES, Client
from connectors.limits import Budget, Limiters
from connectors.live import Identity, LiveConnector, LiveSettings
from connectors.transport import Timeouts


def client_for(
    connector: LiveConnector,
    settings: LiveSettings,
    budget: Budget | None = None,
    clock: Clock | None = None,
    dice: random.Random | None = None,
    timeouts: Timeouts | None = None,
    at_once: int = AT_ONCE,
    limiters: Limiters | None = None,
    tries: int = TRIES,
) -> Client:
    """Return the client of a source. ``ca_bundle`` and ``proxy`` may stand in its options.

    Raises:
        SettingsError: If the settings lack something.
    """
    return Client(
        settings.name,
        connector.access(settings),
        connector.hosts(settings),
        budget,
        clock=clock,
        dice=dice,
        timeouts=timeouts,
        at_once=at_once,
        tries=tries,
        ca_bundle=str(settings.options.get("ca_bundle") or ""),
        proxy=str(settings.options.get("proxy") or ""),
        secrets=tuple(settings.secrets.values()),
        limiters=limiters,
    )


def identify(connector: LiveConnector, settings: LiveSettings) -> Identity:
    """Ask a source who we are, and nothing else; for ``throughline check``.

    Raises:
        AccessError: If the tracker does not know us.
        TemporaryError: If it cannot be reached.
    """
    client = client_for(connector, settings, Budget(Clock(), max_minutes=2))
    try:
        return connector.connect(settings, client).identify()
    finally:
        client.close()
