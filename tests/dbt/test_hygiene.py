"""What every model of the dbt project owes its readers. Each test names all that fall short."""

import json
import re

import msgpack

from pipelines.defs import dbt_project
from tests.dbt import project

LONGEST_MODEL = 120

# Trackers may tell one thing twice and it then stands there twice: whoever reads these counts once.
WITHOUT_KEY = {
    "int_activities",
    "int_item_containers_unioned",
    "int_item_relations_unioned",
    "int_item_texts_unioned",
    "int_keys_unioned",
}
DIMENSIONS = {"team_id", "work_item_id", "node_id", "person_key"}


def _name(model: project.Node) -> str:
    return model["name"]


def _columns(model: project.Node) -> list[dict]:
    return list(model["columns"].values())


def test_a_model_says_what_one_row_is():
    short = [_name(model) for model in project.models() if len(model["description"].split()) < 4]

    assert short == []


def test_a_model_below_the_trackers_has_a_tested_key():
    models = project.models("intermediate") + project.models("marts")
    keyless = {_name(model) for model in models if not project.tested_key(model)}

    assert keyless - WITHOUT_KEY == set()


def test_a_model_has_a_description_file_of_its_own():
    elsewhere = [
        _name(model)
        for model in project.models()
        if not (model["patch_path"] or "").endswith(f"/{_name(model)}.yml")
    ]

    assert elsewhere == []


def test_a_model_fits_on_two_screens():
    lines = {_name(model): len(model["raw_code"].splitlines()) for model in project.models()}

    assert {name: count for name, count in lines.items() if count > LONGEST_MODEL} == {}


def test_a_rule_with_a_case_distinction_has_a_unit_test():
    tested = project.unit_tested()
    models = project.models("intermediate") + project.models("marts")
    untested = [
        _name(model)
        for model in models
        if re.search(r"\bcase\b", model["raw_code"]) and _name(model) not in tested
    ]

    assert untested == []


def test_a_mart_keeps_a_contract_and_says_what_one_row_is():
    loose = [
        _name(model)
        for model in project.models("marts")
        if not model["contract"]["enforced"] or not model["description"].startswith("One row per")
    ]

    assert loose == []


def test_a_published_column_has_a_flat_type_a_description_and_a_unit():
    poor = [
        (_name(model), column["name"])
        for model in project.models("marts")
        for column in _columns(model)
        if not (column["data_type"] and column["description"] and project.unit_of(column))
        or re.search(r"json|struct|map|list|\[", column["data_type"])
    ]

    assert poor == []


def test_a_published_column_means_the_same_in_every_table():
    kinds: dict[str, set] = {}
    for model in project.models("marts"):
        for column in _columns(model):
            kind = (column["data_type"], project.unit_of(column))
            kinds.setdefault(column["name"], set()).add(kind)

    assert {name: kind for name, kind in kinds.items() if len(kind) > 1} == {}


def test_a_published_key_is_the_tested_one():
    differing = [
        _name(model)
        for model in project.models("marts")
        if project.tested_key(model) != model["config"]["meta"]["primary_key"]
    ]

    assert differing == []


def test_a_published_key_is_never_null():
    nullable = [
        (_name(model), name)
        for model in project.models("marts")
        for name in model["config"]["meta"]["primary_key"]
        if "not_null" not in {found["type"] for found in model["columns"][name]["constraints"]}
    ]

    assert nullable == []


def test_a_fact_names_only_members_of_its_dimensions():
    unheld = [
        _name(model)
        for model in project.models("marts")
        if _name(model).startswith("fct_") and DIMENSIONS & set(model["columns"])
        if "known_members" not in project.names_of_tests(model)
    ]

    assert unheld == []


def test_a_model_asks_for_nothing_that_our_materializations_leave_out():
    asking = [
        _name(model)
        for model in project.models()
        if model["config"]["pre-hook"] + model["config"]["post-hook"]
        or model["config"]["grants"]
        or model["config"]["persist_docs"]
        or model["config"]["materialized"] not in {"table", "view"}
    ]

    assert asking == []


def test_the_night_runs_all_models_and_leaves_out_what_the_suite_alone_tests():
    whole, folder = project.manifest(), dbt_project.prepared()
    nightly = json.loads((folder / dbt_project.NIGHTLY_MANIFEST).read_text())
    left_out = {name: node for name, node in whole["nodes"].items() if name not in nightly["nodes"]}

    assert nightly["nodes"].items() <= whole["nodes"].items()
    assert {node["resource_type"] for node in left_out.values()} == {"test"}
    assert all({"suite", "between_layers"} & set(node["tags"]) for node in left_out.values())
    assert len(left_out) > 50 and nightly["unit_tests"] == {}
    assert not left_out.keys() & {one for all in nightly["child_map"].values() for one in all}
    assert (folder / dbt_project.NIGHTLY).stat().st_size < (
        0.7 * (folder / dbt_project.WHOLE).stat().st_size
    )


def test_no_night_calls_a_macro_that_was_left_out_of_it() -> None:
    folder = dbt_project.prepared()
    whole, nightly = (
        msgpack.unpackb((folder / name).read_bytes(), strict_map_key=False)
        for name in (dbt_project.WHOLE, dbt_project.NIGHTLY)
    )
    kept = {macro["name"] for macro in nightly["macros"].values()}
    left_out = {macro["name"] for macro in whole["macros"].values()} - kept
    texts = [node["raw_code"] for node in nightly["nodes"].values()]
    texts += [macro["macro_sql"] for macro in nightly["macros"].values()]
    templates = [each for text in texts for each in re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL)]
    code = [re.sub(r"'[^']*'|\"[^\"]*\"", "", template) for template in templates]
    # a name after a bar is a filter's
    called = {name for each in code for name in re.findall(r"(?<!\|)(?<!\| )\b(\w+) *\(", each)}

    assert "create_table_as" in called & kept
    assert called & left_out == set()
    assert len(left_out) > 200
