"""Which published columns tell of a person or hold what people wrote: the declaration."""

from __future__ import annotations

from collections.abc import Mapping

PERSON: Mapping[str, str] = {
    "dim_person.person_key": "The person, under the key that the privacy setting gives.",
    "dim_person.name": "The person's name; null unless people are named.",
    "dim_person.time_zone": "Where the days of the person are counted; null unless named.",
    "fct_allocation_day.person_key": "Whose day it was; the table is not published if hidden.",
    "fct_link.author": "Who wrote an identifier, as evidence; null if people are hidden.",
    "dim_strategy_node.owner": "Who answers for a node; null if people are hidden.",
}
"""Published columns about a person, with what they are for."""

_TITLE = "Tells readers which work item it is; somebody may be named in it."
_NODE = "What the strategy says, in the words of whoever wrote it."
_PLACE = "Name of a place in a tracker; boards may be called after people."
FREE_TEXT: Mapping[str, str] = {
    "title": _TITLE,
    "url": "Leads to the item in the tracker, for whoever may open it there.",
    "text": "The exact text in which an identifier stood: the evidence of a link.",
    "container": _PLACE,
    "scope_name": _PLACE,
    "largest_title": _TITLE,
    "subject_title": _TITLE,
    "related_title": _TITLE,
    "suggested_title": _NODE,
    "node_title": _NODE,
    "because": _NODE,
    "broken_because": _NODE,
    "name": "Name of a team, as teams.yml gives it.",
    "team_name": "Name of a team, as teams.yml gives it.",
    "subject": "What a finding on the data is about.",
    "detail": "What a finding on the data says.",
    "scope_detail": "Why a project or board could not be read.",
    "findings": "What a node lacks.",
    "unit": "Unit of a measure, as the strategy gives it.",
}
"""Published columns, by name, that hold what somebody wrote."""

OTHER = frozenset(
    {
        *("node_id", "ancestor_id", "source", "tracker", "state", "kind", "team_id", "status"),
        *("direction", "chain_grade", "function", "work_item_id", "key", "item_type"),
        *("parent_work_item_id", "status_name", "status_category", "visibility", "bucket"),
        *("strength", "basis", "identifier", "place", "measure_id", "timing", "better"),
        *("component", "weakest", "reason", "part", "counted_in", "conflict_id", "conflict_type"),
        *("other_node_id", "other_measure_id", "decision_id", "action", "period_type", "finding"),
        *("subject_id", "related_id", "goals_verdict", "chain_direction", "result_class"),
        *("declared_direction", "signal", "verdict", "across_reason", "waiting_reason"),
        *("ownerless_reason", "activity_measure_reason", "quadrant", "check_name", "severity"),
        *("why", "from_node_id", "to_node_id", "relation", "broken_from_node_id", "share_name"),
        *("broken_to_node_id", "first_function", "scope", "stream", "scope_state"),
        *("observed_direction", "observed_reason", "direction_answer", "direction_reason"),
        *("chain_answer", "chain_reason", "evidence_answer", "evidence_reason", "starting_point"),
        *("largest_work_item_id", "suggested_node_id"),
    }
)
"""Published text columns, by name, of ids, kinds, states and reasons of ours."""


def purpose_of(table: str, column: str) -> tuple[str, str] | None:
    """What kind of field a published text column is, and what it is for.

    Returns:
        ``person`` or ``free text`` with the purpose; ``other`` with an empty one; None for a column
        that nobody has thought about.
    """
    named = f"{table}.{column}"
    if named in PERSON:
        return "person", PERSON[named]
    if column in FREE_TEXT:
        return "free text", FREE_TEXT[column]
    return ("other", "") if column in OTHER else None
