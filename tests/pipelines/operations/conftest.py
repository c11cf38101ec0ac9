"""The command, called in this process, and somebody who takes alerts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipelines.cli.conftest import call  # noqa: F401 - a fixture for the tests here
from tests.pipelines.operations.listener import Listener, listening


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """An address of this machine that alerts go to."""
    with listening() as found:
        monkeypatch.setenv("ALERT_HOOK", found.address)
        yield found
