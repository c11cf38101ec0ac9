"""The starter home: it passes its own check, and editors accept it."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from connectors.errors import SettingsError
from pipelines.home.home import check_home, load_home
from pipelines.home.schemas import SCHEMAS, write_schemas
from pipelines.home.starter_home import init_home

FILES = {
    "throughline.yml": "schemas/throughline.schema.json",
    "teams.yml": "schemas/teams.schema.json",
    "strategy/strategy.yml": "../schemas/strategy.schema.json",
}


class _Loader(yaml.SafeLoader):
    """YAML as editors read it: days are text."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith("timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_starter_home_passes_its_check_without_a_warning(tmp_path):
    init_home(tmp_path / "new")

    assert check_home(tmp_path / "new") == []
    assert load_home(tmp_path / "new").sources[0].files


@pytest.mark.parametrize("name", FILES)
def test_the_json_schema_that_a_starter_file_names_accepts_it(tmp_path, name):
    init_home(tmp_path)
    path = tmp_path / name
    first = path.read_text().splitlines()[0]
    schema = json.loads((path.parent / FILES[name]).read_text())

    jsonschema.Draft202012Validator.check_schema(schema)

    assert first == f"# yaml-language-server: $schema={FILES[name]}"
    jsonschema.validate(yaml.load(path.read_text(), _Loader), schema)


def test_the_json_schema_refuses_an_unknown_key(tmp_path):
    write_schemas(tmp_path)
    schema = json.loads((tmp_path / "teams.schema.json").read_text())

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"teams": [{"id": "a", "nme": "A"}]}, schema)


@pytest.mark.parametrize("name", ["throughline.yml", "strategy/absences.csv"])
def test_init_overwrites_nothing_and_then_writes_nothing(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")

    with pytest.raises(SettingsError, match="never overwrites"):
        init_home(tmp_path)

    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [name.split("/")[-1]]
    assert (tmp_path / name).read_text() == "mine"


def test_schemas_are_written_again_over_older_ones(tmp_path):
    (tmp_path / "teams.schema.json").write_text("old")

    paths = write_schemas(tmp_path)

    assert [path.name for path in paths] == list(SCHEMAS)
    assert json.loads((tmp_path / "teams.schema.json").read_text())["title"] == "TeamsFile"
