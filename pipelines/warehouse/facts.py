"""What a published manifest says of its run, beside tables and files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from connectors.erased import erasure_of
from pipelines.home.home import Home
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
    erasure = erasure_of(night.places.data)
    told = [erasure.text(each) for each in _warnings(night)]
    if night.home.settings.privacy.people == "named":
        return told
    persons = sorted(persons_of(night.home), key=len, reverse=True)
    names = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in persons), re.I)
    return [names.sub("(person)", each) if persons else each for each in told]


def persons_of(home: Home) -> set[str]:
    """Ids and names of people as the home writes them."""
    named = {each.value.name for each in home.files.people if each.value.name}
    return {*home.names.persons.values(), *named}


def _warnings(night: Night) -> list[str]:
    short = [each for each in night.record.sources if each["state"] != "fresh"]
    missed = night.record.missed
    return [
        *([missed_sentence(missed)] if missed else []),
        *(str(problem) for problem in night.home.warnings),
        *(f"Source {each['source']} is {each['state']}: {each['detail']}." for each in short),
        *(str(told) for each in night.record.sources for told in each.get("warnings", ())),
        *(f"{each['set_aside']}." for each in night.record.sources if each["set_aside"]),
    ]
