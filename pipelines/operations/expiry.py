"""Alert of a token before it ends: once for each token, however many runs there are until then."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from connectors.durable import write_durably
from pipelines.home.home import Home
from pipelines.operations.alerts import deliver, expiry_message
from pipelines.operations.sending import Answer
from pipelines.warehouse.expiry import expiries
from pipelines.warehouse.manifest import read_current
from pipelines.warehouse.places import Places


def tell_expiry(home: Home, now: datetime | None = None) -> list[Answer]:
    """Alert of tokens that end within 14 days and that nobody was told of yet."""
    places = Places(home.folder)
    current = read_current(places)
    if current is None or not home.settings.alerts:
        return []
    path = places.logs / "expiry.told"
    known = _read(path)
    ending = {each.source: each for each in expiries(current[1]["sources"], now)}
    fresh = [each for name, each in ending.items() if known.get(name) != each.ends.isoformat()]
    if not fresh:
        return []
    answers = deliver(home.settings.alerts, expiry_message(home, fresh))
    told = known | {each.source: each.ends.isoformat() for each in fresh}
    write_durably(path, json.dumps(told, indent=1).encode())
    return answers


def _read(path: Path) -> dict[str, str]:
    """Return until when the token of each source was told to live; a damaged file costs alerts."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
