"""What the demo published, for the tests that ask what analysts ask."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def published(demo_home: Path) -> Path:
    """The folder of the published run."""
    return demo_home / "data" / "published" / "current"
