"""What sqlfluff sees in place of dbt's own macros for dates."""

from __future__ import annotations


def datediff(first: str, second: str, part: str) -> str:
    """The stand-in for a difference of two instants."""
    return f"datediff('{part}', {first}, {second})"


def dateadd(part: str, interval: object, instant: str) -> str:
    """The stand-in for an instant moved on."""
    return f"dateadd('{part}', {interval}, {instant})"


def date_trunc(part: str, instant: str) -> str:
    """The stand-in for the start of a period."""
    return f"date_trunc('{part}', {instant})"
