"""Great Expectations at the border and at the exit, as asset checks; the exit's hold a night up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from connectors.registry import all_connectors
from pipelines.defs.keys import raw_key
from pipelines.defs.models import read_manifest
from pipelines.defs.resources import RunUnderWay
from pipelines.home.home import Home, Source
from pipelines.quality import verdicts
from pipelines.quality.border import suite_name
from pipelines.quality.promises import promises
from pipelines.quality.rules import RULES
from pipelines.quality.volume import item_stream
from pipelines.warehouse import steps

AT_THE_BORDER = ("conservation", "records", "keys", "values", "drift")
OF_THE_ITEMS = ("volume",)
SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}
Places = dict[str, dg.AssetKey]


def checks(prepared: Path, home: Home, marts: list[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """All checks of a home, made in one step once the tables are built.

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
        *(spec for source in home.sources for spec in _border_specs(source)),
        *(
            _spec(key, group, blocking=True)
            for name, key in exits.items()
            for group in promised[name].groups
        ),
    ]

    @dg.multi_asset_check(name="checks", specs=specs)
    def examined(run: RunUnderWay) -> Iterator[dg.AssetCheckResult]:
        """Count, judge, and let nothing be published that breaks a promise."""
        night = run.night
        with night.stage("checks") as counts:
            counted = verdicts.counts_of_a_run(steps.database(night), manifest, people)
            judged = run.examiner.examine(counted)
            verdicts.keep(night.places.run(night.run_id), judged)
            found = {(each.suite, each.group): each for each in verdicts.checks_of(judged)}
            counts["expectations"] = len(judged)
            counts["failed"] = sum(not each.is_met for each in judged)
            steps.tell_broken(each.sentence for check in found.values() for each in check.broken)
            for (suite, group), key in _places({**borders, **exits}, specs).items():
                yield _result(key, group, found.get((suite, group)))
            verdicts.gate(found.values())

    return examined


def _border_specs(source: Source) -> Iterator[dg.AssetCheckSpec]:
    for stream in all_connectors()[source.tracker].streams:
        is_item = stream.name == item_stream(source.tracker)
        groups = AT_THE_BORDER if stream.tables else AT_THE_BORDER[:2]
        for group in (*groups, *(OF_THE_ITEMS if is_item else ())):
            yield _spec(raw_key(source.name, stream.name), group)


def _spec(key: dg.AssetKey, group: str, *, blocking: bool = False) -> dg.AssetCheckSpec:
    says = "; ".join(rule.says for rule in RULES.values() if rule.group == group)
    return dg.AssetCheckSpec(group, asset=key, blocking=blocking, description=f"It {says}.")


def _places(keys: Places, specs: list[dg.AssetCheckSpec]) -> dict[tuple[str, str], dg.AssetKey]:
    """By suite and group the asset that is checked."""
    names = {key: suite for suite, key in keys.items()}
    return {(names[spec.asset_key], spec.name): spec.asset_key for spec in specs}


def _result(key: dg.AssetKey, group: str, check: verdicts.Check | None) -> dg.AssetCheckResult:
    """What a check came to. A table without rows of some kind has nothing that could break it."""
    if check is None:
        return dg.AssetCheckResult(
            passed=True, asset_key=key, check_name=group, metadata={"expectations": 0}
        )
    broken = {f"{each.subject} {each.rule}": each.sentence for each in check.broken}
    return dg.AssetCheckResult(
        passed=check.is_met,
        asset_key=key,
        check_name=group,
        severity=SEVERITIES[check.severity],
        metadata={"expectations": len(check.expectations), **broken},
    )
