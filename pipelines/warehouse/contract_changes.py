"""What changed between two contracts, and whether it breaks those who read the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Table = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One change of a table or column. ``place`` is ``table`` or ``table.column``."""

    place: str
    what: str
    is_breaking: bool

    def __str__(self) -> str:
        return f"{'BREAKING' if self.is_breaking else 'compatible'}  {self.place}: {self.what}"


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every change from one contract to another, what breaks readers first.

    Breaking: a table or column that is removed, renamed or retyped, another grain, a column that
    may be null from now on, another unit, a reference that holds no longer. Compatible: what is
    new, what is promised more strictly, other words and another order.
    """
    before, after = _by_name(old.get("schema")), _by_name(new.get("schema"))
    found = [*_renamed_or_gone(before, after, "table", "")]
    found += [Change(name, "new table", False) for name in after if name not in before]
    for name in before.keys() & after.keys():
        found += _of_a_table(name, before[name], after[name])
    told = {change.what.rpartition(" ")[2] for change in found if "renamed" in change.what}
    found = [
        change
        for change in found
        if not (change.what.startswith("new ") and change.place.rpartition(".")[2] in told)
    ]
    return sorted(found, key=lambda change: (not change.is_breaking, change.place, change.what))


def version_wanted(old: str, found: list[Change]) -> str:
    """The least version that a contract has to have after these changes."""
    first, second, _ = (int(part) for part in old.split("."))
    if any(change.is_breaking for change in found):
        return f"{first + 1}.0.0"
    return f"{first}.{second + 1}.0" if found else old


def _of_a_table(name: str, old: Table, new: Table) -> Iterator[Change]:
    before, after = _by_name(old.get("properties")), _by_name(new.get("properties"))
    yield from _renamed_or_gone(before, after, "column", f"{name}.")
    for column in after:
        if column not in before:
            yield Change(f"{name}.{column}", "new column", False)
    if _key(before) != _key(after):
        told = f"grain: key was {', '.join(_key(before))}, is {', '.join(_key(after))}"
        yield Change(name, told, True)
    elif old.get("dataGranularityDescription") != new.get("dataGranularityDescription"):
        yield Change(name, "grain in other words: is it the same?", False)
    elif old.get("description") != new.get("description"):
        yield Change(name, "described in other words", False)
    shared = [column for column in before if column in after]
    for column in shared:
        yield from _of_a_column(f"{name}.{column}", before[column], after[column])
    if shared != [column for column in after if column in before]:
        yield Change(name, "columns in another order: read them by name", False)
    yield from _of_references(name, old, new)


def _of_a_column(place: str, old: Table, new: Table) -> Iterator[Change]:
    if old["physicalType"] != new["physicalType"]:
        yield Change(place, f"type was {old['physicalType']}, is {new['physicalType']}", True)
    if _unit(old) != _unit(new):
        yield Change(place, f"unit was {_unit(old) or 'none'}, is {_unit(new) or 'none'}", True)
    if old["required"] and not new["required"]:
        yield Change(place, "may be null from now on", True)
    if new["required"] and not old["required"]:
        yield Change(place, "is never null from now on", False)
    if old["description"] != new["description"]:
        is_wider = old["description"].rstrip(".").lower() in new["description"].lower()
        told = "described more widely" if is_wider else "described in other words: is it the same?"
        yield Change(place, told, False)


def _of_references(name: str, old: Table, new: Table) -> Iterator[Change]:
    before = {told["from"]: told["to"] for told in old.get("relationships", ())}
    after = {told["from"]: told["to"] for told in new.get("relationships", ())}
    columns = {f"{name}.{each['name']}" for each in new.get("properties", ())}
    for place in sorted(before.keys() | after.keys()):
        if place in before and before[place] != after.get(place) and place in columns:
            yield Change(place, f"refers to {before[place]} no longer", True)
        if place in after and place not in before:
            yield Change(place, f"refers to {after[place]} from now on", False)


def _renamed_or_gone(
    before: Mapping[str, Table], after: Mapping[str, Table], thing: str, within: str
) -> Iterator[Change]:
    """What is no longer there, with its new name where one thing alone has taken its place."""
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    for name in gone:
        heirs = [each for each in new if _without_name(after[each]) == _without_name(before[name])]
        told = f"{thing} renamed to {heirs[0]}" if len(heirs) == 1 else f"{thing} removed"
        yield Change(f"{within}{name}", told, True)


def _without_name(told: Table) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in ("name", "relationships")}


def _by_name(told: Any) -> dict[str, Table]:
    return {each["name"]: each for each in told or ()}


def _key(columns: Mapping[str, Table]) -> list[str]:
    keyed = [each for each in columns.values() if each.get("primaryKey")]
    return [each["name"] for each in sorted(keyed, key=lambda each: each["primaryKeyPosition"])]


def _unit(column: Table) -> str:
    found = (e["value"] for e in column.get("customProperties", ()) if e["property"] == "unit")
    return str(next(found, "") or "")
