"""Find the connectors: each folder beside this file that offers ``CONNECTOR``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import connectors
from connectors.contract import Connector


def trackers() -> list[str]:
    """Return the names of the folders beside this file, in alphabetical order; imports none."""
    return sorted(each.name for each in pkgutil.iter_modules(connectors.__path__) if each.ispkg)


@cache
def all_connectors() -> dict[str, Connector]:
    """Return every connector by the name of its tracker, in alphabetical order."""
    found = {}
    for name in trackers():
        connector = getattr(importlib.import_module(f"connectors.{name}"), "CONNECTOR", None)
        if connector is not None:
            found[connector.tracker] = connector
    return found
