"""The last asset: the published folder."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from pipelines.defs.keys import OWNERS, PUBLISHED
from pipelines.defs.models import read_manifest
from pipelines.defs.resources import RunUnderWay
from pipelines.warehouse import steps


def published(prepared: Path, marts: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset that readers see; it comes after every mart and its checks.

    Args:
        prepared: The folder with the dbt manifest.
        marts: The models that are published.
    """

    @dg.asset(
        key=PUBLISHED, group_name="published", owners=OWNERS, kinds={"duckdb", "html"}, deps=marts
    )
    def publication(run: RunUnderWay) -> dg.MaterializeResult:
        """The published folder of the run, complete before `current` is switched to it."""
        from pipelines.report import render

        night = run.night
        with night.stage("publish") as counts:
            manifest = steps.put_out(night, read_manifest(prepared), render)
            counts["tables"] = len(manifest["tables"])
            counts["rows"] = sum(table["rows"] for table in manifest["tables"].values())
        beside = steps.put_into_postgres(night)
        steps.conclude(night, beside)
        report = night.places.published / night.run_id / "report" / "index.html"
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": counts["rows"],
                "report": dg.MetadataValue.url(report.as_uri()),
                "run_id": night.run_id,
                "tables": counts["tables"],
                **({"fell short": beside} if beside else {}),
            }
        )

    return publication
