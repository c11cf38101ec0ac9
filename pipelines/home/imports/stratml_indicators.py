"""Performance indicators of StratML as measures: target, baseline and what was observed."""

from __future__ import annotations

from datetime import date

from pipelines.home.imports.draft import Draft, DraftMeasure, Key, words
from pipelines.home.imports.xml_tree import Element

STAGES = {
    "Outcome": "outcome",
    "Output": "output",
    "Output_Processing": "output",
    "Input": "activity",
    "Input_Processing": "activity",
}


def add_indicators(indicators: list[Element], node: Key, path: str, draft: Draft) -> None:
    """Add the indicators of one goal or objective as measures of its node.

    Args:
        indicators: Elements ``PerformanceIndicator``.
        node: The node they measure.
        path: Where they stand, for those without an identifier.
        draft: Takes the measures, and counts what a measure has no place for.
    """
    for place, indicator in enumerate(indicators, start=1):
        _add(indicator, node, f"{path}, indicator {place}", draft)


def _add(indicator: Element, node: Key, path: str, draft: Draft) -> None:
    results = [
        result
        for instance in indicator.children("MeasurementInstance")
        for result in instance.elements
    ]
    targets = [each for each in results if each.tag == "TargetResult"]
    title = words(indicator.take("MeasurementDimension")) or next(
        (words(each.take("Description")) for each in targets if words(each.peek("Description"))),
        "",
    )
    identifier = words(indicator.take("Identifier")) or path
    number = words(indicator.take("SequenceIndicator"))
    if not title:
        draft.left["PerformanceIndicator that does not say what it measures"] += 1
        indicator.take_all()
        return
    measure = DraftMeasure(
        draft.origin("PerformanceIndicator", identifier, number),
        node,
        title,
        kind=STAGES.get(indicator.take_attribute("ValueChainStage")),
        unit=words(indicator.take("UnitOfMeasurement")) or None,
    )
    draft.measures.append(measure)
    for target in targets:
        _aim(target, measure, draft)
    for actual in results:
        if actual.tag == "ActualResult":
            _observe(actual, measure, draft)


def _aim(target: Element, measure: DraftMeasure, draft: Draft) -> None:
    """Take over a target; of several the one that is due last."""
    what = "TargetResult"
    number = draft.number(target.take("NumberOfUnits"), what)
    start, due = _days(target, what, draft)
    if measure.target is not None and number is not None:
        draft.left[f"{what} beside a later one of the same indicator"] += 1
        if (due or date.min) < (measure.due or date.min):
            return
    if number is not None or measure.target is None:
        measure.target, measure.start, measure.due = number, start, due


def _observe(actual: Element, measure: DraftMeasure, draft: Draft) -> None:
    """Take over a reading on its last day; one that is called the baseline is that as well."""
    what = "ActualResult"
    number = draft.number(actual.take("NumberOfUnits"), what)
    if number is None:
        return
    is_baseline = any(
        descriptor.peek("DescriptorValue").lower() == "baseline"
        for descriptor in actual.children("Descriptor")
    )
    if is_baseline:
        measure.baseline = number
        for descriptor in actual.children("Descriptor"):
            descriptor.take_all()
    _, day = _days(actual, what, draft)
    if day is None:
        if not is_baseline:
            draft.left[f"{what} without the day on which it ends"] += 1
        return
    if measure.observations.get(day, number) != number:
        draft.left[f"{what} beside another of the same day"] += 1
    measure.observations[day] = number


def _days(result: Element, what: str, draft: Draft) -> tuple[date | None, date | None]:
    """First and last day; the first is left out where it lies behind the last."""
    start = draft.day(result.take("StartDate"), f"{what}/StartDate")
    end = draft.day(result.take("EndDate"), f"{what}/EndDate")
    if start and end and end < start:
        draft.left[f"{what}/StartDate behind its EndDate"] += 1
        start = None
    return start, end
