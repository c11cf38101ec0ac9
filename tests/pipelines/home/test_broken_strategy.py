"""One fault in the strategy or in a CSV file gives one clear error, with its place."""

from __future__ import annotations

import pytest

TARGET = "contributes_to: [{to: g-1,"

BROKEN = {
    "an identifier twice, in another case and file": (
        {"b": ("nodes:", "nodes:\n  - {id: p-2, kind: purpose, title: Again, owner: cto}")},
        ("strategy/b.yml", 2, "nodes[0].id", None),
    ),
    "an identifier that the pattern does not match": (
        {"b": ("nodes:", "nodes:\n  - {id: XX-7, kind: purpose, title: Other, owner: cto}")},
        ("strategy/b.yml", 2, "nodes[0].id", None),
    ),
    "an identifier with a blank in it": (
        {"b": ("nodes:", "nodes:\n  - {id: P-7 8, kind: purpose, title: Other, owner: cto}")},
        ("strategy/b.yml", 2, "nodes[0].id", None),
    ),
    "an unknown target": (
        {"a": (TARGET, "contributes_to: [{to: G-11,")},
        ("strategy/a.yml", 9, "nodes[2].contributes_to[0].to", "G-1"),
    ),
    "an unknown team of a node": (
        {"a": ("team: Platform", "team: Platfrom")},
        ("strategy/a.yml", 8, "nodes[2].team", "platform"),
    ),
    "an unknown node of a measure": (
        {"b": ("node: kr-1.2", "node: KR-1.22")},
        ("strategy/b.yml", 10, "measures[1].node", "KR-1.2"),
    ),
    "an unknown node of a decision": (
        {"b": ("starts: [ini-7]", "stops: [INI-77]")},
        ("strategy/b.yml", 12, "decisions[0].stops[0]", "INI-7"),
    ),
    "a conflict of a node with itself": (
        {"b": ("decisions:", "conflicts: [{between: [G-1, g-1]}]\ndecisions:")},
        ("strategy/b.yml", 11, "conflicts[0].between", None),
    ),
    "a conflict of one node": (
        {"b": ("decisions:", "conflicts: [{between: [G-1]}]\ndecisions:")},
        ("strategy/b.yml", 11, "conflicts[0].between", None),
    ),
    "a cycle": (
        {"a": (TARGET, "enables: [{to: INI-7,")},
        ("strategy/b.yml", 7, "nodes[0].contributes_to[0].to", None),
    ),
    "a goal that contributes to something": (
        {"a": ("owner: cto@example.org", "owner: cto, contributes_to: [{to: P-2, because: b}]")},
        ("strategy/a.yml", 3, "nodes[1].contributes_to[0]", None),
    ),
    "a purpose that contributes to something": (
        {"a": ("owner: ana@example.org}", "owner: cto, contributes_to: [{to: G-1, because: b}]}")},
        ("strategy/a.yml", 2, "nodes[0].contributes_to[0]", None),
    ),
    "a result that contributes to an output": (
        {"b": ("kind: initiative", "kind: result"), "a": ("kind: key_result", "kind: deliverable")},
        ("strategy/b.yml", 7, "nodes[0].contributes_to[0].to", None),
    ),
    "a node that ends before it begins": (
        {"a": ("team: Platform", "from: 2026-02-01\n    to: 2026-01-31")},
        ("strategy/a.yml", 9, "nodes[2].to", None),
    ),
    "an edge that ends before it begins": (
        {"a": ("weight: 2", "valid_from: 2026-02-01, valid_to: 2026-01-31")},
        ("strategy/a.yml", 9, "nodes[2].contributes_to[0].valid_to", None),
    ),
    "a weight of nothing": (
        {"a": ("weight: 2", "weight: 0")},
        ("strategy/a.yml", 9, "nodes[2].contributes_to[0].weight", None),
    ),
    "a node without a title": (
        {"a": ("    title: Median under 7 days\n", "")},
        ("strategy/a.yml", 4, "nodes[2]", None),
    ),
    "a kind that does not exist": (
        {"a": ("kind: key_result", "kind: keyresult")},
        ("strategy/a.yml", 5, "nodes[2].kind", "key_result"),
    ),
    "a key twice": (
        {"a": ("team: Platform", "title: Again")},
        ("strategy/a.yml", 8, "nodes[2].title", None),
    ),
    "YAML that breaks off": (
        {"throughline": ("timezone: Europe/Berlin}", "timezone: Europe/Berlin")},
        ("throughline.yml", 2, "", None),
    ),
    "an asterisk that YAML takes for an alias": (
        {"throughline": ("'exports/*.json'", "*.json")},
        ("throughline.yml", 8, "", None),
    ),
    "an alias": (
        {"throughline": ("'exports/*.json'", "*json")},
        ("throughline.yml", 8, "sources[1].export", None),
    ),
    "a tag": (
        {"throughline": ("name: Example", "name: !!python/name:os.system Example")},
        ("throughline.yml", 1, "organisation.name", None),
    ),
    "a header with a slip": (
        {"observations": ("measure,date,value", "measure,day,value")},
        ("strategy/observations.csv", 1, "", "measure,date,value"),
    ),
    "semicolons": (
        {"observations": "measure;date;value\nM-12;2026-01-31;30\n"},
        ("strategy/observations.csv", 1, "", "measure,date,value"),
    ),
    "a number with a decimal comma": (
        {"observations": ("30\n", '30\nM-12,2026-02-28,"3,5"\n')},
        ("strategy/observations.csv", 3, "value", None),
    ),
    "a day in another order": (
        {"observations": ("2026-01-31", "31.01.2026")},
        ("strategy/observations.csv", 2, "date", None),
    ),
    "a row with too many columns": (
        {"observations": ("30\n", "30,5\n")},
        ("strategy/observations.csv", 2, "", None),
    ),
    "a quote that is never closed": (
        {"check-ins": ("on_track,", 'on_track,"well')},
        ("strategy/check-ins.csv", 2, "", None),
    ),
    "an unknown measure": (
        {"observations": ("m-12", "M-122")},
        ("strategy/observations.csv", 2, "measure", "M-12"),
    ),
    "two values of a measure on a day": (
        {"observations": ("30\n", "30\nM-12,2026-01-31,31\n")},
        ("strategy/observations.csv", 3, "value", None),
    ),
    "a confidence that does not exist": (
        {"check-ins": ("on_track", "on-track")},
        ("strategy/check-ins.csv", 2, "confidence", "on_track"),
    ),
    "an unknown node of a manual allocation": (
        {"manual": ("kr-1.2", "KR-1.3")},
        ("strategy/manual.csv", 2, "node", "KR-1.2"),
    ),
    "an unknown person of a manual allocation": (
        {"manual": ("ana@", "anna@")},
        ("strategy/manual.csv", 2, "person", "ana@example.org"),
    ),
    "manual shares above 1": (
        {"manual": ('once"\n', 'once"\nANA@example.org,G-1,2026-02-28,,0.6,cto,more\n')},
        ("strategy/manual.csv", 3, "share", None),
    ),
    "an absence of more than everything": (
        {"absences": ("0.5", "1.5")},
        ("strategy/absences.csv", 2, "share", None),
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
