"""What a published manifest says of its run, beside tables and files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipelines.warehouse.manifest import versions
from pipelines.warehouse.missed import missed_sentence
from pipelines.warehouse.night import Night


def manifest_facts(night: Night) -> dict[str, Any]:
    """The facts of a run that a reader of its tables needs."""
    home, privacy = night.home, night.home.settings.privacy
    return {
        "organisation": home.organisation,
        "time_zone": home.zone,
        "as_of": home.as_of.isoformat(),
        "since": home.since.isoformat(),
        "started_at": night.record.started_at,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "people": privacy.people,
        "minimum_group": privacy.minimum_group,
        "versions": versions(),
        "sources": night.record.sources,
        "warnings": warnings(night),
    }


def warnings(night: Night) -> list[str]:
    """What a reader should know before trusting the figures: what was missed, what is amiss."""
    short = [each for each in night.record.sources if each["state"] != "fresh"]
    missed = night.record.missed
    return [
        *([missed_sentence(missed)] if missed else []),
        *(str(problem) for problem in night.home.warnings),
        *(f"Source {each['source']} is {each['state']}: {each['detail']}." for each in short),
        *(str(told) for each in night.record.sources for told in each.get("warnings", ())),
    ]
