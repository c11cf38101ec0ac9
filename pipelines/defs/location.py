"""The code location of one home; without a usable home, one asset that says what to fix."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from connectors.errors import SettingsError
from pipelines.defs import dbt_project
from pipelines.defs.checks import checks
from pipelines.defs.ingest import ingestion
from pipelines.defs.keys import OWNERS
from pipelines.defs.models import models
from pipelines.defs.publish import freshness_check, published
from pipelines.defs.resources import Dbt, RunUnderWay
from pipelines.defs.schedules import nightly_job, nightly_schedule
from pipelines.defs.sensors import sensors
from pipelines.home.home import Home, load_home

NO_HOME = (
    "Set THROUGHLINE_HOME to the folder of a home (`throughline init DIR` makes one), then reload "
    "this code location."
)


def definitions_of(folder: str | None) -> dg.Definitions:
    """What Dagster shows for the home in ``folder``; it loads whatever the state of the home."""
    if not folder:
        return placeholder("no_home", NO_HOME)
    try:
        home = load_home(Path(folder).resolve())
    except SettingsError as fault:
        return placeholder("unusable_home", f"The home {folder} cannot be used. {fault}")
    return definitions(home)


def definitions(home: Home) -> dg.Definitions:
    """All assets, checks, the job and the schedule for a valid home."""
    prepared = dbt_project.prepared()
    built = models(prepared)
    job = nightly_job()
    marts = sorted(
        key for key, group in built.group_names_by_key.items() if group.startswith("marts")
    )
    return dg.Definitions(
        assets=[*ingestion(home), built, published(prepared, marts)],
        asset_checks=[
            checks(prepared, home, marts),
            freshness_check(home.folder, home.settings.run.silent_hours),
        ],
        jobs=[job],
        schedules=[nightly_schedule(job, home.zone)],
        sensors=sensors(home.folder, home.settings.run.silent_hours),
        resources={"run": RunUnderWay(home=str(home.folder)), "dbt": Dbt.of_project()},
    )


def placeholder(name: str, sentence: str) -> dg.Definitions:
    """A single asset whose description, and whose failure, say what to fix."""

    @dg.asset(name=name, description=sentence, group_name="home", owners=OWNERS, kinds={"yaml"})
    def fix_the_home() -> None:
        raise dg.Failure(sentence)

    return dg.Definitions(assets=[fix_the_home])
