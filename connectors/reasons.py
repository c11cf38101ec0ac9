"""A word for what is wrong with a rejected record, the same however a reason is worded."""

from __future__ import annotations

from connectors.contract import Rejected

OTHER = "other"
_BEGINNINGS = (
    ("not JSON", "not_json"),
    ("holds text that is no valid JSON", "not_json"),
    ("not UTF-8", "not_utf8"),
    ("Object missing required field", "missing"),
    ("missing", "missing"),
    ("Expected `", "wrong_type"),
    ("expected an object", "wrong_type"),
    ("expected text, found", "wrong_type"),
    ("expected", "wrong_value"),
    ("Invalid", "wrong_value"),
    ("number out of range", "wrong_value"),
    ("Number out of range", "wrong_value"),
    ("Integer value out of range", "wrong_value"),
    ("neither", "unknown_kind"),
    ("records of the type", "not_used"),
    ("more than", "too_deep"),
)
"""How reasons begin, those of the decoder included, the first that fits."""
_PROGRAM = "a mistake of this program"


def code_of(fault: Rejected) -> str:
    """Return the word for a reason; ``other`` for one that none is known for."""
    if _PROGRAM in fault.reason:
        return "program"
    if fault.reason.endswith("found nothing"):
        return "missing"
    codes = (code for begins, code in _BEGINNINGS if fault.reason.startswith(begins))
    return next(codes, OTHER)
