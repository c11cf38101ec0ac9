"""Sources, and what the user says of their names and fields, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.home.home import Home

Rows = Iterator[tuple[Any, ...]]


def sources(home: Home) -> Rows:
    """A row for each configured source, counted from 1 in the order of the settings."""
    for position, source in enumerate(home.sources, start=1):
        yield source.name, source.tracker, source.url, source.timezone, position


def status_map(home: Home) -> Rows:
    """A row for each name of a status, list or section that the user gives a category."""
    for source in home.sources:
        for name, category in source.status_map.items():
            yield source.name, name, category


def dropped_names(home: Home) -> Rows:
    """A row for each resolution or status that means given up."""
    for source in home.sources:
        for name in source.dropped:
            yield source.name, name


def field_roles(home: Home) -> Rows:
    """A row for each field that the user names as points or estimate; defaults are not rows."""
    for source in home.sources:
        for role, name in source.fields.items():
            yield source.name, role, name


def link_fields(home: Home) -> Rows:
    """A row for each custom field that holds identifiers, counted from 1."""
    yield from enumerate(home.settings.linking.fields, start=1)


def link_phrases(home: Home) -> Rows:
    """A row for each phrase of an issue link that passes a link on."""
    yield from ((phrase,) for phrase in home.settings.linking.issue_links)


def container_mappings(home: Home) -> Rows:
    """A row for each container that serves a node."""
    for key, node in home.settings.linking.containers.items():
        source, kind, name = key.split(":", 2)
        yield home.names.sources[source.lower()], kind, name.strip(), home.names.node(node)
