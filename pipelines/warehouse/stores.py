"""What a home stores, where, for how long and for whom: the rows of the page on data protection."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.home.home import Home
from pipelines.warehouse.inputs import NIGHTS_KEPT
from pipelines.warehouse.retention import DAGSTER_RUNS_KEPT, LOGS_KEPT, PUBLISHED_KEPT

INSIDE = "the account that runs the program"


class Store(NamedTuple):
    """One place that the program writes; ``place`` is an entry of ``data`` or PostgreSQL."""

    place: str
    holds: str
    how_long: str
    readers: str = INSIDE


def stores(home: Home) -> list[Store]:
    """Every store that a run, or a command beside it, of this home writes."""
    return [*_of_people(home), *_of_runs(home), *_postgres(home)]


def _of_people(home: Home) -> list[Store]:
    """What is made of the trackers' records and of what the user wrote."""
    return [
        Store("data/raw", _landed(home), _raw_days(home)),
        Store(
            "data/warehouse",
            "typed rows of data/raw; while a run lasts its database; logs of dbt; pages on tables",
            "as data/raw; a run's database until it ends",
        ),
        Store(
            "data/inputs",
            "throughline.yml, teams.yml and strategy/ as they were for each night, with the people "
            "and e-mails in them, so that it can be computed again",
            f"{NIGHTS_KEPT} nights",
        ),
        Store(
            "data/replays",
            "nights that `throughline replay` computed again: each a copy of all of this",
            "as its night in data/inputs",
        ),
        Store(
            "data/memory",
            "what each published night knew: totals, links of work items, and the texts of the "
            "strategy; no key of a person",
            "for good",
        ),
    ]


def _of_runs(home: Home) -> list[Store]:
    """What is published, and what is written down of runs."""
    group = home.settings.publish.readers
    readers = f"{INSIDE}, and the group {group}" if group else INSIDE
    return [
        Store("data/published", "the tables below", f"{PUBLISHED_KEPT} runs", readers),
        Store("data/logs", "counts and faults", f"{LOGS_KEPT} runs"),
        Store("data/dagster", "steps and counts of runs", f"{DAGSTER_RUNS_KEPT} runs"),
        Store(
            "data/tokens",
            "renewed refresh tokens of OAuth apps; no person",
            "until renewed",
        ),
        Store("data/erased.jsonl", "keyed hashes of who was forgotten", "for good"),
        Store(
            "data/rolled-back.json",
            "between which runs readers were switched; no person",
            "until they are switched again",
        ),
        Store("data/.lock", "nothing: whether a run is under way", "for good"),
    ]


def _landed(home: Home) -> str:
    names = "" if home.settings.privacy.people == "named" else " and names"
    return (
        f"records as the tracker gave them, less pictures of people{names} and the bodies of "
        "comments and work logs; what could not be used, likewise"
    )


def _raw_days(home: Home) -> str:
    days = home.settings.retention.raw_days
    return f"replaced copies {days} days, the newest for good" if days else "for good"


def _postgres(home: Home) -> list[Store]:
    postgres = home.settings.publish.postgres
    if postgres is None:
        return []
    place = f"PostgreSQL, schema {postgres.schema_name}"
    return [Store(place, "the tables below", "the current run", "whom the database lets read it")]
