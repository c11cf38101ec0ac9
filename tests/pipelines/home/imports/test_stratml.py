"""StratML plans: what becomes a node, a measure, an observation, and what is listed as left."""

from __future__ import annotations

import jsonschema
import pytest

from pipelines.home.imports.draft import ImportRefusedError
from pipelines.home.schemas import json_schema
from pipelines.home.strategy_file import StrategyFile

PLAN = """\
<?xml version="1.0" encoding="UTF-8"?>
<PerformancePlanOrReport Type="Performance_Plan"><Name>Harbour plan</Name>
<StrategicPlanCore>
 <Organization><Name>Harbour</Name><Identifier>_org</Identifier>
  <Stakeholder StakeholderTypeType="Person"><Name>Somebody</Name>
   <Role><Name>Pilot</Name></Role></Stakeholder></Organization>
 <Vision><Description>A calm harbour</Description></Vision>
 <Mission><Description>Keep ships safe</Description><Identifier>_m</Identifier></Mission>
 <Value><Name>Care</Name></Value><Value><Name>Speed</Name></Value>
 <Goal><Name>Short waits</Name><Description>Ships wait less</Description>
  <Identifier>_g1</Identifier><SequenceIndicator>1</SequenceIndicator>
  <Objective><Name>Night pilots</Name><Identifier>_o1</Identifier>
   <SequenceIndicator>1.1</SequenceIndicator>
   <PerformanceIndicator ValueChainStage="Outcome">
    <SequenceIndicator>1.1.1</SequenceIndicator>
    <MeasurementDimension>Hours waited</MeasurementDimension>
    <UnitOfMeasurement>hours</UnitOfMeasurement><Identifier>_i1</Identifier>
    <Relationship><Name>Supports</Name></Relationship>
    <MeasurementInstance>
     <TargetResult><NumberOfUnits>4</NumberOfUnits><StartDate>2026-01-01</StartDate>
      <EndDate>2026-12-31</EndDate></TargetResult>
     <ActualResult><Descriptor><DescriptorName>Status</DescriptorName>
      <DescriptorValue>Baseline</DescriptorValue></Descriptor>
      <NumberOfUnits>1,009.5</NumberOfUnits><EndDate>2025-12-31</EndDate></ActualResult>
     <ActualResult><NumberOfUnits>8</NumberOfUnits><EndDate>2026-03-31Z</EndDate></ActualResult>
     <ActualResult><NumberOfUnits>many</NumberOfUnits><EndDate>2026-06-30</EndDate></ActualResult>
     <ActualResult><NumberOfUnits>7</NumberOfUnits></ActualResult>
    </MeasurementInstance></PerformanceIndicator></Objective>
  <Objective><Name/><Description/><Identifier>_o2</Identifier></Objective></Goal>
</StrategicPlanCore>
<AdministrativeInformation><StartDate>2026-01-01</StartDate><EndDate>2027-12-31</EndDate>
</AdministrativeInformation>
</PerformancePlanOrReport>
"""
PART_1 = """\
<s:StrategicPlan xmlns:s="urn:ISO:std:iso:17469:tech:xsd:stratml_core"><s:Name>Plan</s:Name>
<s:StrategicPlanCore><s:Goal><s:Name>Clean water</s:Name><s:Identifier>_g</s:Identifier>
<s:Objective><s:Description>Fewer spills</s:Description></s:Objective></s:Goal>
</s:StrategicPlanCore></s:StrategicPlan>
"""


def test_mission_goal_and_objective_become_nodes_with_their_origin(home):
    home.take("harbour.xml", PLAN)

    nodes = home.nodes("harbour.yml")
    assert {each: nodes[each]["kind"] for each in nodes} == {
        "P-1": "purpose",
        "G-1": "goal",
        "O-1.1": "objective",
    }
    assert nodes["O-1.1"]["contributes_to"] == [{"to": "G-1"}]
    assert nodes["G-1"]["origin"] == {
        "system": "stratml",
        "kind": "Goal",
        "id": "_g1",
        "number": "1",
        "description": "Ships wait less",
    }
    assert (nodes["G-1"]["from"], nodes["G-1"]["to"]) == ("2026-01-01", "2027-12-31")


def test_an_indicator_becomes_a_measure_with_target_baseline_and_readings(home):
    home.take("harbour.xml", PLAN)

    (measure,) = home.data("harbour.yml")["measures"]
    assert measure.pop("origin")["id"] == "_i1"
    assert measure == {
        "id": "M-1.1.1",
        "node": "O-1.1",
        "title": "Hours waited",
        "kind": "outcome",
        "unit": "hours",
        "baseline": 1009.5,
        "target": 4,
        "start": "2026-01-01",
        "due": "2026-12-31",
    }
    assert home.text("harbour-observations.csv").splitlines() == [
        "measure,date,value",
        "M-1.1.1,2025-12-31,1009.5",
        "M-1.1.1,2026-03-31,8",
    ]


def test_editors_accept_what_is_written(home):
    home.take("harbour.xml", PLAN)

    jsonschema.validate(home.data("harbour.yml"), json_schema(StrategyFile))


def test_what_has_no_equivalent_is_counted_and_stands_in_the_head_of_the_file(home):
    left = home.take("harbour.xml", PLAN).draft.left

    assert left["Stakeholder"] == 1
    assert left["Value"] == 2
    assert left["Vision"] == 1
    assert left["Relationship"] == 1
    assert left["Objective without a name and a description"] == 1
    assert left["ActualResult: a value that is no number"] == 1
    assert left["ActualResult without the day on which it ends"] == 1
    head = home.text("harbour.yml").partition("\nnodes:")[0]
    assert all(f"× {label}" in head for label in left)


def test_a_part_1_plan_with_a_prefixed_namespace_is_read_alike(home):
    found = home.take("water.xml", PART_1)

    nodes = home.nodes("water.yml")
    assert found.draft.label == "StratML Part 1"
    assert [nodes[each]["title"] for each in nodes] == ["Clean water", "Fewer spills"]
    assert nodes["O-1.1"]["origin"]["id"] == "Plan (goal 1, objective 1)"


def test_a_default_namespace_changes_nothing(home):
    home.take("plain.xml", PART_1.replace("s:", "").replace("xmlns:s", "xmlns"))

    assert list(home.nodes("plain.yml")) == ["G-1", "O-1.1"]


def test_an_identifier_used_twice_stays_two_things(home):
    found = home.take(
        "harbour.xml", PLAN.replace("_o2", "_o1").replace("<Name/>", "<Name>B</Name>")
    )

    ids = [node["origin"]["id"] for node in home.data("harbour.yml")["nodes"]]
    assert ids == ["_m", "_g1", "_o1", "_o1#2"]
    assert sum(found.draft.changed.values()) == 1


def test_a_period_that_ends_before_it_begins_is_left_out_and_told(home):
    found = home.take("harbour.xml", PLAN.replace("2027-12-31", "2024-12-31"))

    assert "to" not in home.nodes("harbour.yml")["G-1"]
    assert found.draft.left["AdministrativeInformation: a period that ends before it begins"] == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<schema/>", "'schema'"),
        ("<StrategicPlan/>", "no mission, goal or objective"),
        ("<StrategicPlan><Name>", "breaks off"),
        ('<?xml version="1.0" encoding="klingon"?><StrategicPlan/>', "breaks off"),
    ],
)
def test_xml_that_is_no_plan_is_refused_and_nothing_is_written(home, text, reason):
    with pytest.raises(ImportRefusedError, match=reason):
        home.take("x.xml", text)

    assert home.listed() == []
