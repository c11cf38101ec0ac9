"""Goals of Asana and issues of Jira above epics."""

from __future__ import annotations

import json

import pytest

from pipelines.home.imports.draft import ImportRefusedError


def goal(gid, name, **more):
    return {"gid": gid, "resource_type": "goal", "name": name, **more}


def supports(below, above, kind="goal", weight=None):
    return {
        "resource_type": "goal_relationship",
        "supporting_resource": {"gid": below, "resource_type": kind},
        "supported_goal": {"gid": above},
        "contribution_weight": weight,
    }


def issue(number, kind, level, **fields):
    return {
        "id": str(number),
        "key": f"STRAT-{number}",
        "self": f"https://example.atlassian.net/rest/api/3/issue/{number}",
        "fields": {
            "summary": f"{kind} {number}",
            "issuetype": {"name": kind, "hierarchyLevel": level},
            **fields,
        },
    }


METRIC = {
    "unit": "percentage",
    "initial_number_value": 20,
    "target_number_value": 60,
    "current_number_value": 35,
}
GOALS = [
    goal("9", "Churn under 2 %", metric=METRIC, due_on="2026-12-31", start_on="2026-01-01"),
    goal("7", "Customers stay", owner={"email": "ana@example.org", "name": "Ana"}, followers=[1]),
    goal("8", "First week works", status="achieved", goal_relationships=[supports("9", "8")]),
    goal("6", "Loyalty app", status="dropped", due_on="2026-03-01", owner={"gid": "3"}),
    supports("8", "7", weight=0.5),
    supports("55", "9", "project"),
]


def test_goals_of_asana_become_a_tree_by_their_relationships(home):
    found = home.take("goals.json", json.dumps({"data": GOALS}))

    nodes = home.nodes("goals.yml")
    told = {node["origin"]["id"]: (each, node["kind"]) for each, node in nodes.items()}
    assert told == {
        "7": ("G-1", "goal"),
        "8": ("O-1.1", "objective"),
        "9": ("KR-1.1.1", "key_result"),
        "6": ("G-2", "goal"),
    }
    assert nodes["O-1.1"]["contributes_to"] == [{"to": "G-1", "weight": 0.5}]
    assert (nodes["O-1.1"]["status"], nodes["G-1"]["owner"]) == ("achieved", "ana@example.org")
    assert (nodes["G-2"]["status"], nodes["G-2"]["to"]) == ("retired", "2026-03-01")
    assert found.draft.left["supporting project that is no goal of the file"] == 1
    assert found.draft.left["followers"] == 1
    assert found.draft.left["owner without an e-mail and a name"] == 1


def test_the_metric_of_a_goal_is_its_measure_and_a_value_without_a_day_is_told(home):
    found = home.take("goals.json", "\n".join(json.dumps(each) for each in GOALS))

    (measure,) = home.data("goals.yml")["measures"]
    assert measure.pop("origin")["system"] == "asana"
    assert measure == {
        "id": "M-1.1.1.1",
        "node": "KR-1.1.1",
        "title": "Churn under 2 %",
        "unit": "percentage",
        "better": "higher",
        "baseline": 20,
        "target": 60,
        "start": "2026-01-01",
        "due": "2026-12-31",
    }
    assert found.draft.left["metric/current_number_value: a value without its day"] == 1


def test_issues_above_epics_become_nodes_and_the_rest_is_told(home):
    done = {"statusCategory": {"key": "done"}}
    issues = [
        issue(1, "Goal", 3),
        issue(2, "Initiative", 2, parent={"id": "1", "key": "STRAT-1"}, duedate="2026-09-30"),
        issue(
            3,
            "Rock",
            2,
            parent={"id": "1", "key": "STRAT-1"},
            status=done,
            resolutiondate="2026-05-01T10:00:00.000+0000",
            labels=["x"],
        ),
        issue(4, "Epic", 1, parent={"id": "2", "key": "STRAT-2"}),
        issue(5, "Story", 0),
        issue(
            6,
            "Outcome",
            2,
            status=done,
            resolution={"name": "Won't Do"},
            resolutiondate="2026-05-01T10:00:00.000+0000",
            assignee={"displayName": "Ben"},
        ),
    ]

    found = home.take("strat.json", json.dumps({"issues": issues}))

    nodes = home.nodes("strat.yml")
    assert {each: nodes[each]["origin"]["number"] for each in nodes} == {
        "G-1": "STRAT-1",
        "INI-1.1": "STRAT-2",
        "INI-1.2": "STRAT-3",
        "R-1": "STRAT-6",
    }
    assert (nodes["INI-1.2"]["status"], nodes["INI-1.2"]["done"]) == ("achieved", "2026-05-01")
    assert (nodes["R-1"]["status"], nodes["R-1"]["to"]) == ("retired", "2026-05-01")
    assert (nodes["R-1"]["owner"], nodes["INI-1.1"]["due"]) == ("Ben", "2026-09-30")
    assert nodes["G-1"]["origin"]["system"] == "jira example.atlassian.net"
    assert found.draft.left["issue of the type Epic: work, which a source reads"] == 1
    assert found.draft.left["field labels"] == 1


def test_without_levels_the_name_of_the_type_tells(home):
    found = home.take("old.json", json.dumps([issue(1, "Theme", None), issue(2, "Bug", None)]))

    assert found.draft.nodes[0].kind == "objective"
    assert len(found.draft.nodes) == 1


def test_a_file_without_anything_above_epics_is_refused_with_what_it_has(home):
    with pytest.raises(ImportRefusedError, match=r"Epic \(1\), Story \(2\)"):
        home.take(
            "x.json",
            json.dumps([issue(1, "Epic", 1), issue(2, "Story", 0), issue(3, "Story", 0)]),
        )

    assert home.listed() == []
