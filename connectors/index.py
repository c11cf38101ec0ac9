"""Which records have landed, in which state: an index beside the landing, made from it.

It answers three questions without reading the landing: is this record's content new, which work
items are known in a scope, and which of them are noted as absent. It is derived: where it is
missing, is not as it was left or does not fit the landing's journal, it is made again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
import structlog

from connectors.as_left import is_as_left, note_as_left
from connectors.contract import Record
from connectors.index_rows import TABLES, Row, Taken, novelty, outcome_in
from connectors.journal import PageEntry
from connectors.landing import Landing
from connectors.live import ABSENCES
from connectors.pages import decode_envelope, one_line, record_digest, text_of

SCOPE_PREFIX = "scope:"
_VERSION = 2
_AT_ONCE = 500
_NOTE = (
    "insert into known values (?, ?, ?, ?, ?, null, null) on conflict do update set "
    "digest = excluded.digest, version = excluded.version, pulled_at = excluded.pulled_at"
)
log = structlog.get_logger()


class Index:
    """The index of one source. One thread at a time; what is taken in counts from ``save`` on."""

    def __init__(self, landing: Landing, items: str) -> None:
        """Open the index of a landing and bring it up to its journal.

        Args:
            landing: The landing that it is derived from.
            items: The stream of work items.
        """
        self._landing = landing
        self.items = items
        self._path = landing.folder / "index.sqlite"
        try:
            self._open()
        except sqlite3.DatabaseError:
            log.warning("the index is not as it was left and is made again", source=landing.source)
            self._make_again()
        self._catch_up()

    def take(self, records: Sequence[Record], pulled_at: datetime) -> list[Taken]:
        """Take in records read from the tracker, in order; says of each what is new about it."""
        told = text_of(pulled_at)
        rows = self._rows(records)
        found, notes = [], {}
        for record in records:
            content = record_digest(record.key, one_line(record.payload))
            version = text_of(record.version) if record.version else None
            place = (record.stream, record.key)
            row = rows.get(place)
            novel = novelty(row, content, version, told)
            outcome, told_at = row[3:] if row else (None, None)
            if novel in ("new", "changed"):
                notes[place] = (*place, content, version, told)
                rows[place] = (content, version, told, outcome, told_at)
            is_absent = record.stream == self.items and outcome not in (None, "present")
            found.append(Taken(novel, content, is_absent and (told_at or "") < told))
        self._db.executemany(_NOTE, notes.values())
        items = [(each.scope, each.key) for each in records if each.stream == self.items]
        self._db.executemany("insert or ignore into members values (?, ?)", items)
        for record, taken in zip(records, found, strict=True):
            if record.stream == ABSENCES and taken.novelty != "older":
                self._note_outcome(record.key, record.payload, told)
        return found

    def is_known(self, key: str) -> bool:
        """True if a record of a work item has been taken in."""
        return bool(self.landed_at(self.items, key))

    def landed_at(self, stream: str, key: str) -> str:
        """Return the ``pulled_at`` of the newest copy of a record; empty if none has landed."""
        row = self._db.execute(
            "select pulled_at from known where stream = ? and key = ?", (stream, key)
        ).fetchone()
        return row[0] if row else ""

    def members(self, scope: str) -> int:
        """Count the work items of a scope that are not noted as absent."""
        every = self._number("select count(*) from members where scope = ?", (scope,))
        absent = self._number(
            "select count(*) from known indexed by absent "
            "join members on members.key = known.key and scope = ? "
            "where stream = ? and outcome <> 'present'",
            (scope, self.items),
        )
        return every - absent

    def known_items(self) -> int:
        """Count all work items that are not noted as absent."""
        every = self._number("select count(*) from known where stream = ?", (self.items,))
        absent = self._number(
            "select count(*) from known indexed by absent where stream = ? "
            "and outcome <> 'present'",
            (self.items,),
        )
        return every - absent

    def outcome(self, key: str, stream: str | None = None) -> str | None:
        """Return the outcome noted of a work item, or of ``scope:<id>``; None if there is none."""
        row = self._db.execute(
            "select outcome from known where stream = ? and key = ?",
            (stream or self._stream_of(key), key),
        ).fetchone()
        return row[0] if row else None

    def compare(self, scope: str, census: Iterator[str]) -> tuple[list[str], list[str]]:
        """Compare a census of a scope with what is known.

        Returns:
            The items of the scope that it does not hold and that are not known to be deleted, and
            those it holds that are noted as absent.
        """
        self._db.execute("delete from counted")
        rows = ((key,) for key in census)
        self._db.executemany("insert or ignore into counted values (?)", rows)
        missing = self._keys(
            "select members.key from members join known on known.key = members.key "
            "where known.stream = ? and scope = ? and coalesce(outcome, '') <> 'deleted' "
            "and not exists (select 1 from counted where counted.key = members.key)",
            (self.items, scope),
        )
        returned = self._keys(
            "select known.key from known join counted on counted.key = known.key "
            "where stream = ? and coalesce(outcome, 'present') <> 'present'",
            (self.items,),
        )
        self._db.execute(
            "insert or ignore into members select ?, known.key from known "
            "join counted on counted.key = known.key where stream = ?",
            (scope, self.items),
        )
        return missing, returned

    def unknown(self, most: int) -> list[str]:
        """Return items of the census compared last of which no record has been taken in.

        Args:
            most: So many at most, the first by id.
        """
        return self._keys(
            "select key from counted where not exists "
            "(select 1 from known where stream = ? and known.key = counted.key)",
            (self.items,),
        )[:most]

    def leave(self, scope: str, key: str) -> None:
        """Note that a work item is in a scope no longer, but is still there."""
        self._db.execute("delete from members where scope = ? and key = ?", (scope, key))
        self._db.execute(
            "insert or ignore into members select '', ? "
            "where not exists (select 1 from members where key = ?)",
            (key, key),
        )

    def is_elsewhere(self, scope: str, key: str) -> bool:
        """True if a work item is known in another scope too."""
        sql = "select count(*) from members where key = ? and scope <> ?"
        return self._number(sql, (key, scope)) > 0

    def save(self) -> None:
        """Keep what was taken in, as of the landing's journal."""
        entries = self._landing.entries
        self._db.execute("delete from counted")
        self._db.execute("delete from about")
        self._db.execute(
            "insert into about values (?, ?, ?)", (_VERSION, len(entries), _name(entries))
        )
        self._db.commit()

    def close(self) -> None:
        """Close the file; what was not saved is forgotten."""
        self._db.close()
        note_as_left(self._path)

    def _open(self) -> None:
        is_new = not self._path.exists()
        if not is_new and not is_as_left(self._path):
            raise sqlite3.DatabaseError
        self._db = sqlite3.connect(self._path, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        if is_new:
            self._db.executescript(TABLES)
            return
        self._db.execute("select count(*) from about").fetchone()

    def _make_again(self) -> None:
        if hasattr(self, "_db"):
            self._db.close()
        for path in self._landing.folder.glob("index.sqlite*"):
            path.unlink()
        self._open()

    def _catch_up(self) -> None:
        """Take in the pages that the journal has and the index has not."""
        row = self._db.execute("select version, entries, last from about").fetchone()
        version, done, last = row or (_VERSION, 0, "")
        entries = self._landing.entries
        if version != _VERSION or done > len(entries) or last != _name(entries[:done]):
            self._make_again()
            done = 0
        for entry in entries[done:]:
            if isinstance(entry, PageEntry):
                for line in self._landing.lines(entry):
                    self._restore(line)
        if done < len(entries) or row is None:
            self.save()

    def _restore(self, line: bytes) -> None:
        envelope = decode_envelope(line)
        payload = bytes(envelope.payload)
        content = record_digest(envelope.key, payload)
        row = self._db.execute(
            "select version, pulled_at from known where stream = ? and key = ?",
            (envelope.stream, envelope.key),
        ).fetchone()
        if row is None or (row[0] or "", row[1]) <= (envelope.version or "", envelope.pulled_at):
            self._note(envelope.stream, envelope.key, content, envelope.version, envelope.pulled_at)
        if envelope.stream == self.items:
            self._join(envelope.scope, envelope.key)
        if envelope.stream == ABSENCES:
            self._note_outcome(envelope.key, payload, envelope.pulled_at)

    def _rows(self, records: Sequence[Record]) -> dict[tuple[str, str], Row]:
        """Return what is known of records, by stream and key."""
        found: dict[tuple[str, str], Row] = {}
        for stream in {each.stream for each in records}:
            keys = [each.key for each in records if each.stream == stream]
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                sql = f"select * from known where stream = ? and key in ({marks})"
                for _, key, *row in self._db.execute(sql, (stream, *some)):
                    found[stream, key] = (row[0], row[1], row[2], row[3], row[4])
        return found

    def _note(
        self, stream: str, key: str, content: bytes, version: str | None, pulled_at: str
    ) -> None:
        self._db.execute(_NOTE, (stream, key, content, version, pulled_at))

    def _note_outcome(self, key: str, payload: bytes, told_at: str) -> None:
        outcome = outcome_in(payload)
        if outcome is None:
            return
        self._db.execute(
            "update known set outcome = ?, told_at = ? where stream = ? and key = ?",
            (outcome, told_at, self._stream_of(key), key),
        )

    def _join(self, scope: str, key: str) -> None:
        self._db.execute("insert or ignore into members values (?, ?)", (scope, key))

    def _stream_of(self, key: str) -> str:
        return ABSENCES if key.startswith(SCOPE_PREFIX) else self.items

    def _number(self, sql: str, values: Sequence[str]) -> int:
        return self._db.execute(sql, values).fetchone()[0]

    def _keys(self, sql: str, values: Sequence[str]) -> list[str]:
        return [row[0] for row in self._db.execute(f"{sql} order by 1", values)]


def _name(entries: Sequence[object]) -> str:
    """Return what tells one journal, up to an entry, from another."""
    last = msgspec.json.encode(entries[-1]) if entries else b""
    return hashlib.blake2b(last, digest_size=16).hexdigest()
