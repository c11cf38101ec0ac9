"""Every column that names something can be joined, or it is said why not."""

from __future__ import annotations

import pytest

from pipelines.warehouse.marts import marts
from pipelines.warehouse.published_contract import references
from tests.dbt.project import manifest
from tests.figures import Figure

NO_REFERENCE = {
    "dim_work_item.parent_work_item_id": "the item above may be one that was not read",
    "rpt_focus.node_id": "`(all)` is a row too",
    "rpt_false_alignment.subject_id": "a node, a team or somebody's number",
    "rpt_false_alignment.related_id": "a node or an instant",
    "rpt_hygiene.team_id": "`(none)` where no team answers, and no team is called so",
    "rpt_initiatives.team_id": "`(none)` where no team answers, and no team is called so",
    "rpt_results_map_node.team_id": "`(none)` where no team answers, and no team is called so",
    "rpt_results_map_node.broken_from_node_id": "null where nothing breaks",
    "rpt_results_map_node.broken_to_node_id": "null where nothing breaks",
    "rpt_untraced.suggested_node_id": "null where none is like it",
    "rpt_conflicts.measure_id": "measures have no dimension, and a declared conflict has none",
    "rpt_conflicts.other_measure_id": "measures have no dimension",
    "rpt_measure_alignment.measure_id": "one row per measure: it is the key",
    "rpt_measure_signals.measure_id": "one row per measure: it is the key",
    "fct_measure.measure_id": "measures have no dimension",
    "fct_measure.day": "observations may be older than the calendar",
}
"""Columns that name something and yet refer to no dimension, each with why."""


@pytest.mark.requirement("C03", "every column that names something is a key or refers to one")
def test_every_column_that_names_something_joins_or_says_why_not(figure: Figure) -> None:
    declared = references(manifest())
    naming = [
        (table.name, column.name, table.key == (column.name,))
        for table in marts(manifest(), "named")
        for column in table.columns
        if column.name.endswith(("_id", "_key")) or column.name in ("source", "day")
    ]

    open_ones = {
        f"{table}.{column}"
        for table, column, is_key in naming
        if column not in declared.get(table, {}) and not (is_key and table.startswith("dim_"))
    }
    assert open_ones - NO_REFERENCE.keys() == OWN_KEYS
    assert NO_REFERENCE.keys() <= open_ones, "a reason that is not needed any more"
    figure.reached(f"{len(naming)} columns, {len(NO_REFERENCE)} of them with a reason")


OWN_KEYS = {"rpt_conflicts.conflict_id", "rpt_decisions.decision_id"}
"""What these tables are about stands in no other."""
