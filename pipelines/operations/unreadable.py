"""Tell of a home that has mistakes, so that no run can begin, if its alerts can be read."""

from __future__ import annotations

from pathlib import Path

from pipelines.home.files import SETTINGS
from pipelines.home.parts import sections
from pipelines.home.problems import Place, Problems
from pipelines.home.settings_file import SettingsFile
from pipelines.home.yaml_reader import read_yaml
from pipelines.operations.alerts import deliver, home_message
from pipelines.operations.sending import Answer


def tell_of_mistakes(folder: Path, errors: int) -> list[Answer]:
    """Send an alert that the home has so many errors; nothing where nobody is named to be told."""
    problems = Problems()
    document = (
        read_yaml(folder / SETTINGS, SETTINGS, problems) if (folder / SETTINGS).is_file() else None
    )
    if document is None:
        return []
    found: dict = sections(SettingsFile, Place(document), problems)
    if "alerts" not in found or not found["alerts"].value:
        return []
    organisation = found["organisation"].value.name if "organisation" in found else str(folder)
    return deliver(found["alerts"].value, home_message(folder, organisation, errors))
