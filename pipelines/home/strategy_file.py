"""strategy/*.yml: nodes, edges, measures, decisions, conflicts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipelines.home.values import Day, Number, Part, Share, Text, Texts

Kind = Literal["purpose", "goal", "objective", "key_result", "result", "initiative", "deliverable"]
Status = Literal["proposed", "active", "achieved", "retired", "declined"]
RESULT_KINDS = frozenset({"goal", "objective", "key_result", "result"})
OUTPUT_KINDS = frozenset({"initiative", "deliverable"})
ANCHOR_KINDS = frozenset({"goal", "purpose"})


class Origin(Part):
    """Where an imported node or measure comes from; nothing is computed from it."""

    system: Text = Field(description="What it was imported from, such as stratml or asana.")
    kind: Text = Field(description="What it is called there, such as Objective.")
    id: Text = Field(description="Its identifier there: an import updates what has it.")
    number: Text | None = Field(None, description="Its number or key there, such as 1.2.")
    description: Text | None = Field(None, description="What it is said to be there.")


class Edge(Part):
    """A reason to believe that one node helps another."""

    to: Text = Field(description="Id of the node that is helped.")
    because: Text | None = Field(None, description="Why: the cause and its effect.")
    weight: float = Field(1, gt=0, allow_inf_nan=False, description="Relative to the other edges.")
    valid_from: Day | None = Field(None, description="First day; default: while both nodes are.")
    valid_to: Day | None = Field(None, description="Last day.")


class Milestone(Part):
    """A step of an initiative."""

    title: Text
    due: Day | None = None
    done: Day | None = None


class Node(Part):
    """A strategy node."""

    id: Text = Field(description="Identifier, such as KR-1.2; it stands in work items.")
    kind: Kind
    title: Text = Field(description="What changes, or what gets delivered.")
    owner: Text | None = Field(None, description="The one person who answers for it.")
    team: Text | None = Field(None, description="Id of the team it belongs to.")
    status: Status = "active"
    priority: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    target_share: Share | None = Field(None, description="Planned part of all effort, 0 to 1.")
    from_: Day | None = Field(None, alias="from", description="First day it is valid.")
    to: Day | None = Field(None, description="Last day it is valid.")
    due: Day | None = Field(None, description="Day it should be delivered.")
    done: Day | None = Field(None, description="Day it was delivered.")
    contributes_to: list[Edge] = Field([], description="Nodes that it moves.")
    enables: list[Edge] = Field([], description="Results of other teams that it serves.")
    milestones: list[Milestone] = Field([], description="Its steps, in order.")
    origin: Origin | None = Field(None, description="Where it was imported from.")


class Measure(Part):
    """How a result is seen."""

    id: Text
    node: Text = Field(description="Id of the node it measures.")
    title: Text
    kind: Literal["outcome", "output", "activity"] | None = None
    timing: Literal["leading", "lagging"] | None = None
    unit: Text | None = None
    better: Literal["lower", "higher"] | None = None
    baseline: Number | None = None
    target: Number | None = None
    start: Day | None = None
    due: Day | None = None
    cadence_days: Annotated[int, Field(ge=1, le=3660)] | None = Field(
        None, description="Days between two observations."
    )
    origin: Origin | None = Field(None, description="Where it was imported from.")


class Decision(Part):
    """What was decided to start and to stop."""

    id: Text
    date: Day
    title: Text
    starts: Texts = Field((), description="Ids of nodes.")
    stops: Texts = Field((), description="Ids of nodes.")


class Conflict(Part):
    """Two nodes that pull against each other."""

    between: list[Text] = Field(min_length=2, max_length=2, description="Ids of two nodes.")
    because: Text | None = None


class StrategyFile(Part):
    """Throughline: strategy."""

    nodes: list[Node] = Field([], description="What is wanted, and what is done for it.")
    measures: list[Measure] = Field([], description="How results are seen.")
    decisions: list[Decision] = Field([], description="What was started and stopped.")
    conflicts: list[Conflict] = Field([], description="What pulls against what.")
