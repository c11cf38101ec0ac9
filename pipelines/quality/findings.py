"""The border's counts as a table of the run: dbt tells readers of them, the checks judge them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.quality.rules import RULES, Count

if TYPE_CHECKING:
    import pyarrow as pa


def counts_table(counts: Iterable[Count]) -> pa.Table:
    """One row per suite, subject and rule, as ``run.expectations`` of the working database."""
    import pyarrow as pa

    rows = [
        {
            "source": source,
            "stream": stream,
            "subject": count.subject,
            "rule": count.rule,
            "says": RULES[count.rule].says,
            "severity": count.severity,
            "broken": float(count.found),
            "allowed": float(count.most),
            "detail": count.detail,
        }
        for count in counts
        for source, stream in [count.suite.split("/", 1)]
    ]
    text, number = pa.string(), pa.float64()
    names = ("source", "stream", "subject", "rule", "says", "severity")
    columns = {**dict.fromkeys(names, text), "broken": number, "allowed": number, "detail": text}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items())))


def border_counts_of(database: Path) -> list[Count]:
    """The counts as the working database of a run holds them."""
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select source || '/' || stream, subject, rule, broken, severity, allowed, detail "
            "from run.expectations order by all"
        ).fetchall()
    return [Count(*row) for row in rows]
