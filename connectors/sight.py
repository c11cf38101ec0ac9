"""Scopes that were known and are no longer to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.absences import held_scope, scope_key
from connectors.absorb import Absorber
from connectors.extraction_report import Extraction, ScopeReport
from connectors.index import Index
from connectors.journal import ScopeEntry
from connectors.live import Outcome, Plan, Scope


def tell_what_is_out_of_sight(
    absorber: Absorber,
    index: Index,
    known: Mapping[str, ScopeEntry],
    roster: Sequence[Scope],
    report: Extraction,
    now: datetime,
    is_confirmed: bool,
) -> None:
    """Report each known scope that is not to be read; land that fact where it is confirmed.

    Args:
        absorber: Takes in what lands.
        index: How much is known of a scope.
        known: What was noted last of each scope, before this run.
        roster: What the tracker lists now.
        report: Told of each; a scope that is no longer listed is added to it.
        now: The tracker's clock.
        is_confirmed: A person has said that what is out of sight is to be taken for that.
    """
    reports = {each.id: each for each in report.scopes}
    listed = {scope.id: scope for scope in roster}
    for scope_id, before in known.items():
        scope = listed.get(scope_id)
        told = reports.get(scope_id)
        if told is None:
            told = ScopeReport(scope_id, before.name, "", "held", mark_before=before.mark)
            report.scopes.append(told)
        if scope is None:
            outcome, reason = "unobserved", "it is no longer listed"
            scope = Scope(scope_id, before.name, told.kind)
        elif told.state == "access_lost":
            outcome = scope.outcome if not scope.is_readable else "access_lost"
            reason = told.reason
        else:
            continue
        if _is_told(index, before, outcome):
            told.state, told.reason = "absent", reason
        elif is_confirmed or outcome == "archived":
            absorber.out_of_sight(scope, before, outcome, Plan((), {}, now), reason)
            told.state, told.reason, told.outcomes = "absent", reason, {outcome: 1}
        else:
            told.state = "held" if told.state != "access_lost" else "access_lost"
            items = index.members(scope_id)
            told.reason = held_scope(report.source, scope.name, reason, items)


def _is_told(index: Index, before: ScopeEntry, outcome: Outcome) -> bool:
    """True if an earlier run has landed the same of a scope."""
    return before.state == "absent" and index.outcome(scope_key(before.scope)) == outcome
