"""The home as tables: what dbt reads as its source ``home``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pipelines.home import people_rows, source_rows, strategy_rows
from pipelines.home.calendar_rows import calendar_rows, working_days
from pipelines.home.home import Home
from pipelines.home.table_types import schema
from pipelines.home.values import time_zones

if TYPE_CHECKING:
    import pyarrow

WRITERS: dict[str, Callable[[Home], Iterable[tuple[Any, ...]]]] = {
    "settings": people_rows.settings,
    "people": people_rows.people,
    "person_accounts": people_rows.person_accounts,
    "teams": people_rows.teams,
    "memberships": people_rows.memberships,
    "absences": people_rows.absences,
    "manual_allocations": strategy_rows.manual_allocations,
    "nodes": strategy_rows.nodes,
    "edges": strategy_rows.edges,
    "milestones": strategy_rows.milestones,
    "measures": strategy_rows.measures,
    "observations": strategy_rows.observations,
    "checkins": strategy_rows.checkins,
    "decisions": strategy_rows.decisions,
    "decision_nodes": strategy_rows.decision_nodes,
    "conflicts": strategy_rows.conflicts,
    "sources": source_rows.sources,
    "status_map": source_rows.status_map,
    "dropped_names": source_rows.dropped_names,
    "field_roles": source_rows.field_roles,
    "link_fields": source_rows.link_fields,
    "link_phrases": source_rows.link_phrases,
    "container_mappings": source_rows.container_mappings,
}


def home_tables(
    home: Home, account_zones: Iterable[str], person_candidates: Iterable[str]
) -> dict[str, pyarrow.Table]:
    """Turn the home into its tables, every one of them, empty ones with their types.

    Args:
        home: A valid home.
        account_zones: Time zones that the trackers tell of accounts; unknown ones are left out.
        person_candidates: Ids of persons that the trackers may add, to give each a key.

    Raises:
        SettingsError: If pseudonyms are wanted and there is no secret to make them with.
    """
    calendar = home.settings.calendar
    told = (each.value.timezone for each in home.files.people if each.value.timezone)
    zones = {home.zone, *told, *(time_zones() & set(account_zones))}
    rows: dict[str, Iterable[tuple[Any, ...]]] = {
        "calendar": calendar_rows(zones, home.since, home.as_of, calendar.hours),
        "working_days": working_days(
            people_rows.calendars(home), calendar.working_days, home.since, home.as_of
        ),
        "person_keys": people_rows.person_keys(home, person_candidates),
    }
    rows |= {name: write(home) for name, write in WRITERS.items()}
    return {name: _table(name, found) for name, found in rows.items()}


def _table(name: str, rows: Iterable[tuple[Any, ...]]) -> pyarrow.Table:
    import pyarrow as pa

    kinds = schema(name)
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, kinds, strict=True)]
    return pa.table(arrays, schema=kinds)
