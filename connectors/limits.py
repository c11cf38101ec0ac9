"""How fast a tracker may be asked, and how long to be silent when it says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.http import Answer


@dataclass(frozen=True)
class Pause:
    """A silence that a tracker asks for: of everything, or of requests of the same kind."""

    seconds: float
    whole_source: bool = False


class Dialect:
    """How a tracker speaks of its limits. A connector derives from it where its tracker differs.

    ``rates`` gives the limits as the tracker publishes them, by kind of request: (requests,
    seconds). Half of each is used. A kind that is not named shares the rate of ``read``.
    """

    rates: Mapping[str, tuple[int, float]] = {}

    def pause(self, answer: Answer) -> Pause | None:
        """Return the silence that a refusal (429, 5xx) asks for; None where it does not say.

        Called with every answer of such a status. As it stands here it knows ``Retry-After`` in
        seconds or as a date, and ``X-RateLimit-Reset`` in any form.
        """
        raise NotImplementedError

    def is_refusal(self, answer: Answer) -> bool:
        """True if the tracker says "too fast"; not every tracker says so with 429."""
        return answer.status == 429

    def is_near(self, answer: Answer) -> bool:
        """True if an answer says that the limit is near: the pace is then lowered for a while."""
        raise NotImplementedError
