"""The answer of a published run in a few lines: the share, what it is made of, where to read on."""

from __future__ import annotations

from pathlib import Path

from pipelines.commands.published import Published, Row, published

QUERY = "select * from rpt_traced_share where period_type = 'all' and team_id = '(all)'"


def answer(home: Path) -> str:
    """The traced share with its denominators and the path of the report."""
    with published(home) as run:
        rows = run.rows(QUERY)
        lines = _shares(rows[0]) if rows else ["No effort was published."]
        return "\n".join([*lines, *_where(run)])


def _shares(row: Row) -> list[str]:
    traced, allocated = row["traced_days"], row["allocated_days"]
    observed, capacity = row["observed_days"], row["capacity_days"]
    if row["reason"]:
        first = f"Traced share: none given ({row['reason']})."
    else:
        first = (
            f"Traced share: {row['traced_share']:.1%} "
            f"({traced:,.1f} of {allocated:,.1f} person-days of observed effort); "
            f"strictly traced {row['strict_share']:.1%}."
        )
    seen = "" if row["observed_share"] is None else f"{row['observed_share']:.1%} "
    second = f"Observed: {seen}({observed:,.1f} of {capacity:,.1f} person-days of capacity)."
    buckets = ("outcome", "enabling", "purpose", "unanchored", "retired", "unknown_id", "untraced")
    parts = ", ".join(f"{name} {row[f'{name}_days']:,.1f}" for name in buckets)
    return [first, second, f"Person-days: {parts}."]


def _where(run: Published) -> list[str]:
    manifest = run.manifest
    return [
        f"As of {manifest['as_of']}, since {manifest['since']}. Run {manifest['run_id']}.",
        f"Report: {run.folder.parent / 'current' / 'report' / 'index.html'}",
    ]
