"""Which models are published is read from the manifest."""

from __future__ import annotations

from pipelines.warehouse.marts import marts


def model(name: str, folder: str, **more) -> dict:
    return {
        "resource_type": "model",
        "name": name,
        "fqn": ["throughline", folder, "core", name],
        "description": "One row\n  per thing.",
        "columns": {"day": {"name": "day", "description": "Day", "data_type": "date"}},
        "constraints": [],
        "config": {"meta": {}},
        **more,
    }


def test_every_model_of_the_marts_is_published_and_no_other() -> None:
    nodes = {
        "a": model("dim_team", "marts"),
        "b": model("int_effort", "intermediate"),
        "c": {"resource_type": "test", "name": "t", "fqn": ["throughline", "marts", "t"]},
    }

    assert [mart.name for mart in marts({"nodes": nodes}, "named")] == ["dim_team"]


def test_rows_of_people_are_left_out_where_people_are_hidden() -> None:
    nodes = {"a": model("fct_allocation_day", "marts"), "b": model("dim_person", "marts")}

    assert [mart.name for mart in marts({"nodes": nodes}, "hidden")] == ["dim_person"]
    assert len(marts({"nodes": nodes}, "pseudonym")) == 2


def test_the_key_comes_from_the_constraint_else_from_meta() -> None:
    declared = [{"type": "primary_key", "columns": ["day", "team_id"]}]
    nodes = {
        "a": model("dim_a", "marts", constraints=declared),
        "b": model("dim_b", "marts", config={"meta": {"primary_key": "day"}}),
    }

    keys = [mart.key for mart in marts({"nodes": nodes}, "named")]
    assert keys == [("day", "team_id"), ("day",)]


def test_a_column_shows_its_unit() -> None:
    column = {"name": "d", "description": "Days", "config": {"meta": {"unit": "person-days"}}}
    nodes = {"a": model("dim_a", "marts", columns={"d": column})}

    [mart] = marts({"nodes": nodes}, "named")
    assert mart.description == "One row per thing."
    assert mart.columns[0].comment == "Days [person-days]"
