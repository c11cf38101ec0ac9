"""The process beside a run that types its share of the landed pages: one work order on stdin."""

from __future__ import annotations

import os
import sys

import msgspec

from connectors.journal import PageEntry
from pipelines.warehouse.typing import TypingWork, type_pages


def main() -> None:
    """Type the pages of the work order, and stop early where the run that gave it is gone."""
    work, pages = msgspec.json.decode(
        sys.stdin.buffer.read(), type=tuple[TypingWork, list[PageEntry]]
    )
    parent = os.getppid()
    for page in pages:
        if os.getppid() != parent:
            return
        type_pages(work, [page])


if __name__ == "__main__":
    main()
