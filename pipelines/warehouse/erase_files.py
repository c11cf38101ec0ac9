"""Files without forgotten people: each kind of file that stands in a data folder, written anew.

A file is replaced in one step and keeps its rights, so that a reader finds the old one or the new
one whole, and a kill leaves one of both.
"""

from __future__ import annotations

import html
import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.durable import sync_folder, write_durably
from connectors.erasure import Erasure
from pipelines.warehouse.sql_text import name as quoted

if TYPE_CHECKING:
    import pyarrow as pa

_MARKUP = re.compile(r"(<[^>]*>)")
_QUOTED = re.compile(r'"[^"]*"')


def erase_file(path: Path, erasure: Erasure, *, is_dry: bool = False) -> bool:
    """Take forgotten people out of one file; True if any stood there.

    Args:
        path: Text, JSON, markup, Parquet, DuckDB, SQLite or xlsx, told by its name.
        erasure: Whom to forget.
        is_dry: Only find out.
    """
    change = _CHANGES.get(path.suffix.lower(), _text)
    changed = change(path, erasure)
    if changed is None:
        return False
    if not is_dry:
        rights = path.stat().st_mode
        write_durably(path, changed)
        path.chmod(rights)
        for beside in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
    return True


def erased_table(table: pa.Table, erasure: Erasure) -> pa.Table:
    """Return a table without forgotten people; the same one if none stand in it."""
    import pyarrow as pa

    for number, field in enumerate(table.schema):
        if not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)):
            continue
        values = table.column(number).unique().to_pylist()
        instead = {each: erasure.text(each) for each in values if each}
        if any(before != after for before, after in instead.items()):
            told = [instead.get(each, each) for each in table.column(number).to_pylist()]
            table = table.set_column(number, field, pa.array(told, field.type))
    return table


def _text(path: Path, erasure: Erasure) -> bytes | None:
    before = path.read_bytes()
    told = before.decode("utf-8", "surrogateescape")
    after = "".join(erasure.text(line) for line in told.splitlines(keepends=True))
    return after.encode("utf-8", "surrogateescape") if after != told else None


def _json(path: Path, erasure: Erasure) -> bytes | None:
    before = path.read_bytes()
    after = erasure.json(before)
    return after if after != before else None


def _markup(path: Path, erasure: Erasure) -> bytes | None:
    told = path.read_text("utf-8")
    after = _erased_markup(told, erasure)
    return after.encode() if after != told else None


def _erased_markup(told: str, erasure: Erasure) -> str:
    """Texts between tags, and quoted values inside them, as they read once unescaped."""

    def clean(text: str) -> str:
        plain = html.unescape(text)
        after = erasure.text(plain)
        return html.escape(after) if after != plain else text

    parts = _MARKUP.split(told)
    return "".join(
        _QUOTED.sub(lambda found: f'"{clean(found[0][1:-1])}"', part) if number % 2 else clean(part)
        for number, part in enumerate(parts)
    )


def _workbook(path: Path, erasure: Erasure) -> bytes | None:
    packed, is_changed = io.BytesIO(), False
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(packed, "w") as after:
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename.endswith((".xml", ".rels")):
                clean = _erased_markup(content.decode("utf-8"), erasure).encode()
                is_changed, content = is_changed or clean != content, clean
            after.writestr(entry, content)
    return packed.getvalue() if is_changed else None


def _parquet(path: Path, erasure: Erasure) -> bytes | None:
    import pyarrow as pa
    from pyarrow import parquet

    before = parquet.read_table(path)
    after = erased_table(before, erasure)
    if after is before:
        return None
    buffer = pa.BufferOutputStream()
    parquet.write_table(after, buffer, compression="zstd")
    return buffer.getvalue().to_pybytes()


def _duckdb(path: Path, erasure: Erasure) -> bytes | None:
    """A file of its own with the same tables: what an update leaves behind would stay readable."""
    import duckdb

    from pipelines.warehouse.publish_tables import copy_database

    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
        tables = {
            name: connection.sql(f"from {quoted(name)}").to_arrow_table() for (name,) in names
        }
    clean = {name: erased_table(table, erasure) for name, table in tables.items()}
    changed = {name: table for name, table in clean.items() if table is not tables[name]}
    if not changed:
        return None
    fresh = path.with_name(f".{path.name}.erased")
    fresh.unlink(missing_ok=True)
    try:
        copy_database(path, fresh, changed)
        return fresh.read_bytes()
    finally:
        fresh.unlink(missing_ok=True)
        sync_folder(path.parent)


def _sqlite(path: Path, erasure: Erasure) -> bytes | None:
    """A copy that was vacuumed: what an update leaves behind would stay readable."""
    with sqlite3.connect(path) as connection, sqlite3.connect(":memory:") as copy:
        connection.backup(copy)
    try:
        return copy.serialize() if _is_erased(copy, erasure) else None
    finally:
        copy.close()
        connection.close()


def _is_erased(copy: sqlite3.Connection, erasure: Erasure) -> bool:
    is_changed = False
    names = copy.execute("select name from sqlite_master where type = 'table'").fetchall()
    for (table,) in names:
        for _, column, *_ in copy.execute(f"pragma table_info({quoted(table)})").fetchall():
            text, place = quoted(column), quoted(table)
            query = f"select distinct {text} from {place} where typeof({text}) = 'text'"
            for (told,) in copy.execute(query).fetchall():
                after = erasure.json(told.encode()).decode() if told[:1] in "{[" else told
                after = erasure.text(after)
                if after != told:
                    update = f"update {place} set {text} = ? where {text} = ?"
                    copy.execute(update, (after, told))
                    is_changed = True
    copy.commit()
    copy.execute("vacuum")
    return is_changed


_CHANGES: dict[str, Callable[[Path, Erasure], Any]] = {
    ".json": _json,
    ".html": _markup,
    ".xlsx": _workbook,
    ".parquet": _parquet,
    ".duckdb": _duckdb,
    ".db": _sqlite,
    ".sqlite": _sqlite,
}
