"""teams.yml: teams, members, and whose account is whose."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipelines.home.values import Day, Part, Share, TeamId, Text, Texts, Zone


class Member(Part):
    """A person's time in a team; both dates are included, a missing one is open."""

    person: Text = Field(description="E-mail, or any other name that is used throughout.")
    capacity: Share = Field(1, description="Part of a full-time working day, from 0 to 1.")
    from_: Day | None = Field(None, alias="from", description="First day in the team.")
    to: Day | None = Field(None, description="Last day in the team.")


class Team(Part):
    """A team and its declared direction."""

    id: TeamId
    name: Text | None = Field(None, description="As the report prints it; default: the id.")
    function: Text | None = Field(None, description="Such as engineering, sales, finance.")
    direction: Literal["strategy", "teams", "purpose"] | None = Field(
        None, description="What the team is aligned to."
    )
    holidays: Texts | None = Field(None, description="Instead of the organisation's.")
    members: list[Member] = Field([], description="Who belongs to it, and when.")


class Person(Part):
    """A person and the accounts that are theirs, or an account that is a bot."""

    person: Text | None = Field(None, description="E-mail, or any other name.")
    name: Text | None = Field(None, description="Full name; default: as an account tells it.")
    timezone: Zone | None = Field(None, description="Default: as an account tells it.")
    holidays: Texts | None = Field(None, description="Instead of the team's.")
    accounts: Texts = Field((), description="source:account id, one for each tracker.")
    account: Text | None = Field(None, description="source:account id of a bot.")
    bot: bool = Field(False, description="True: a program, whose events are nobody's activity.")


class TeamsFile(Part):
    """Throughline: teams and people."""

    teams: list[Team] = Field([], description="The teams.")
    people: list[Person] = Field([], description="Accounts, time zones and holidays of people.")
