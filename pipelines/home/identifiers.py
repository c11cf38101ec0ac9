"""The pattern of identifiers, judged by the engine that uses it every night: DuckDB (RE2)."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipelines.home.problems import Place, Problems, shown
from pipelines.home.settings_file import DEFAULT_PATTERN

EXPECTED = "a regular expression that RE2 knows: no look-around and no back-references"


def check_pattern(pattern: str, place: Place, problems: Problems) -> bool:
    """Report a pattern that cannot be used; True if it can."""
    if pattern == DEFAULT_PATTERN:
        return True
    if "'" in pattern or not pattern.isprintable():
        problems.error(place, shown(pattern), "a pattern without quotes and line breaks")
        return False
    import duckdb

    try:
        matches_nothing = _query("select regexp_full_match('', $1)", [pattern])[0][0]
    except duckdb.Error as fault:
        reason = str(fault).splitlines()[0].partition(": ")[2]
        problems.error(place, f"{shown(pattern)} ({reason})", EXPECTED)
        return False
    if matches_nothing:
        problems.error(place, shown(pattern), "a pattern that needs at least one character")
    return not matches_nothing


def not_matching(pattern: str, identifiers: Collection[str]) -> set[str]:
    """Those identifiers that the pattern does not match as a whole, in any case."""
    if pattern == DEFAULT_PATTERN:
        # the same in both engines, and starting a database costs half a second
        known = re.compile(pattern, re.IGNORECASE | re.ASCII)
        return {each for each in identifiers if not known.fullmatch(each)}
    select = (
        "select id from (select unnest($2::text[]) as id) where not regexp_full_match(id, $1, 'i')"
    )
    return {row[0] for row in _query(select, [pattern, sorted(identifiers)])}


def _query(statement: str, values: list[object]) -> list[tuple]:
    import duckdb

    with duckdb.connect() as connection:
        return connection.execute(statement, values).fetchall()
