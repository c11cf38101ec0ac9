"""What stands in the schema already, as the catalogue of PostgreSQL tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

_RELATIONS = """
    select
        relations.relname, relations.relkind::text, pg_get_userbyid(relations.relowner),
        pg_has_role(relations.relowner, 'usage'), obj_description(relations.oid, 'pg_class'),
        attributes.attname, format_type(attributes.atttypid, attributes.atttypmod),
        col_description(relations.oid, attributes.attnum)
    from pg_class as relations
    left join pg_attribute as attributes
        on attributes.attrelid = relations.oid
        and attributes.attnum > 0
        and not attributes.attisdropped
    where
        relations.relnamespace = (select oid from pg_namespace where nspname = %s)
        and relations.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    order by relations.relname, attributes.attnum
"""
_KEYS = """
    select relations.relname, keys.conname, attributes.attname
    from pg_constraint as keys
    inner join pg_class as relations on relations.oid = keys.conrelid
    cross join lateral unnest(keys.conkey) with ordinality as parts (attnum, place)
    inner join pg_attribute as attributes
        on attributes.attrelid = keys.conrelid and attributes.attnum = parts.attnum
    where
        keys.contype = 'p'
        and relations.relnamespace = (select oid from pg_namespace where nspname = %s)
    order by relations.relname, parts.place
"""


@dataclass
class Standing:
    """A table or the like in the schema; ``columns`` has the type of each, in order."""

    kind: str
    owner: str
    is_ours: bool
    comment: str
    columns: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    key_name: str = ""
    key: tuple[str, ...] = ()


def has_schema(connection: Connection[Any], schema: str) -> bool:
    """Whether there is such a schema."""
    query = "select 1 from pg_namespace where nspname = %s"
    return connection.execute(query, [schema]).fetchone() is not None


def standing_in(connection: Connection[Any], schema: str) -> dict[str, Standing]:
    """Whatever stands in a schema, by name; ``is_ours`` tells that this role may change it."""
    found: dict[str, Standing] = {}
    for name, kind, owner, ours, comment, column, type_, told in connection.execute(
        _RELATIONS, [schema]
    ):
        relation = found.setdefault(name, Standing(kind, owner, ours, comment or ""))
        if column is not None:
            relation.columns[column] = type_
            relation.comments[column] = told or ""
    for name, key, column in connection.execute(_KEYS, [schema]):
        found[name].key_name = key
        found[name].key += (column,)
    return found
