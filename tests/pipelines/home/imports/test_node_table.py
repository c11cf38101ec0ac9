"""A CSV of nodes: its header, its faults, and identifiers that stay."""

from __future__ import annotations

import pytest

from pipelines.home.imports.draft import ImportRefusedError

TABLE = """\
id,kind,title,parent,because,owner,status,from,target_share,region
G-7,goal,New customers stay,,,cto@example.org,,2026-01-01,0.4,north
KR-7.1,Key result,"Churn under 2 %, yearly",G-7,Leavers cost growth,ana,active,,,
set-up,project,Guided set-up,kr-7.1; G-7,It removes steps,ben,proposed,,,
"""
OWN_PATTERN = """\
organisation: {name: Example}
identifiers: {pattern: 'OUT-\\d+'}
sources: [{name: eng, type: trello, export: 'exports/*.json'}]
"""


def test_rows_become_nodes_and_identifiers_that_match_the_pattern_stay(home):
    found = home.take("plan.csv", TABLE)

    nodes = home.nodes("plan.yml")
    assert list(nodes) == ["G-7", "KR-7.1", "INI-7.1.1"]
    assert nodes["KR-7.1"]["title"] == "Churn under 2 %, yearly"
    assert nodes["INI-7.1.1"]["contributes_to"] == [
        {"to": "KR-7.1", "because": "It removes steps"},
        {"to": "G-7", "because": "It removes steps"},
    ]
    assert nodes["INI-7.1.1"]["status"] == "proposed"
    assert nodes["INI-7.1.1"]["origin"] == {"system": "csv plan.csv", "kind": "row", "id": "set-up"}
    assert (nodes["G-7"]["from"], nodes["G-7"]["target_share"]) == ("2026-01-01", 0.4)
    assert found.draft.left["column region"] == 1


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_a_mark_of_byte_order_are_read(home, separator):
    text = "\ufeffTitle,ID,Type\r\nWhy,P-1,mission\r\n".replace(",", separator)

    home.take("plan.csv", text)

    assert home.nodes("plan.yml")["P-1"]["kind"] == "purpose"


def test_an_identifier_that_the_home_has_already_is_not_taken_twice(make):
    home = make(own="nodes:\n  - {id: g-7, kind: goal, title: Ours}\n")

    home.take("plan.csv", TABLE)

    assert list(home.nodes("plan.yml")) == ["G-1", "KR-7.1", "INI-7.1.1"]
    assert home.nodes("plan.yml")["KR-7.1"]["contributes_to"][0]["to"] == "G-1"


def test_every_faulty_row_is_told_with_its_line_and_nothing_is_written(home):
    text = (
        "id,kind,title,parent,from\n"
        "a,gaol,One,,\n"
        "b,goal,,,\n"
        "B,goal,Again,,\n"
        'c,result,"Two\nlines",aa,\n'
        "d,goal,Late,,1.1.2026\n"
    )

    with pytest.raises(ImportRefusedError) as caught:
        home.take("plan.csv", text)

    told = str(caught.value)
    assert "line 2: found the kind 'gaol'" in told and "nearest: goal" in told
    assert "line 3: no title" in told
    assert "line 4: id 'B' a second time (first on line 3)" in told
    assert "line 5: the parent 'aa' is the id of no row; nearest: a" in told
    assert "line 7: from: found '1.1.2026'" in told
    assert home.listed() == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title,kind\nx,goal\n", "no column id"),
        ("id,kind,title\nx,goal\n", "2 columns on line 2"),
        ("id,kind,title\n", "no rows below the header"),
        ("", "an empty file"),
        (
            "id,kind,title,parent\nR-1,result,a,R-2\nR-2,result,b,R-1\n",
            "would not pass its check",
        ),
        ("id,kind,title,team\nR-1,result,a,sales\n", "would not pass its check"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_reason(home, text, reason):
    with pytest.raises(ImportRefusedError, match=reason):
        home.take("plan.csv", text)

    assert home.listed() == []


def test_what_the_home_does_not_allow_is_changed_and_told(home):
    text = (
        "id,kind,title,parent\n"
        "G-1,goal,Top,\n"
        "G-2,goal,Below,G-1\n"
        "INI-1,initiative,Work,G-1\n"
        "R-1,result,Change,INI-1\n"
    )
    found = home.take("plan.csv", text)

    nodes = home.nodes("plan.yml")
    assert nodes["G-2"]["kind"] == "objective"
    assert "contributes_to" not in nodes["R-1"]
    assert found.draft.changed["goal below another node: made an objective"] == 1
    assert found.draft.left["edge from a result (result) to an output (initiative)"] == 1


def test_a_pattern_without_points_gets_plain_numbers_of_a_given_form(make):
    home = make(OWN_PATTERN)

    home.take("plan.csv", TABLE, identifiers="OUT-{number}")

    assert list(home.nodes("plan.yml")) == ["OUT-1", "OUT-2", "OUT-3"]


@pytest.mark.parametrize("form", ["OUT-1", "{number}-{number}"])
def test_a_form_that_cannot_tell_nodes_apart_is_refused(make, form):
    with pytest.raises(ImportRefusedError, match=r"\{number\} in it, once"):
        make(OWN_PATTERN).take("plan.csv", TABLE, identifiers=form)


def test_a_pattern_that_no_form_matches_is_told_with_the_way_out(make):
    home = make(OWN_PATTERN)

    with pytest.raises(ImportRefusedError, match=r"--identifiers 'OUT-\{number\}'"):
        home.take("plan.csv", TABLE)
