"""Find the connectors: each folder beside this file that offers ``CONNECTOR``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import connectors
from connectors.contract import Connector


@cache
def all_connectors() -> dict[str, Connector]:
    """Return every connector by the name of its tracker, in alphabetical order."""
    found = {}
    for module in sorted(pkgutil.iter_modules(connectors.__path__), key=lambda each: each.name):
        if module.ispkg:
            package = importlib.import_module(f"connectors.{module.name}")
            connector = getattr(package, "CONNECTOR", None)
            if connector is not None:
                found[connector.tracker] = connector
    return found
