"""What a home remembers between runs, looked at before a run begins to go on with it."""

from __future__ import annotations

from connectors.erased import forgotten
from pipelines.warehouse.inputs import check_inputs
from pipelines.warehouse.memory import check_memory
from pipelines.warehouse.places import Places


def check_state(places: Places) -> None:
    """See that this program can go on with what is remembered of a home as a whole.

    What is remembered of a source is looked at where the source is read.

    Raises:
        SettingsError: If a later version of the program has written there.
        ThroughlineError: If a file cannot be read.
    """
    forgotten(places.data)
    check_memory(places)
    check_inputs(places)
