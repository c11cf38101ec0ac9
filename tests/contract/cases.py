"""Changes of a small contract, each with what it does to readers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Contract = dict[str, Any]
Edit = Callable[[Contract], Any]


def column(name: str, kind: str = "double", unit: str = "person-days", **more: Any) -> Contract:
    """One column of a contract."""
    told = {"name": name, "logicalType": "number", "physicalType": kind, "required": False}
    told["description"] = f"What {name} is."
    return told | {"customProperties": [{"property": "unit", "value": unit}]} | more


def key(name: str, place: int) -> Contract:
    """A column of a key."""
    return column(name, "varchar", "identifier", primaryKey=True, primaryKeyPosition=place) | {
        "required": True
    }


BASE: Contract = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "version": "1.2.0",
    "schema": [
        {
            "name": "fct_effort",
            "physicalType": "table",
            "description": "One row per team and item. Add it up.",
            "dataGranularityDescription": "One row per team and item",
            "properties": [
                key("team_id", 1),
                key("item_id", 2),
                column("person_days"),
                column("share", unit="share (0 to 1)"),
                column("started_on", "date", "day"),
            ],
            "relationships": [
                {"type": "foreignKey", "from": "fct_effort.team_id", "to": "dim_team.team_id"}
            ],
        },
        {
            "name": "dim_team",
            "physicalType": "table",
            "description": "One row per team.",
            "dataGranularityDescription": "One row per team",
            "properties": [key("team_id", 1), column("name", "varchar", "text")],
        },
    ],
}


def _table(told: Contract, name: str = "fct_effort") -> Contract:
    return next(each for each in told["schema"] if each["name"] == name)


def _column(told: Contract, name: str, table: str = "fct_effort") -> Contract:
    return next(each for each in _table(told, table)["properties"] if each["name"] == name)


def _without(told: Contract, *names: str) -> None:
    table = _table(told)
    table["properties"] = [each for each in table["properties"] if each["name"] not in names]


def _unit(name: str, unit: str) -> Edit:
    return of(name, customProperties=[{"property": "unit", "value": unit}])


def of(which: str, /, **facts: Any) -> Edit:
    """Another fact of a column."""
    return lambda told: _column(told, which).update(facts)


def table(**facts: Any) -> Edit:
    """Another fact of the table of effort."""
    return lambda told: _table(told).update(facts)


def put(place: int, new: Contract) -> Edit:
    """A new column."""
    return lambda told: _table(told)["properties"].insert(place, new)


def without(*names: str) -> Edit:
    """Columns that are gone."""
    return lambda told: _without(told, *names)


def keys(**places: int | None) -> Edit:
    """Other places of columns in the key."""
    return lambda told: _keys(told, **places)


def add(*tables: Contract) -> Edit:
    """New tables."""
    return lambda told: told["schema"].extend(tables)


def refer(column_name: str, to: str) -> Edit:
    """A new reference."""
    new = {"type": "foreignKey", "from": f"fct_effort.{column_name}", "to": to}
    return lambda told: _table(told)["relationships"].append(new)


def both(*edits: Edit) -> Edit:
    """Several changes."""
    return lambda told: [edit(told) for edit in edits]


def _keys(told: Contract, **places: int | None) -> None:
    for name, place in places.items():
        found = _column(told, name)
        for fact in ("primaryKey", "primaryKeyPosition"):
            found.pop(fact, None)
        if place:
            found |= {"primaryKey": True, "primaryKeyPosition": place, "required": True}


NEW_TABLE = {**copy.deepcopy(BASE["schema"][1]), "name": "dim_place"}
GRAIN = "One row for each team and item"
WIDER = "What share is. Null below one half."
COMPATIBLE: dict[str, Edit] = {
    "nothing": lambda told: None,
    "a new table": add(NEW_TABLE),
    "two new tables": add(NEW_TABLE, {**NEW_TABLE, "name": "x"}),
    "a new column at the end": put(5, column("items", "bigint")),
    "a new column in the middle": put(2, column("items", "bigint")),
    "a new column that is never null": put(5, column("items", required=True)),
    "a new column like another one": put(5, column("person_days_2")),
    "a wider description of a column": of("share", description=WIDER),
    "a column in other words": of("share", description="The part."),
    "a table in other words": table(description="One row per team and item. Sum it."),
    "the grain in other words": table(dataGranularityDescription=GRAIN),
    "columns in another order": lambda told: _table(told)["properties"].reverse(),
    "tables in another order": lambda told: told["schema"].reverse(),
    "a column that is never null from now on": of("share", required=True),
    "a new reference": refer("item_id", "dim_team.name"),
    "another status of the contract": lambda told: told.update(status="draft"),
    "a new table that is referred to": both(add(NEW_TABLE), refer("item_id", "dim_place.team_id")),
    "a new column and wider words": both(put(5, column("items")), of("share", description=WIDER)),
}
BREAKING: dict[str, Edit] = {
    "a table that is gone": lambda told: told["schema"].pop(1),
    "all tables gone": lambda told: told["schema"].clear(),
    "a table renamed": lambda told: _table(told, "dim_team").update(name="dim_teams"),
    "a column that is gone": without("share"),
    "two columns gone": without("share", "started_on"),
    "a column renamed": of("share", name="part"),
    "a column renamed and described anew": of("share", name="part", description="Part."),
    "a key column renamed": of("item_id", name="work_item_id"),
    "another case of a name": of("share", name="Share"),
    "a number retyped to text": of("share", physicalType="varchar"),
    "a number narrowed": of("share", physicalType="float"),
    "a day retyped to an instant": of("started_on", physicalType="timestamp"),
    "a key retyped": of("team_id", physicalType="bigint"),
    "another unit": _unit("person_days", "hours"),
    "percent for a share": _unit("share", "percent"),
    "no unit": _unit("share", ""),
    "a finer grain": keys(started_on=3),
    "a coarser grain": keys(item_id=None),
    "another grain": keys(item_id=None, started_on=2),
    "no key": keys(item_id=None, team_id=None),
    "a column that may be null from now on": of("team_id", required=False),
    "a reference that holds no longer": table(relationships=[]),
    "a reference to something else": both(table(relationships=[]), refer("team_id", "x.team_id")),
    "a column gone and another new": both(without("share"), put(2, column("items", "bigint"))),
    "a new table and a column gone": both(add(NEW_TABLE), without("share")),
    "another quantity behind a name": both(
        _unit("person_days", "items"), of("person_days", description="Items.")
    ),
}


def changed(edit: Edit) -> Contract:
    """The small contract after a change."""
    told = copy.deepcopy(BASE)
    edit(told)
    return told
