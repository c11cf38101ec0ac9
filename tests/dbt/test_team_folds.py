"""The fold of small teams against the rule told one step at a time, on random memberships."""

import functools
import re

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.defs.dbt_project import PROJECT

MODEL = PROJECT / "models" / "intermediate" / "privacy" / "int_team_folds.sql"
SMALL = "(small teams)"
TEAMS = ["a", "b", "c", "d", "e", "(unassigned)"]

memberships = st.dictionaries(
    st.sampled_from(TEAMS), st.frozensets(st.integers(1, 9), max_size=6), min_size=1
)


@functools.cache
def model() -> tuple[duckdb.DuckDBPyConnection, str]:
    """An engine with the two tables that the model reads, and the model as plain SQL."""
    code = re.sub(r"\{#.*?#\}", "", MODEL.read_text(), flags=re.DOTALL)
    code = re.sub(r"\{\{ (?:ref|source)\((?:'home', )?'(\w+)'\) \}\}", r"\1", code)
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    connection.execute("create table settings (minimum_group integer)")
    connection.execute(
        "create table int_team_members"
        " (period_type text, period_start date, team_id text, person_id text)"
    )
    return connection, code


def folded_by_the_model(members: dict[str, frozenset[int]], minimum_group: int) -> dict[str, str]:
    connection, code = model()
    rows = [
        f"('week', date '2026-01-05', '{team}', {person or 'null'})"
        for team, people in members.items()
        for person in sorted(people) or [None]
    ]
    connection.execute("delete from settings")
    connection.execute("delete from int_team_members")
    connection.execute("insert into settings values (?)", [minimum_group])
    connection.execute(f"insert into int_team_members values {', '.join(rows)}")
    return {team: published for _, _, team, published in connection.execute(code).fetchall()}


def folded_by_hand(members: dict[str, frozenset[int]], minimum_group: int) -> dict[str, str]:
    waiting = sorted(members, key=lambda team: (len(members[team]), team))
    fold = [team for team in waiting if len(members[team]) < minimum_group]
    if minimum_group == 1 or not fold:
        return {team: team for team in members}
    for team in waiting[len(fold) :]:
        if len(frozenset().union(*(members[name] for name in fold))) >= minimum_group:
            break
        fold.append(team)
    return {team: SMALL if team in fold else team for team in members}


@settings(max_examples=300, deadline=None)
@given(memberships, st.integers(1, 7))
def test_teams_are_folded_until_nobody_can_be_singled_out(members, minimum_group):
    assert folded_by_the_model(members, minimum_group) == folded_by_hand(members, minimum_group)
