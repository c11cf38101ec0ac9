"""What the steps share: the run that is under way, and dbt."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version, parse
from pydantic import PrivateAttr

from pipelines.defs import dbt_project
from pipelines.defs.ghosts import end_ghosts
from pipelines.defs.history import keep_newest_runs
from pipelines.defs.keys import fetch_step
from pipelines.defs.shown import show_end, show_start
from pipelines.home.home import load_home
from pipelines.operations.watched import watched
from pipelines.quality.examiner import Examiner
from pipelines.warehouse import steps
from pipelines.warehouse.night import NOBODY, Night


class RunUnderWay(dg.ConfigurableResource):
    """The run that the steps belong to. It holds the lock of the home from first to last step."""

    home: str
    as_of: str = ""
    full: bool = False
    source: str = ""
    confirm_removals: str = ""
    offline: bool = False
    _night: Night | None = PrivateAttr(default=None)
    _examiner: Examiner | None = PrivateAttr(default=None)
    _is_fetching: bool = PrivateAttr(default=False)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[RunUnderWay]:
        """Begin the run before the first step, and end it after the last."""
        as_of = date.fromisoformat(self.as_of) if self.as_of else None
        home = load_home(Path(self.home), as_of, offline=self.offline)
        only, confirmed = self.source or None, self.confirm_removals or None
        if self.offline:
            only = NOBODY
        night: Night | None = None
        try:
            with watched(home, full=self.full, only=only, confirmed=confirmed) as night:
                self._begin(context, night)
                try:
                    yield self
                finally:
                    if self._examiner is not None:
                        self._examiner.close()
                    self._night = self._examiner = None
                    self._is_fetching = False
        finally:
            if night is not None and context.run and context.instance:
                show_end(context.instance, context.run, night.record)

    def _begin(self, context: dg.InitResourceContext, night: Night) -> None:
        """Note which run of Dagster it is; what others left in Dagster's records goes."""
        self._night = night
        if context.run and context.instance:
            night.record.dagster_run = context.run.run_id
            night.record.save(night.places)
            show_start(context.instance, context.run.run_id, night.record)
            end_ghosts(context.instance, night.places, context.run.run_id)
            keep_newest_runs(context.instance, night.places)

    @property
    def night(self) -> Night:
        """The run itself."""
        if self._night is None:
            raise dg.DagsterInvariantViolationError("There is no run under way.")
        return self._night

    def begin_fetching(self, steps_of_the_run: Container[str]) -> None:
        """Begin to read, side by side, all sources that steps of this run fetch; once."""
        if not self._is_fetching:
            self._is_fetching = True
            sources = self.night.home.sources
            named = [each for each in sources if fetch_step(each.name) in steps_of_the_run]
            steps.begin_fetching(self.night, named)

    @property
    def examiner(self) -> Examiner:
        """What judges the run's data; the first who asks starts it, for it takes seconds."""
        if self._examiner is None:
            self._examiner = Examiner(self.night.places.run(self.night.run_id))
        return self._examiner


class Dbt(DbtCliResource):
    """dbt in a process of its own, without the calls that dagster-dbt makes before it.

    Why it is so: `dbt --version`, which asks the package index for news, and a second adapter in
    this process cost seconds a night and open a connection to the outside; neither is needed.
    """

    @classmethod
    def of_project(cls) -> Dbt:
        """The project's dbt, as this Python runs it."""
        program, *flags = dbt_project.child_command([])
        return cls(
            project_dir=str(dbt_project.PROJECT),
            profiles_dir=str(dbt_project.PROJECT),
            dbt_executable=program,
            global_config_flags=flags,
        )

    @cached_property
    def _cli_version(self) -> Version:
        return parse(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None
