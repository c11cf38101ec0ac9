"""What each reference means: ids are found in any case and used as they were declared."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.home.files import Files
from pipelines.home.problems import Place, Problems, shown
from pipelines.home.values import canonical_person


class Names:
    """The ids that were declared, each found in any case."""

    def __init__(self, files: Files) -> None:
        self.nodes = _by_lower_case(files.written("nodes", "id"))
        self.measures = _by_lower_case(files.written("measures", "id"))
        self.teams = _by_lower_case(files.written("teams", "id"))
        self.sources = _by_lower_case(files.written("sources", "name"))
        self.persons = _by_lower_case(_persons(files))
        self._is_whole = {
            "node": files.is_strategy_whole,
            "measure": files.is_strategy_whole,
            "team": files.are_teams_whole,
            "person": files.are_teams_whole,
            "source": files.are_settings_whole,
        }
        self._lookups = {
            "node": self.nodes,
            "measure": self.measures,
            "team": self.teams,
            "person": self.persons,
            "source": self.sources,
        }

    def check(self, thing: str, text: str, place: Place, problems: Problems) -> None:
        """Report a reference to something that was not declared.

        Args:
            thing: ``node``, ``measure``, ``team``, ``person`` or ``source``.
            text: The reference as written.
            place: Where it stands.
            problems: Takes the fault. There is none where the file with the declarations could
                not be read, since that is the fault to repair.
        """
        known = self._lookups[thing]
        if self._is_whole[thing] and text.lower() not in known:
            expected = f"a {thing} that is declared"
            problems.error(place, shown(text), expected, known.values(), text)

    def node(self, text: str) -> str:
        """The id of a node as it was declared."""
        return self.nodes[text.lower()]

    def measure(self, text: str) -> str:
        """The id of a measure as it was declared."""
        return self.measures[text.lower()]

    def team(self, text: str | None) -> str | None:
        """The id of a team as it was declared."""
        return self.teams[text.lower()] if text else None

    def person(self, text: str) -> str:
        """The id of a person; one who was not declared is a person nevertheless."""
        return self.persons.get(text.lower(), canonical_person(text))


def _by_lower_case(texts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(text.lower(), text)
    return found


def _persons(files: Files) -> list[str]:
    named = [*files.written("people", "person"), *files.written_members()]
    return [canonical_person(person) for person in named]
