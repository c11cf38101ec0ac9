"""Text of a statement that is not ours: the only two ways in which it gets into SQL."""

from __future__ import annotations


def name(text: str) -> str:
    """A name of a table, a column or a schema, quoted, whatever characters it has."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text or a path as a literal, whatever characters it has."""
    return "'" + str(text).replace("'", "''") + "'"
