"""Back to an earlier published run: readers are switched to it in one step, and it is noted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.durable import write_durably
from connectors.errors import SettingsError
from pipelines.warehouse.lock import held
from pipelines.warehouse.manifest import NAME
from pipelines.warehouse.places import Places
from pipelines.warehouse.publish import point_to
from pipelines.warehouse.retention import published_runs

POSTGRES = "postgres"
"""In the note on a switch: PostgreSQL has not followed."""


def kept_runs(places: Places) -> list[dict[str, Any]]:
    """The manifests of the runs that readers can be switched to, newest first."""
    found = (folder / NAME for folder in reversed(published_runs(places)))
    return [json.loads(path.read_text(encoding="utf-8")) for path in found if path.exists()]


def roll_back(places: Places, run_id: str | None = None) -> Path:
    """Switch readers to an earlier run; the folder that is current then.

    Args:
        places: Of the home.
        run_id: One of those kept; None for the one before the current one.

    Raises:
        SettingsError: If there is no such run; nothing is changed.
        LockHeldError: If a run is under way.
    """
    with held(places):
        kept = [each["run_id"] for each in kept_runs(places)]
        current = places.current.resolve().name if places.current.exists() else ""
        wanted = run_id or next((each for each in kept if each < current), None)
        if wanted is None or wanted not in kept:
            what = f"no published run {wanted}" if wanted else "no published run before this one"
            raise SettingsError(
                f"There is {what}. Expected one of those that `throughline rollback --list` shows: "
                f"{', '.join(kept) or 'none is kept'}."
            )
        before = rolled_back(places) or {}
        if wanted != current:
            _write(places, {"from": current, "to": wanted, "at": _now()})
            point_to(places, wanted)
        elif POSTGRES in before:
            _write(places, {key: told for key, told in before.items() if key != POSTGRES})
        return places.published / wanted


def note_behind(places: Places, run_id: str) -> None:
    """Note that PostgreSQL has not followed to this run; only until it is switched to again."""
    told = rolled_back(places) or {"from": run_id, "to": run_id, "at": _now()}
    _write(places, {**told, POSTGRES: "has another run"})


def rolled_back(places: Places) -> dict[str, str] | None:
    """From which run to which, and when, readers were switched back; None if they were not.

    ``postgres`` is among it if PostgreSQL did not follow. It ends with the next publication.
    """
    try:
        told = json.loads(_note(places).read_bytes())
    except (OSError, ValueError):
        return None
    return told if places.current.resolve().name == told["to"] else None


def _write(places: Places, told: dict[str, str]) -> None:
    write_durably(_note(places), json.dumps(told).encode())


def _note(places: Places) -> Path:
    return places.data / "rolled-back.json"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
