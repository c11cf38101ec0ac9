"""Counts -> a frame of one row per subject -> expectations of Great Expectations on it.

A frame has a column per rule: by how much the count of each subject goes beyond what is allowed,
0 if it does not. The expectation of a rule is that its largest value is 0.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from pipelines.quality.rules import RULES, Count, Expectation

if TYPE_CHECKING:
    from pandas import DataFrame


class Judge:
    """Great Expectations with everything that it would show, store or send turned off."""

    def __init__(self) -> None:
        """Import it, which takes seconds."""
        import great_expectations
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = great_expectations.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas("counts").add_dataframe_asset("counts")
        self._batches = asset.add_batch_definition_whole_dataframe("all")
        self._suite = great_expectations.ExpectationSuite

    def judge(self, suite: str, counts: list[Count]) -> list[Expectation]:
        """Hold one suite against its counts; an expectation for each rule that has any.

        Raises:
            RuntimeError: If Great Expectations could not evaluate one.
        """
        rules = [name for name in RULES if any(count.rule == name for count in counts)]
        batch = self._batches.get_batch({"dataframe": frame(rules, counts)})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            done = batch.validate(self._suite(name=suite, expectations=_expectations(rules)))
        results: list[Any] = done.results
        found = {each.expectation_config.kwargs["column"]: each for each in results}
        return [_expectation(suite, rule, found[rule], counts) for rule in rules]


def frame(rules: list[str], counts: list[Count]) -> DataFrame:
    """One row per subject, one column per rule; 0 where the subject has no such rule."""
    import pandas as pd

    beyond: dict[str, dict[str, float]] = {
        count.subject: dict.fromkeys(rules, 0.0) for count in counts
    }
    for count in counts:
        excess = count.found - count.most
        # What is not a number breaks the rule as well.
        beyond[count.subject][count.rule] = 0.0 if excess <= 0 else min(excess, 1e300)
    return pd.DataFrame.from_dict(beyond, orient="index", columns=rules)


def _expectations(rules: list[str]) -> list[Any]:
    from great_expectations.expectations.core.expect_column_max_to_be_between import (
        ExpectColumnMaxToBeBetween,
    )

    return [ExpectColumnMaxToBeBetween(column=rule, max_value=0) for rule in rules]


def _expectation(suite: str, rule: str, result: Any, counts: list[Count]) -> Expectation:
    fault = result.exception_info
    if fault.get("raised_exception") or "observed_value" not in (result.result or {}):
        raise RuntimeError(
            f"Great Expectations could not evaluate the rule `{rule}` of {suite}: {fault}"
        )
    return Expectation(
        suite=suite,
        rule=rule,
        kind=result.expectation_config.type,
        is_met=bool(result.success),
        observed=float(result.result["observed_value"]),
        counts=tuple(count for count in counts if count.rule == rule),
    )
