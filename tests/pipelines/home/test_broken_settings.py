"""One fault in the settings or teams gives one clear error, with file, line and key path."""

from __future__ import annotations

import pytest

SOURCE = "token_env: JIRA_TOKEN"

BROKEN = {
    "an unknown key in the settings": (
        {"throughline": ("calendar: {holidays", "calendar: {holiday")},
        ("throughline.yml", 2, "calendar.holiday", "holidays"),
    ),
    "an unknown section": (
        {"throughline": ("effort:", "efort:")},
        ("throughline.yml", 3, "efort", "effort"),
    ),
    "a time zone that does not exist": (
        {"throughline": ("Europe/Berlin", "Europe/Berlim")},
        ("throughline.yml", 1, "organisation.timezone", "Europe/Berlin"),
    ),
    "a day that is not in the calendar": (
        {"throughline": ("2026-01-01", "2026-02-30")},
        ("throughline.yml", 3, "effort.since", None),
    ),
    "a literal token": (
        {"throughline": (SOURCE, "token_env: ATATT3xFfGF0c4n4ryS3cr3tV4lu3")},
        ("throughline.yml", 7, "sources[0].token_env", None),
    ),
    "a key for a token": (
        {"throughline": (SOURCE, "token_env: JIRA_TOKEN, token: c4n4ry")},
        ("throughline.yml", 7, "sources[0].token", None),
    ),
    "a password in an address": (
        {"throughline": ("https://example", "https://ana:c4n4ry@example")},
        ("throughline.yml", 7, "sources[0].url", None),
    ),
    "a connection string in place of the variable with it": (
        {"throughline": ("effort:", "publish: {postgres: {dsn_env: 'host=h'}}\neffort:")},
        ("throughline.yml", 3, "publish.postgres.dsn_env", None),
    ),
    "a key for a connection string": (
        {"throughline": ("effort:", "publish: {postgres: {dsn_env: PG, dsn: 'host=h'}}\neffort:")},
        ("throughline.yml", 3, "publish.postgres.dsn", None),
    ),
    "a schema that belongs to PostgreSQL": (
        {"throughline": ("effort:", "publish: {postgres: {dsn_env: PG, schema: pg_x}}\neffort:")},
        ("throughline.yml", 3, "publish.postgres.schema", None),
    ),
    "a place to publish without its variable": (
        {"throughline": ("effort:", "publish: {postgres: {schema: figures}}\neffort:")},
        ("throughline.yml", 3, "publish.postgres", None),
    ),
    "a place to publish that is not known": (
        {"throughline": ("effort:", "publish: {postgress: {dsn_env: PG}}\neffort:")},
        ("throughline.yml", 3, "publish.postgress", "postgres"),
    ),
    "an unknown tracker": (
        {"throughline": ("type: trello", "type: trelo")},
        ("throughline.yml", 8, "sources[1].type", "trello"),
    ),
    "a name of a source that is no folder's name": (
        {"throughline": ("name: eng", "name: Eng")},
        ("throughline.yml", 7, "sources[0].name", None),
    ),
    "two sources of one name": (
        {"throughline": ("sources:", "sources:\n  - {name: old, type: asana, export: exports}")},
        ("throughline.yml", 9, "sources[2].name", None),
    ),
    "a source without its live settings": (
        {"throughline": (f", {SOURCE}", "")},
        ("throughline.yml", 7, "sources[0]", None),
    ),
    "an export that does not exist": (
        {"throughline": ("exports/*.json", "exports/bord.json")},
        ("throughline.yml", 8, "sources[1].export", "exports/board.json"),
    ),
    "a pattern with look-ahead": (
        {"throughline": ("effort:", "identifiers: {pattern: '(?=KR)KR-[0-9.]+'}\neffort:")},
        ("throughline.yml", 3, "identifiers.pattern", None),
    ),
    "a pattern that matches nothing at all": (
        {"throughline": ("effort:", "identifiers: {pattern: '[0-9]*'}\neffort:")},
        ("throughline.yml", 3, "identifiers.pattern", None),
    ),
    "working hours backwards": (
        {"throughline": ("{holidays: DE}", "{hours: '17:00-09:00'}")},
        ("throughline.yml", 2, "calendar.hours", None),
    ),
    "a country without holidays": (
        {"throughline": ("holidays: DE", "holidays: DEE")},
        ("throughline.yml", 2, "calendar.holidays", "DE"),
    ),
    "a region that the country has not": (
        {"teams": ("DE-BY", "DE-BYY")},
        ("teams.yml", 7, "teams[1].holidays[0]", "DE-BY"),
    ),
    "a container of an unknown source": (
        {"throughline": ("'old:list", "'odl:list")},
        ("throughline.yml", 5, "linking.containers.odl:list:Brand", "old"),
    ),
    "a container of an unknown kind": (
        {"throughline": ("old:list", "old:lst")},
        ("throughline.yml", 5, "linking.containers.old:lst:Brand", "list"),
    ),
    "a container without a name": (
        {"throughline": ("old:list:Brand", "old:Brand")},
        ("throughline.yml", 5, "linking.containers.old:Brand", None),
    ),
    "a container that serves an unknown node": (
        {"throughline": ("p-2", "P-3")},
        ("throughline.yml", 5, "linking.containers.old:list:Brand", "P-2"),
    ),
    "a category that does not exist": (
        {"throughline": ("type: trello", "type: trello, status_map: {Doing: doing}")},
        ("throughline.yml", 8, "sources[1].status_map.Doing", None),
    ),
    "a share in percent": (
        {"teams": ("capacity: 0.8", "capacity: 80%")},
        ("teams.yml", 5, "teams[0].members[0].capacity", None),
    ),
    "a membership that ends before it begins": (
        {"teams": ("from: 2026-01-01", "from: 2026-01-01, to: 2025-12-31")},
        ("teams.yml", 5, "teams[0].members[0].to", None),
    ),
    "an account under two persons": (
        {
            "teams": (
                "- {account: 'eng:557058:2c', bot: true}",
                "- {person: ben, accounts: ['old:5f1c']}",
            )
        },
        ("teams.yml", 10, "people[1].accounts[0]", None),
    ),
    "an account under two persons, its source in another case": (
        {
            "teams": (
                "- {account: 'eng:557058:2c', bot: true}",
                "- {person: ben, accounts: ['OLD:5f1c']}",
            )
        },
        ("teams.yml", 10, "people[1].accounts[0]", None),
    ),
    "an account without a source": (
        {"teams": ("'old:5f1c'", "'5f1c'")},
        ("teams.yml", 9, "people[0].accounts[0]", None),
    ),
    "an account of an unknown source": (
        {"teams": ("'old:5f1c'", "'olt:5f1c'")},
        ("teams.yml", 9, "people[0].accounts[0]", "old"),
    ),
    "an account that is nobody's": (
        {"teams": (", bot: true", "")},
        ("teams.yml", 10, "people[1]", None),
    ),
    "a person listed twice": (
        {"teams": ("{account: 'eng:557058:2c', bot: true}", "{person: ANA@example.org}")},
        ("teams.yml", 10, "people[1].person", None),
    ),
    "two teams of one id": (
        {"teams": ("id: hr", "id: PLATFORM")},
        ("teams.yml", 7, "teams[1].id", None),
    ),
    "a team id that is ours": (
        {"teams": ("id: hr", "id: (unassigned)")},
        ("teams.yml", 7, "teams[1].id", None),
    ),
    "an unknown direction": (
        {"teams": ("direction: strategy", "direction: stratgy")},
        ("teams.yml", 3, "teams[0].direction", "strategy"),
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_home_with_one_fault_gives_one_error_that_names_its_place(error_in, fault):
    changes, (file, line, key_path, nearest) = BROKEN[fault]

    error = error_in(changes)

    assert (error.file, error.line, error.key_path) == (file, line, key_path)
    assert error.nearest == nearest or nearest is None
    assert error.found
    assert error.expected
