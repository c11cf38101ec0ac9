"""What all tests of the machinery behind live connectors share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.kernel.shelf import Shelf


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """One board of forty things, in pages of ten, being served."""
    found = Shelf()
    with found.serving():
        yield found


@pytest.fixture
def boards() -> Iterator[Shelf]:
    """Four boards of thirty things each, being served."""
    found = Shelf(boards=4, things=120)
    with found.serving():
        yield found
