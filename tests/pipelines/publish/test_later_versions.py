"""What a later version of the program has written is refused in a clear line, never misread."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from connectors.errors import SettingsError
from pipelines.warehouse.manifest import read_current
from pipelines.warehouse.memory import FORMAT_VERSION, remembered_before, settle
from pipelines.warehouse.places import Places
from tests.pipelines.publish.test_publish import publish_number

AS_OF = date(2026, 6, 30)


def remembered(places: Places, **told: object) -> Path:
    nights = places.memory / "nights"
    nights.mkdir(parents=True, exist_ok=True)
    file = nights / "2026-06-01.json"
    file.write_text(json.dumps({"run_id": "r", "as_of": "2026-06-01", "files": {}, **told}))
    return file


@pytest.mark.requirement("R33", "the state of the first release opens; newer state is refused")
def test_a_memory_of_the_first_release_opens_and_a_later_one_is_refused(
    tmp_path: Path, figure
) -> None:
    places = Places(tmp_path)
    remembered(places)
    assert len(remembered_before(places, AS_OF)["remembered_nights"]) == 1
    remembered(places, format=FORMAT_VERSION)
    assert len(remembered_before(places, AS_OF)["remembered_nights"]) == 1

    file = remembered(places, format=FORMAT_VERSION + 1)
    with pytest.raises(SettingsError, match=f"{file} has format 2, this program knows 1"):
        remembered_before(places, AS_OF)
    with pytest.raises(SettingsError, match="a later version of Throughline"):
        settle(places)
    assert json.loads(file.read_text())["format"] == FORMAT_VERSION + 1
    figure.reached("memory: 2 of 2 open, 1 of 1 refused")


def test_a_memory_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = remembered(Places(tmp_path))
    file.write_text("{")

    with pytest.raises(SettingsError, match=f"The memory is damaged: {file} is no JSON"):
        remembered_before(Places(tmp_path), AS_OF)


@pytest.mark.requirement("R33", "what a later version has published is refused in a clear line")
def test_a_publication_of_a_later_contract_is_refused(tmp_path: Path, figure) -> None:
    places = Places(tmp_path)
    publish_number(places, 1)
    assert read_current(places)
    manifest = places.current.resolve() / "manifest.json"
    manifest.chmod(0o600)
    told = json.loads(manifest.read_text())
    told["versions"] = {"contract": "99.0.0"}
    manifest.write_text(json.dumps(told))

    with pytest.raises(SettingsError, match="a later version of Throughline has written it"):
        read_current(places)
    figure.reached("publication: 1 of 1 open, 1 of 1 refused")
