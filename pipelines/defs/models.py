"""All dbt models as assets, their data tests as checks; unit tests belong to the suite."""

import json
import os
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
import structlog
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from pipelines.defs import dbt_project
from pipelines.defs.dbt_child import RESULTS
from pipelines.defs.gates import failed_gates
from pipelines.defs.keys import DATABASE, HOME, OWNERS
from pipelines.defs.resources import Dbt, RunUnderWay
from pipelines.warehouse import steps
from pipelines.warehouse.night import Night
from pipelines.warehouse.working_tables import row_counts

MARTS = "marts"
REMEMBERED = "remembered"
log = structlog.get_logger()


class Translator(DagsterDbtTranslator):
    """Names and groups of dbt models as Dagster shows them.

    Why it is so: a group for each folder made 21 groups with 85 lines between them, in circles. By
    layer they are five in a row; the folder is a tag, by which the page filters.
    """

    def __init__(self, settings: DagsterDbtTranslatorSettings, remembered: frozenset[str]) -> None:
        """``remembered`` has the models that are made of marts."""
        super().__init__(settings)
        self._remembered = remembered

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Give each model its layer as group; all sources of dbt are made by earlier steps."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        if props["resource_type"] == "source":
            return spec.replace_attributes(key=HOME if props["source_name"] == "home" else DATABASE)
        layer, *folders = props["fqn"][1:-1]
        group = "_".join((layer, *folders[:1])) if layer == MARTS else layer
        if unique_id in self._remembered:
            group = REMEMBERED
        tags = {"folder": folders[-1] if folders else layer}
        return spec.replace_attributes(
            group_name=group, owners=OWNERS, kinds={"dbt", "duckdb"}, tags=tags
        )


def made_of_marts(manifest: Mapping[str, Any]) -> frozenset[str]:
    """The models below the marts: made of what is published, for the nights to come."""
    models = {name: node for name, node in manifest["nodes"].items() if len(node["fqn"]) > 1}
    order = TopologicalSorter({name: node["depends_on"]["nodes"] for name, node in models.items()})
    found: set[str] = set()
    marts = {name for name, node in models.items() if node["fqn"][1] == MARTS}
    for name in order.static_order():
        if name in models and not (marts | found).isdisjoint(models[name]["depends_on"]["nodes"]):
            found.add(name)
    return frozenset(found - marts)


def models(prepared: Path) -> dg.AssetsDefinition:
    """The dbt project as assets.

    Args:
        prepared: The folder with the manifest.
    """
    settings = DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)
    manifest = read_manifest(prepared)

    @dbt_assets(
        manifest=manifest,
        name="models",
        dagster_dbt_translator=Translator(settings, made_of_marts(manifest)),
    )
    def built(context: dg.AssetExecutionContext, dbt: Dbt, run: RunUnderWay) -> Iterator[Any]:
        night = run.night
        _ = run.examiner  # gets ready while dbt works
        with night.stage("models") as counts:
            yield from _build(context, dbt, night, prepared, counts)

    return built


def _build(
    context: dg.AssetExecutionContext,
    dbt: Dbt,
    night: Night,
    prepared: Path,
    counts: dict[str, Any],
) -> Iterator[Any]:
    """Run dbt to its end, then pass its events on with the row counts of what it built."""
    database = steps.database(night)
    packed = prepared / dbt_project.NIGHTLY
    os.environ.update(dbt_project.child_environment(database, packed))
    wanted = dbt_project.arguments("build", variables={"identifier_pattern": night.home.pattern})
    results = night.places.dbt / RESULTS
    results.unlink(missing_ok=True)  # a night before this one wrote it
    called = dbt.cli(wanted, context=context, target_path=night.places.dbt)
    events: list[Any] = []
    failure: DagsterDbtCliRuntimeError | None = None
    try:
        for event in called.stream():
            events.append(event)
            log.debug("progress", stage="models", finished=len(events))
    except DagsterDbtCliRuntimeError as fault:
        failure = fault
    rows = row_counts(database)
    for event in events:
        if isinstance(event, dg.Output) and event.output_name in rows:
            count = {"dagster/row_count": rows[event.output_name]}
            context.add_output_metadata(count, output_name=event.output_name)
        yield event
    counts["tables"] = len(rows)
    counts["checks"] = sum(isinstance(event, dg.AssetCheckResult) for event in events)
    if failure is not None:
        raise failed_gates(results, failure)


def read_manifest(prepared: Path) -> dict[str, Any]:
    """What dbt knows of the project, as far as a night needs it."""
    return json.loads((prepared / dbt_project.NIGHTLY_MANIFEST).read_bytes())
