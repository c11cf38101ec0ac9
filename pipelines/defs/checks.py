"""Great Expectations at the border and at the exit, as asset checks; the exit's hold a night up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from connectors.registry import all_connectors
from pipelines.defs.keys import raw_key
from pipelines.defs.models import read_manifest
from pipelines.defs.resources import RunUnderWay
from pipelines.home.home import Home
from pipelines.quality import verdicts
from pipelines.quality.border import suite_name
from pipelines.quality.promises import promises
from pipelines.warehouse import steps

NAME = "expectations"
AT_THE_BORDER = "It arrives as it is declared: keys, values, amounts, freshness, no record lost."
AT_THE_EXIT = "It keeps what is promised: its columns, keys, values, members and sums."
SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


def checks(prepared: Path, home: Home, marts: list[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """All checks of a home, made in one step once the tables are built.

    A stream or table has one check, which holds every expectation of it: of a night's time Dagster
    takes more for keeping a check's records than the check takes.

    Args:
        prepared: The folder with the dbt manifest.
        home: Whose sources are checked at the border.
        marts: The models that are checked at the exit.
    """
    manifest = read_manifest(prepared)
    people = home.settings.privacy.people
    promised = {each.mart.name: each for each in promises(manifest, people)}
    exits = {key.path[-1]: key for key in marts if key.path[-1] in promised}
    borders = {
        suite_name(source.name, stream.name): raw_key(source.name, stream.name)
        for source in home.sources
        for stream in all_connectors()[source.tracker].streams
    }
    specs = [
        *(_spec(key, AT_THE_BORDER) for key in borders.values()),
        *(_spec(key, AT_THE_EXIT, blocking=True) for key in exits.values()),
    ]

    @dg.multi_asset_check(name="checks", specs=specs)
    def examined(run: RunUnderWay) -> Iterator[dg.AssetCheckResult]:
        """Count, judge, and let nothing be published that breaks a promise."""
        night = run.night
        with night.stage("checks") as counts:
            counted = verdicts.counts_of_a_run(steps.database(night), manifest, people)
            judged = run.examiner.examine(counted)
            verdicts.keep(night.places.run(night.run_id), judged)
            found = {check.suite: check for check in verdicts.checks_of(judged)}
            counts["expectations"] = len(judged)
            counts["failed"] = sum(not each.is_met for each in judged)
            steps.tell_broken(each.sentence for check in found.values() for each in check.broken)
            for suite, key in (borders | exits).items():
                yield _result(key, found.get(suite))
            verdicts.gate(found.values())

    return examined


def _spec(key: dg.AssetKey, says: str, *, blocking: bool = False) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(NAME, asset=key, blocking=blocking, description=says)


def _result(key: dg.AssetKey, check: verdicts.Check | None) -> dg.AssetCheckResult:
    """What a check came to. A table without rows of some kind has nothing that could break it."""
    if check is None:
        nothing = {"expectations": 0}
        return dg.AssetCheckResult(passed=True, asset_key=key, check_name=NAME, metadata=nothing)
    broken = {f"{each.subject} {each.rule}": each.sentence for each in check.broken}
    return dg.AssetCheckResult(
        passed=check.is_met,
        asset_key=key,
        check_name=NAME,
        severity=SEVERITIES[check.severity],
        metadata={"expectations": len(check.expectations), **broken},
    )
