"""The rows of the index, and what they say of a record."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from connectors.shaping import shaped

Novelty = Literal["new", "changed", "unchanged", "duplicate", "older"]
Row = tuple[bytes, str | None, str, str | None, str | None]
"""Digest, version, pulled_at, outcome and when that was told, of a known record."""

TABLES = """
    create table about (version integer, entries integer, last text);
    create table known (
        stream text, key text, digest blob, version text, pulled_at text,
        outcome text, told_at text,
        primary key (stream, key)
    ) without rowid;
    create index absent on known (stream, key) where outcome <> 'present';
    create table members (scope text, key text, primary key (scope, key)) without rowid;
    create index members_by_key on members (key);
    create table counted (key text primary key) without rowid;
"""


class Taken(NamedTuple):
    """What the index says of a record: what is new, the digest of its content, and whether it is a
    work item that an earlier reading noted as absent."""

    novelty: Novelty
    content: bytes
    has_returned: bool


class _Told(msgspec.Struct):
    outcome: str


def outcome_in(payload: bytes) -> str | None:
    """Return the outcome that a record of ``absences`` tells; None if it tells none."""
    try:
        return shaped(payload, _Told).outcome
    except msgspec.DecodeError:
        return None


def novelty(
    row: Row | None,
    content: bytes,
    version: str | None,
    told: str,
) -> Novelty:
    """Say what is new about a record, given what is known of it."""
    if row is None:
        return "new"
    digest, known_version, known_at, *_ = row
    if digest == content:
        return "duplicate" if known_at == told else "unchanged"
    return "older" if version and known_version and version < known_version else "changed"
