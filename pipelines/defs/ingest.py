"""From the sources to the database of the run: home, raw streams, typed tables, database."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from connectors.registry import all_connectors
from pipelines.defs.keys import DATABASE, HOME, OWNERS, fetch_step, raw_key, typed_key
from pipelines.defs.resources import RunUnderWay
from pipelines.home.home import Home, Source
from pipelines.warehouse import steps

UPKEEP = "home"


@dg.asset(key=HOME, group_name=UPKEEP, owners=OWNERS, kinds={"yaml"})
def home(run: RunUnderWay) -> dg.MaterializeResult:
    """The user's files: settings, teams and strategy, validated. Every run reads them anew."""
    night = run.night
    with night.stage("home") as counts:
        steps.check_space(night.places, is_fetched=False)
        if night.full:
            steps.forget(night)
        counts["nodes"] = len(night.home.files.nodes)
        counts["sources"] = len(night.home.sources)
        counts["warnings"] = len(night.home.warnings)
        return dg.MaterializeResult(
            metadata={"dagster/row_count": counts["nodes"], "warnings": counts["warnings"]}
        )


def raw_streams(source: Source) -> dg.AssetsDefinition:
    """One asset per stream of a source; one step fetches all, as exports hold them together.

    The first of these steps in a run begins to read the sources of all of them.
    """
    specs = _raw_specs(source)

    @dg.multi_asset(name=fetch_step(source.name), specs=list(specs.values()))
    def fetch(run: RunUnderWay) -> Iterator[dg.MaterializeResult]:
        # Asked for here: Dagster does not understand the annotation of an argument in this place.
        job = dg.AssetExecutionContext.get().job_def
        run.begin_fetching({node.name for node in job.nodes})
        with run.night.stage(f"fetch {source.name}") as counts:
            report = steps.fetch(run.night, source)
            if source.is_export:
                counts["files"] = report.files
            else:
                counts["scopes"] = len(report.scopes)
            counts["reading_seconds"] = round(report.seconds or 0.0, 1)
            counts["records"] = sum(report.read.values())
            counts["new"] = sum(report.landed.values())
            counts["quarantined"] = len(report.rejected)
        for name, spec in specs.items():
            yield dg.MaterializeResult(
                asset_key=spec.key,
                metadata={
                    "dagster/row_count": report.in_landing[name],
                    "read": report.read[name],
                    "new": report.landed[name],
                    "state": report.state,
                },
            )

    return fetch


def _raw_specs(source: Source) -> dict[str, dg.AssetSpec]:
    """What each stream of a source is to Dagster, by the name of the stream."""
    return {
        stream.name: dg.AssetSpec(
            raw_key(source.name, stream.name),
            description=stream.description,
            group_name=f"raw_{source.name.replace('-', '_')}",
            owners=OWNERS,
            kinds={source.tracker},
            deps=[HOME],
        )
        for stream in all_connectors()[source.tracker].streams
    }


def typed_tables(tracker: str, sources: list[Source]) -> dg.AssetsDefinition:
    """The typed tables of one tracker, of all its sources."""
    streams = all_connectors()[tracker].streams
    deps = [raw_key(source.name, stream.name) for source in sources for stream in streams]

    @dg.asset(
        key=typed_key(tracker),
        description=f"Landed records of {tracker} as typed Parquet; each page is typed once.",
        group_name="typed",
        owners=OWNERS,
        kinds={"parquet"},
        deps=deps,
    )
    def typed(run: RunUnderWay) -> dg.MaterializeResult:
        with run.night.stage(f"type {tracker}") as counts:
            found = steps.type_tracker(run.night, tracker)
            counts["records"] = sum(sum(each.records.values()) for each in found)
            counts["quarantined"] = sum(len(each.rejected) for each in found)
            return dg.MaterializeResult(
                metadata={
                    "dagster/row_count": counts["records"],
                    "quarantined": counts["quarantined"],
                }
            )

    return typed


def working_database(trackers: list[str]) -> dg.AssetsDefinition:
    """The database of the run, in which dbt works."""

    @dg.asset(
        key=DATABASE,
        group_name="typed",
        owners=OWNERS,
        kinds={"duckdb"},
        deps=[HOME, *(typed_key(tracker) for tracker in trackers)],
    )
    def database(run: RunUnderWay) -> dg.MaterializeResult:
        """The working database of one run: landed tables, the home, and what was read."""
        with run.night.stage("database") as counts:
            found = steps.build(run.night)
            counts["sources"] = len(found)
            records = sum(sum(each.typed.records.values()) for each in found)
            return dg.MaterializeResult(metadata={"dagster/row_count": records})

    return database


def ingestion(home_read: Home) -> list[dg.AssetsDefinition]:
    """All assets before dbt, for the sources of a home."""
    sources = list(home_read.sources)
    trackers = sorted({source.tracker for source in sources})
    typed = [
        typed_tables(tracker, [source for source in sources if source.tracker == tracker])
        for tracker in trackers
    ]
    return [home, *map(raw_streams, sources), *typed, working_database(trackers)]
