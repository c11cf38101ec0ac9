"""Method and trust: what the figures rest on and what was set aside."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from pipelines.report.answer import set_aside, shares_of, whole_period
from pipelines.report.facts import Facts, Row
from pipelines.report.figures import Figure, cell, figure, phrase
from pipelines.report.scopes import Behind, behind
from pipelines.report.words import Share, count, moment
from pipelines.warehouse.expiry import expiries

_FINDINGS_SHOWN = 6  # of each check: one kind of finding must not hide the others
_SEVERITIES = ("error", "warning", "info")

_PEOPLE = {
    "hidden": "No person is shown: effort is published by team and week only.",
    "pseudonym": "People appear as keyed hashes in the tables; this page shows none.",
    "named": "People are named in the tables; this page shows none.",
}


@dataclass(frozen=True)
class SourceLine:
    """One source with all its streams taken together."""

    source: str
    tracker: str
    state: str
    token: str
    data_as_of: Markup
    landed: Figure
    quarantined: Figure


@dataclass(frozen=True)
class QualityLine:
    """One finding on the data."""

    check: str
    source: str
    subject: str
    severity: str
    records: Figure
    detail: str


@dataclass(frozen=True)
class Trust:
    """Everything in the last section."""

    sources: list[SourceLine]
    behind: Behind
    quality: list[QualityLine]
    quality_left_out: float
    loose: Share
    imputed_days: Figure
    people: str
    shows_people: bool
    minimum_group: int | None
    warnings: list[str]
    versions: list[tuple[str, str]]
    unmapped: Markup
    set_aside: Markup


def trust(facts: Facts, manifest: Mapping[str, Any]) -> Trust:
    """Collect what a reader needs to judge the figures."""
    traced, strict, _ = shares_of(whole_period(facts))
    quality = [_quality_line(row) for row in sorted(facts.quality, key=_gravity)]
    shown = _first_of_each_check(quality)
    minimum_group = manifest.get("minimum_group")
    return Trust(
        sources=_source_lines(facts, manifest),
        behind=behind(facts),
        quality=shown,
        quality_left_out=figure(
            len(quality) - len(shown), f"count(*) - {len(shown)}", "rpt_quality"
        ),
        loose=Share(traced.part - strict.part, traced.whole, reason=traced.reason),
        imputed_days=_imputed(facts),
        people=_PEOPLE.get(str(manifest.get("people")), _PEOPLE["hidden"]),
        shows_people=manifest.get("people") in ("named", "pseudonym"),
        minimum_group=int(minimum_group) if minimum_group else None,
        warnings=[str(warning) for warning in manifest.get("warnings") or []],
        versions=sorted((str(k), str(v)) for k, v in (manifest.get("versions") or {}).items()),
        unmapped=_unmapped(facts),
        set_aside=count(set_aside(facts), "record"),
    )


def _imputed(facts: Facts) -> Figure:
    total = sum(row["imputed_days"] or 0.0 for row in facts.effort)
    return figure(total, "sum(imputed_days)", "rpt_effort", period_type="month")


def _first_of_each_check(quality: list[QualityLine]) -> list[QualityLine]:
    seen: Counter[str] = Counter()
    shown = []
    for line in quality:
        seen[line.check] += 1
        if seen[line.check] <= _FINDINGS_SHOWN:
            shown.append(line)
    return shown


def _unmapped(facts: Facts) -> Markup:
    """How many status names are read as work not begun for want of a mapping."""
    rows = [row for row in facts.quality if "unmapped" in (row["check_name"] or "")]
    names = {(row["source"], row["subject"]) for row in rows}
    if not names:
        return phrase("Every status name is mapped.")
    asked = "check_name like '%unmapped%'"
    number = figure(len(names), "count(distinct (source, subject))", "rpt_quality", asked)
    return phrase("{} mapped to nothing and counted as not begun.", count(number, "status name"))


def _source_lines(facts: Facts, manifest: Mapping[str, Any]) -> list[SourceLine]:
    told, published = manifest.get("sources") or [], manifest.get("published_at")
    at = datetime.fromisoformat(published) if published else None
    tokens = {each.source: f"{each.ends:%Y-%m-%d}" for each in expiries(told, at)}
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in facts.sources:
        by_source[row["source"]].append(row)
    return [
        SourceLine(
            source=source,
            tracker=rows[0]["tracker"] or "",
            state=rows[0]["state"] or "",
            token=tokens.get(source, ""),
            data_as_of=moment(
                max((r["data_as_of"] for r in rows if r["data_as_of"]), default=None)
            ),
            landed=_records(source, rows, "records_landed"),
            quarantined=_records(source, rows, "records_quarantined"),
        )
        for source, rows in sorted(by_source.items())
    ]


def _records(source: str, rows: list[Row], column: str) -> Figure:
    total = sum(int(row[column] or 0) for row in rows)
    return figure(total, f"sum({column})", "rpt_sources", source=source)


def _gravity(row: Row) -> tuple[int, str, int, str, str]:
    """Grave findings first; within a check the largest first."""
    severity = row["severity"] if row["severity"] in _SEVERITIES else _SEVERITIES[-1]
    return (
        _SEVERITIES.index(severity),
        row["check_name"] or "",
        -int(row["records"] or 0),
        row["source"] or "",
        row["subject"] or "",
    )


def _quality_line(row: Row) -> QualityLine:
    return QualityLine(
        check=(row["check_name"] or "").replace("_", " "),
        source=_unless_none(row["source"]),
        subject=_unless_none(row["subject"]),
        severity=row["severity"] or "",
        records=cell(row, "records", "rpt_quality"),
        detail=row["detail"] or "",
    )


def _unless_none(text: str | None) -> str:
    """The text; nothing for the member of a key column that means nothing."""
    return "" if text in (None, "(none)") else text
