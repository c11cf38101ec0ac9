"""The line of ``check`` and ``run`` where what is published shows people or tells them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.commands.failures import say

if TYPE_CHECKING:
    from pipelines.home.home import Home

_SHOWN = {
    "named": "the published tables name people, day by day",
    "pseudonym": "the published tables tell people apart, day by day, under keyed hashes",
}


def warn_of_people(home: Home, *, beside_output: bool = False) -> int:
    """Say so in one line, on standard error if wanted; how many warnings that is."""
    people = home.settings.privacy.people
    if people not in _SHOWN:
        return 0
    told = f"privacy.people is {people}: {_SHOWN[people]}. `hidden` shows nobody."
    say(f"warning: throughline.yml: {told}", error=beside_output)
    return 1
