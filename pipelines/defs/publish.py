"""The last asset: the published folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.defs.keys import OWNERS, PUBLISHED
from pipelines.defs.models import read_manifest
from pipelines.defs.resources import RunUnderWay
from pipelines.quality.data_docs import summary, write_data_docs
from pipelines.quality.verdicts import kept
from pipelines.warehouse import steps
from pipelines.warehouse.manifest import read_current
from pipelines.warehouse.night import Night
from pipelines.warehouse.places import Places
from pipelines.warehouse.publish import Render


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
        night = run.night
        with night.stage("publish") as counts:
            manifest = steps.put_out(night, read_manifest(prepared), _pages(night))
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


def _pages(night: Night) -> Render:
    """What writes the pages of a run: the report, the workbook and Data Docs."""
    from pipelines.report import render

    def write(database: Path, folder: Path, manifest: dict[str, Any]) -> None:
        expectations = kept(night.places.run(night.run_id))
        manifest["expectations"] = summary(expectations)
        render(database, folder, manifest)
        write_data_docs(folder, expectations, manifest)

    return write


def freshness_check(folder: Path, hours: float) -> dg.AssetChecksDefinition:
    """The check whether what readers see is of the last night, and of which day its sources are."""

    @dg.asset_check(
        asset=PUBLISHED,
        name="is_fresh",
        description=f"Published within {hours:g} hours, from sources that were read in that time.",
    )
    def is_fresh() -> dg.AssetCheckResult:
        found = read_current(Places(folder))
        if found is None:
            return dg.AssetCheckResult(passed=False, description="Nothing is published.")
        manifest = found[1]
        now = datetime.now(UTC)
        age = now - datetime.fromisoformat(manifest["published_at"])
        old = [each["source"] for each in manifest["sources"] if each["state"] != "fresh"]
        is_fresh = age <= timedelta(hours=hours) and not old
        told = f"Published {age / timedelta(hours=1):.1f} hours ago, as of {manifest['as_of']}."
        if old:
            told += f" Behind: {', '.join(old)}."
        return dg.AssetCheckResult(
            passed=is_fresh,
            severity=dg.AssetCheckSeverity.WARN,
            description=told,
            metadata={
                each["source"]: each["data_as_of"] or "never" for each in manifest["sources"]
            },
        )

    return is_fresh
