"""Silence: no good run for too long, found from outside of any run.

A good run published: its exit code is 0 or 3. What counts is when it ended, not the date that it
stands for: a replay of an old night is no news. So a home that was never told to run is not silent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.durable import write_durably
from pipelines.home.home import Home
from pipelines.operations.alerts import deliver, silence_message
from pipelines.operations.sending import Answer
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import read_records
from pipelines.warehouse.retention import LOGS_KEPT

GOOD = (0, 3)
NEVER = "never"


@dataclass(frozen=True)
class Silence:
    """No run was good since ``since``, an instant in ISO 8601 or ``never``, for ``hours``."""

    since: str
    hours: float

    def __str__(self) -> str:
        last = (
            "there was none yet" if self.since == NEVER else f"the last was {self.since[:16]} UTC"
        )
        return (
            f"No good run in {self.hours:g} hours: {last}. See whether the schedule is on, then "
            "start `throughline run`."
        )


def silence_of(places: Places, hours: float, now: datetime | None = None) -> Silence | None:
    """Whether the home is silent; None if a run was good, or the first began, lately.

    Args:
        places: Of the home.
        hours: How long is too long.
        now: With a time zone; the present if None.
    """
    records = read_records(places, LOGS_KEPT)
    if not records:
        return None
    good = next((each for each in records if each["exit_code"] in GOOD), None)
    last = good["ended_at"] if good else records[-1]["started_at"]
    if (now or datetime.now(UTC)) - _instant(last) < timedelta(hours=hours):
        return None
    return Silence(last if good else NEVER, hours)


def tell_silence(home: Home, now: datetime | None = None) -> list[Answer]:
    """Alert of silence where there is one, once until the next good run."""
    places = Places(home.folder)
    silence = silence_of(places, home.settings.run.silent_hours, now)
    told = places.logs / "silence.told"
    if silence is None or not home.settings.alerts or _read(told) == silence.since:
        return []
    answers = deliver(home.settings.alerts, silence_message(home, silence.since[:16]))
    write_durably(told, json.dumps({"since": silence.since}).encode())
    return answers


def _read(path: Any) -> str | None:
    try:
        return json.loads(path.read_bytes())["since"]
    except (OSError, ValueError, KeyError):
        return None


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
