"""What shares have to be: parts of what is published beside them, null where that is nothing."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.report.buckets import SEEN
from tests.oracle.answer import Answer

Row = dict[str, Any]
Period = tuple[str, date, str]
MAY_EXCEED = ("observed_share", "whole_day_share")
"""More may be logged than there is capacity; and what an item that is active all day would get of
the rest, of a day on which one is active for a second."""


def allocated_days(answer: Answer) -> dict[Period, float]:
    """By period and team, and for all teams: what the oracle saw of effort on any work."""
    found: dict[Period, float] = defaultdict(float)
    for row in answer.tables["rpt_effort"]:
        if row["bucket"] != "unobserved":
            for team in (row["team_id"], "(all)"):
                found[row["period_type"], row["period_start"], team] += row["person_days"]
    return {key: days for key, days in found.items() if days > 0}


def faults_of_shares(row: Row) -> list[str]:
    """What of a row of `rpt_traced_share` does not hold; its denominators are published ones."""
    allocated, capacity = row["allocated_days"], row["capacity_days"]
    parts = [row[bucket.column] for bucket in SEEN]
    traced = sum(row[bucket.column] for bucket in SEEN if bucket.is_traced)
    shares = {name: row[name] for name in ("traced_share", "strict_share", "observed_share")}
    told = {
        "observed": _is(shares["observed_share"], allocated / capacity if capacity else None),
        "reason": (row["reason"] is None) == (shares["traced_share"] is not None),
        "both": (shares["traced_share"] is None) == (shares["strict_share"] is None),
    }
    if not allocated or 2 * allocated < capacity - 1e-6:
        told["null"] = shares["traced_share"] is None
    elif 2 * allocated > capacity + 1e-6:
        told["traced"] = _is(shares["traced_share"], traced / allocated)
        told["strict"] = _is(shares["strict_share"], row["strict_days"] / allocated)
        told["order"] = row["strict_days"] <= traced + 1e-9
    if allocated:
        told["whole"] = abs(sum(100 * part / allocated for part in parts) - 100) <= 0.01
    else:
        told["nothing"] = not any(parts)
    return [name for name, holds in told.items() if not holds]


def _is(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isfinite(found) and abs(found - expected) <= 1e-9


def share_columns(database: Path) -> list[tuple[str, str]]:
    """Table and column of everything that was built and is called a share."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'main' "
            "and not internal and column_name like '%\\_share' escape '\\' order by all"
        ).fetchall()


def of_no_part(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    """How many values of a share are below nothing, above all, or no number."""
    most = math.inf if column in MAY_EXCEED else 1 + 1e-9
    ((found,),) = connection.execute(
        f'select count(*) from {table} where not isfinite(cast("{column}" as double)) '
        f'or "{column}" < -1e-9 or "{column}" > ?',
        [most],
    ).fetchall()
    return found
