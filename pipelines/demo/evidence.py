"""How a piece of work comes to carry an identifier, rightly, wrongly or not at all."""

from collections.abc import Callable
from random import Random

from pipelines.demo.work import Item

_FORGOTTEN = 0.1
_MISTYPED = 0.035

# tracker: how its people leave a link, with weights
_HABITS: dict[str, list[tuple[float, str]]] = {
    "jira": [
        (0.5, "epic"),
        (0.16, "label"),
        (0.14, "title"),
        (0.08, "field"),
        (0.08, "description"),
        (0.04, "link"),
    ],
    "asana": [(0.42, "field"), (0.2, "label"), (0.2, "title"), (0.18, "description")],
    "trello": [(0.48, "label"), (0.32, "title"), (0.2, "description")],
}


def leave_evidence(item: Item, epics: dict[str, Item], chance: Random) -> None:
    """Write the identifier of the item's node where this team would, if it does not forget."""
    roll = chance.random()
    if not item.node or roll < _FORGOTTEN:
        if item.team.tracker == "jira" and chance.random() < 0.3:
            item.parent = epics.get("")
        return
    habit = _choose(_HABITS[item.team.tracker], chance)
    identifier = item.node
    if roll < _FORGOTTEN + _MISTYPED:
        identifier, habit = _mistyped(item.node, chance), chance.choice(("title", "label"))
    if habit in ("epic", "link") and item.node not in epics:
        habit = "label"
    _WRITERS[habit](item, identifier, epics)


def _choose(options: list[tuple[float, str]], chance: Random) -> str:
    return chance.choices([name for _, name in options], [weight for weight, _ in options])[0]


def _mistyped(node: str, chance: Random) -> str:
    """A digit too many, the wrong series, or a blank instead of the hyphen."""
    return chance.choice(
        (f"{node}{node[-1]}", node.replace("INI-", "KR-9."), node.replace("-", " "))
    )


def _in_title(item: Item, identifier: str, _: dict[str, Item]) -> None:
    if item.number % 3 or identifier.startswith("P-"):
        item.title = f"[{identifier}] {item.title}"
    else:
        item.title = f"{item.title} ({identifier.lower()})"


def _in_description(item: Item, identifier: str, _: dict[str, Item]) -> None:
    reference = f"[{identifier}]" if identifier.startswith("P-") else identifier
    item.description = f"{item.description} Part of {reference}.".strip()


def _as_label(item: Item, identifier: str, _: dict[str, Item]) -> None:
    item.labels.append(identifier.replace(" ", "-9") if item.team.tracker == "jira" else identifier)


def _in_field(item: Item, identifier: str, _: dict[str, Item]) -> None:
    item.field_value = f"{identifier}:70, KR-2.1:30" if item.number % 29 == 0 else identifier


def _under_epic(item: Item, identifier: str, epics: dict[str, Item]) -> None:
    item.parent = epics[identifier]


def _by_link(item: Item, identifier: str, epics: dict[str, Item]) -> None:
    item.contributes_to = epics[identifier]


_WRITERS: dict[str, Callable[[Item, str, dict[str, Item]], None]] = {
    "title": _in_title,
    "description": _in_description,
    "label": _as_label,
    "field": _in_field,
    "epic": _under_epic,
    "link": _by_link,
}
