"""From judged expectations to what a night does with them: publish or not, and what is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from connectors.durable import write_durably
from pipelines.quality.exit import exit_counts
from pipelines.quality.findings import border_counts_of
from pipelines.quality.promises import promises
from pipelines.quality.rules import Count, Expectation, Severity
from pipelines.warehouse.record import GateError

NAMED_AT_MOST = 5
NAME = "expectations.json"


@dataclass(frozen=True)
class Check:
    """The expectations of one suite: what is shown as one check."""

    suite: str
    expectations: tuple[Expectation, ...]

    @property
    def broken(self) -> list[Count]:
        """What breaks them."""
        return [count for each in self.expectations for count in each.broken]

    @property
    def is_met(self) -> bool:
        """Whether all of them are met."""
        return all(each.is_met for each in self.expectations)

    @property
    def severity(self) -> Severity:
        """The gravest of what is broken, else of what could be."""
        among = [each for each in self.expectations if not each.is_met] or self.expectations
        return "error" if any(each.severity == "error" for each in among) else "warning"


def counts_of_a_run(database: Path, manifest: Mapping[str, Any], people: str) -> list[Count]:
    """All that is counted in a run: what was read, and what is about to be published.

    Args:
        database: The working database, as dbt has left it.
        manifest: What dbt knows of the project.
        people: The privacy setting: hidden, pseudonym or named.
    """
    return [*border_counts_of(database), *exit_counts(database, promises(manifest, people))]


def checks_of(expectations: Iterable[Expectation]) -> list[Check]:
    """Expectations as checks, in their order."""
    by_suite: dict[str, list[Expectation]] = {}
    for each in expectations:
        by_suite.setdefault(each.suite, []).append(each)
    return [Check(suite, tuple(some)) for suite, some in by_suite.items()]


def gate(checks: Iterable[Check]) -> None:
    """Let nothing be published where an expectation whose breach makes figures wrong is not met.

    Raises:
        GateError: It names table, column, rule and count of the first few.
    """
    grave = [
        count
        for check in checks
        for each in check.expectations
        if not each.is_met
        for count in each.broken
        if count.severity == "error"
    ]
    if grave:
        told = "; ".join(count.sentence for count in grave[:NAMED_AT_MOST])
        more = f"; and {len(grave) - NAMED_AT_MOST} more" if len(grave) > NAMED_AT_MOST else ""
        raise GateError(
            f"A quality gate held, so nothing was published: {told}{more}. The tables of the run "
            "before still stand. `throughline run --full` rules out a leftover; what then remains "
            "is a fault of the program or of what was read: report it with the log of the run."
        )


def keep(folder: Path, expectations: list[Expectation]) -> None:
    """Keep the verdicts in the folder of a run under way, for the pages that are published."""
    write_durably(folder / NAME, msgspec.json.encode(expectations))


def kept(folder: Path) -> list[Expectation]:
    """The verdicts of a run under way."""
    return msgspec.json.decode((folder / NAME).read_bytes(), type=list[Expectation])
