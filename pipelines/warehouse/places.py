"""Where everything of one home stands on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The folders and files below ``<home>/data``. Naming one creates nothing."""

    home: Path

    @property
    def data(self) -> Path:
        """All that the program writes."""
        return self.home / "data"

    @property
    def lock(self) -> Path:
        """The file whose lock says that a run is under way."""
        return self.data / ".lock"

    @property
    def raw(self) -> Path:
        """The landing: records as the trackers gave them."""
        return self.data / "raw"

    @property
    def warehouse(self) -> Path:
        """What can be made again from the landing."""
        return self.data / "warehouse"

    @property
    def typed(self) -> Path:
        """Landed pages as typed Parquet."""
        return self.warehouse / "typed"

    @property
    def runs(self) -> Path:
        """A folder per run under way."""
        return self.warehouse / "runs"

    @property
    def dbt(self) -> Path:
        """What dbt writes: its log and its results."""
        return self.warehouse / "dbt"

    @property
    def docs(self) -> Path:
        """The page on tables and columns, and what dbt needs to make it again."""
        return self.warehouse / "docs"

    @property
    def memory(self) -> Path:
        """What was published each night, kept for good: no run can make it again."""
        return self.data / "memory"

    @property
    def volumes(self) -> Path:
        """How much each night read of each source."""
        return self.memory / "volumes"

    @property
    def inputs(self) -> Path:
        """What the newest nights were computed from."""
        return self.data / "inputs"

    @property
    def replays(self) -> Path:
        """Past nights that were computed again, each a home of its own."""
        return self.data / "replays"

    @property
    def published(self) -> Path:
        """A folder per published run, and ``current``."""
        return self.data / "published"

    @property
    def current(self) -> Path:
        """The published run that readers should read."""
        return self.published / "current"

    @property
    def logs(self) -> Path:
        """A log and a record per run."""
        return self.data / "logs"

    @property
    def dagster(self) -> Path:
        """Dagster's own storage."""
        return self.data / "dagster"

    def run(self, run_id: str) -> Path:
        """The folder that one run builds in."""
        return self.runs / run_id

    def log(self, run_id: str) -> Path:
        """The log of one run."""
        return self.logs / f"{run_id}.log"

    def record(self, run_id: str) -> Path:
        """The record of one run: its state, its stages and how it ended."""
        return self.logs / f"{run_id}.json"

    def extraction(self, run_id: str, source: str) -> Path:
        """What one run read of one live source, in every detail."""
        return self.logs / f"{run_id}-{source}.json"
