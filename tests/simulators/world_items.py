"""The items of a world as its generator remembers them, in drawers to draw them from."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field


@dataclass
class Item:
    """What the generator remembers of an item, to let likely things happen to it."""

    id: str
    container: str
    place: int
    status: str = "To Do"
    parent: str | None = None
    is_gone: bool = False
    is_archived: bool = False
    is_parent: bool = False
    logs: list[str] = field(default_factory=list)


class Drawer:
    """Items of one kind in the order of their creation, to draw any of them quickly."""

    def __init__(self) -> None:
        self._places: list[int] = []
        self._items: dict[int, Item] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> Item:
        return self._items[self._places[number]]

    def keep(self, item: Item, belongs: bool) -> None:
        """Put an item in, or take it out."""
        if belongs and item.place not in self._items:
            self._items[item.place] = item
            insort(self._places, item.place)
        elif not belongs and item.place in self._items:
            del self._items[item.place]
            del self._places[bisect_left(self._places, item.place)]
