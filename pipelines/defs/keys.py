"""The names of assets, and who answers for them."""

from __future__ import annotations

import dagster as dg

OWNERS = ["team:strategy-operations"]
HOME = dg.AssetKey(["home"])
DATABASE = dg.AssetKey(["database"])
PUBLISHED = dg.AssetKey(["published"])


def raw_key(source: str, stream: str) -> dg.AssetKey:
    """The landed records of one stream of a source."""
    return dg.AssetKey(["raw", source, stream])


def fetch_step(source: str) -> str:
    """The step that fetches a source."""
    return f"fetch_{source.replace('-', '_')}"


def typed_key(tracker: str) -> dg.AssetKey:
    """The typed tables of a tracker."""
    return dg.AssetKey(["typed", tracker])
