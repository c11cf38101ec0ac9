"""Method and trust: what the figures rest on and what was set aside."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.report.answer import amount, shares_of, whole_period
from pipelines.report.facts import Facts, Row
from pipelines.report.scopes import Behind, behind
from pipelines.report.words import Share, count, moment

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
    data_as_of: str
    landed: int
    quarantined: int


@dataclass(frozen=True)
class QualityLine:
    """One finding on the data."""

    check: str
    source: str
    subject: str
    severity: str
    records: int
    detail: str


@dataclass(frozen=True)
class Trust:
    """Everything in the last section."""

    sources: list[SourceLine]
    behind: Behind
    quality: list[QualityLine]
    quality_left_out: int
    loose: Share
    imputed_days: float
    people: str
    minimum_group: int | None
    warnings: list[str]
    versions: list[tuple[str, str]]
    unmapped: str
    set_aside: str


def trust(facts: Facts, manifest: Mapping[str, Any]) -> Trust:
    """Collect what a reader needs to judge the figures."""
    traced, strict, _ = shares_of(whole_period(facts))
    quality = [_quality_line(row) for row in sorted(facts.quality, key=_gravity)]
    shown = _first_of_each_check(quality)
    set_aside = sum(int(row["records_quarantined"] or 0) for row in facts.sources)
    minimum_group = manifest.get("minimum_group")
    return Trust(
        sources=_source_lines(facts),
        behind=behind(facts),
        quality=shown,
        quality_left_out=len(quality) - len(shown),
        loose=Share(max(0.0, traced.part - strict.part), traced.whole, reason=traced.reason),
        imputed_days=sum(amount(row, "imputed_days") for row in facts.effort),
        people=_PEOPLE.get(str(manifest.get("people")), _PEOPLE["hidden"]),
        minimum_group=int(minimum_group) if minimum_group else None,
        warnings=[str(warning) for warning in manifest.get("warnings") or []],
        versions=sorted((str(k), str(v)) for k, v in (manifest.get("versions") or {}).items()),
        unmapped=_unmapped(quality),
        set_aside=count(set_aside, "record"),
    )


def _first_of_each_check(quality: list[QualityLine]) -> list[QualityLine]:
    seen: Counter[str] = Counter()
    shown = []
    for line in quality:
        seen[line.check] += 1
        if seen[line.check] <= _FINDINGS_SHOWN:
            shown.append(line)
    return shown


def _unmapped(quality: list[QualityLine]) -> str:
    """How many status names are read as work not begun for want of a mapping."""
    names = {(line.source, line.subject) for line in quality if "unmapped" in line.check}
    if not names:
        return "Every status name is mapped."
    return f"{count(len(names), 'status name')} mapped to nothing and counted as not begun."


def _source_lines(facts: Facts) -> list[SourceLine]:
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in facts.sources:
        by_source[row["source"]].append(row)
    return [
        SourceLine(
            source=source,
            tracker=rows[0]["tracker"] or "",
            state=rows[0]["state"] or "",
            data_as_of=moment(
                max((r["data_as_of"] for r in rows if r["data_as_of"]), default=None)
            ),
            landed=sum(int(row["records_landed"] or 0) for row in rows),
            quarantined=sum(int(row["records_quarantined"] or 0) for row in rows),
        )
        for source, rows in sorted(by_source.items())
    ]


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
        records=int(row["records"] or 0),
        detail=row["detail"] or "",
    )


def _unless_none(text: str | None) -> str:
    """The text; nothing for the member of a key column that means nothing."""
    return "" if text in (None, "(none)") else text
