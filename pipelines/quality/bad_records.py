"""What share of a source's records is of no use, and whether the night may be published with it.

A record counts once, however many copies of it were set aside, and only as long as no later copy of
it could be read. The share is of all records known of the source, each counted once too: of all
that have landed, for the tables are made of them, and of those that could not even land. So an
export file that was taken away counts on both sides or on none. What nothing is made of counts on
neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from connectors.contract import Rejected
from pipelines.quality.border import first_told
from pipelines.warehouse.ingest import SourceReading
from pipelines.warehouse.record import GateError


@dataclass(frozen=True)
class BadRecords:
    """The bad records of one source, of so many known, which they are among."""

    source: str
    known: int
    bad: list[Rejected] = field(default_factory=list)

    @property
    def share(self) -> float:
        """0 to 1."""
        return len(self.bad) / max(self.known, 1)

    @property
    def sentence(self) -> str:
        """How many, of which source, and the first of them."""
        count, are = len(self.bad), "record is" if len(self.bad) == 1 else "records are"
        return (
            f"{count} of {self.known} {are} set aside in {self.source} "
            f"({100 * self.share:.1f} %; {first_told(self.bad)})"
        )


def bad_records(reading: SourceReading) -> BadRecords:
    """Count the bad records of a source as this run found it."""
    refused = [each for each in reading.report.rejected if not each.is_foreign]
    aside = [*reading.typed.rejected, *refused]
    usable = _typed_since(reading, aside)
    standing = [each for each in reading.typed.rejected if not _has_later_copy(each, usable)]
    named = {(each.stream, each.record_id): each for each in standing if each.record_id}
    nameless = [each for each in refused if not each.record_id]
    for each in refused:
        if each.record_id:
            named.setdefault((each.stream, each.record_id), each)
    bad = [*named.values(), *nameless]
    never_usable = sum((each.stream, each.record_id) not in usable for each in bad)
    return BadRecords(reading.report.source, _usable(reading) + never_usable, bad)


def gate(found: Iterable[BadRecords], limit: float) -> None:
    """Let nothing be published where a source has more bad records than may be.

    Args:
        found: Of all sources.
        limit: The share that may be bad, 0 to 1; `quality.bad_records_share` in throughline.yml.

    Raises:
        GateError: It names each such source, its share, the limit, and the first bad record.
    """
    over = [each for each in found if each.share > limit]
    if over:
        told = "; ".join(each.sentence for each in over)
        raise GateError(
            f"Too many records cannot be used, so nothing was published: {told}. At most "
            f"{100 * limit:g} % may be. `throughline quarantine list` says what is wrong with "
            "them. Mend the source or its export and run again, or raise "
            "`quality: {bad_records_share}` in throughline.yml for the time being."
        )


def _has_later_copy(record: Rejected, usable: Mapping[tuple[str, str], datetime]) -> bool:
    """True if a record that could not be typed has a later copy that could."""
    at = usable.get((record.stream, record.record_id))
    return at is not None and at > (record.read_at or datetime.min)


def _usable(reading: SourceReading) -> int:
    """How many records have a copy that is of use; one of which no row is made counts by copies."""
    import duckdb

    typed, found = reading.typed, 0
    with duckdb.connect() as connection:
        for stream, accepted in {**reading.report.in_landing, **typed.records}.items():
            files, counts = typed.first_files.get(stream, []), None
            if files:
                counts = connection.execute(
                    "select count(distinct record_id), count(distinct (record_id, record_digest)) "
                    "from read_parquet($1)",
                    [_texts(files)],
                ).fetchone()
            records, copies = counts or (0, 0)
            found += records + max(0, accepted - copies)
    return found


def _typed_since(
    reading: SourceReading, records: Sequence[Rejected]
) -> dict[tuple[str, str], datetime]:
    """By stream and record, of some records: when the newest usable copy was read."""
    import duckdb

    found: dict[tuple[str, str], datetime] = {}
    with duckdb.connect() as connection:
        for stream in {each.stream for each in records}:
            files = reading.typed.first_files.get(stream)
            if not files:
                continue
            wanted = [each.record_id for each in records if each.stream == stream]
            rows = connection.execute(
                "select record_id, max(pulled_at) from read_parquet($1) "
                "where record_id in (select unnest($2)) group by record_id",
                [_texts(files), wanted],
            )
            found |= {(stream, record_id): at for record_id, at in rows.fetchall()}
    return found


def _texts(files: Sequence[Path]) -> list[str]:
    return [str(file) for file in files]
