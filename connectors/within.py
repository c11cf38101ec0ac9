"""What a run of several sources gives to the reading of each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from connectors.http import Client
from connectors.limits import Limiters
from connectors.live import Reader, Scope

Foretell = Callable[[Reader, Sequence[Scope], Client], None]


@dataclass(frozen=True)
class Within:
    """``limiters`` are shared with other sources, which may sign in with the same token.

    ``foretell`` is called with the roster before anything of it is read. ``took`` is how many bytes
    of disk the last reading took; 1.5 times as many must be free.
    """

    limiters: Limiters = field(default_factory=Limiters)
    foretell: Foretell | None = None
    took: int = 0
