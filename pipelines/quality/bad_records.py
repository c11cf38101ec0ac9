"""What share of a source's records is of no use, and whether the night may be published with it.

A record counts once, however many copies of it were set aside, and only as long as no later copy of
it could be read. The share is of all records known of the source: of those in its files tonight, or
of those that a live source has landed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from connectors.contract import Rejected
from connectors.registry import all_connectors
from pipelines.quality.border import first_told
from pipelines.warehouse.ingest import SourceReading
from pipelines.warehouse.parquet_rows import landed_name
from pipelines.warehouse.record import GateError


@dataclass(frozen=True)
class BadRecords:
    """The bad records of one source, of so many known."""

    source: str
    known: int
    bad: list[Rejected] = field(default_factory=list)

    @property
    def share(self) -> float:
        """0 to 1."""
        return len(self.bad) / max(self.known, len(self.bad), 1)

    @property
    def sentence(self) -> str:
        """How many, of which source, and the first of them."""
        count, are = len(self.bad), "record is" if len(self.bad) == 1 else "records are"
        return (
            f"{count} of {max(self.known, count)} {are} set aside in {self.source} "
            f"({100 * self.share:.1f} %; {first_told(self.bad)})"
        )


def bad_records(reading: SourceReading) -> BadRecords:
    """Count the bad records of a source as this run found it."""
    report = reading.report
    known = sum(report.read.values())
    if report.scopes or not known:
        known = sum(report.in_landing.values()) + len(report.rejected)
    standing = _without_later_copies(reading)
    refused = [each for each in report.rejected if not each.is_foreign]
    named = {(each.stream, each.record_id): each for each in standing if each.record_id}
    nameless = [each for each in refused if not each.record_id]
    for each in refused:
        if each.record_id:
            named.setdefault((each.stream, each.record_id), each)
    return BadRecords(report.source, known, [*named.values(), *nameless])


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


def _without_later_copies(reading: SourceReading) -> list[Rejected]:
    """The records that could not be typed, without those of which a later copy could."""
    rejected = reading.typed.rejected
    if not rejected:
        return []
    later = _typed_since(reading, {each.stream for each in rejected})
    return [
        each
        for each in rejected
        if later.get((each.stream, each.record_id), datetime.min) <= (each.read_at or datetime.min)
    ]


def _typed_since(reading: SourceReading, streams: set[str]) -> dict[tuple[str, str], datetime]:
    """By stream and record: when its newest usable copy was read."""
    import duckdb

    tracker = reading.report.tracker
    found: dict[tuple[str, str], datetime] = {}
    for stream in all_connectors()[tracker].streams:
        if stream.name not in streams or not stream.tables:
            continue
        files = reading.typed.files.get(landed_name(tracker, stream.tables[0]), [])
        wanted = [e.record_id for e in reading.typed.rejected if e.stream == stream.name]
        if not files:
            continue
        rows = duckdb.connect().execute(
            "select record_id, max(pulled_at) from read_parquet($1) "
            "where record_id in (select unnest($2)) group by record_id",
            [[str(file) for file in files], wanted],
        )
        found |= {(stream.name, record_id): at for record_id, at in rows.fetchall()}
    return found
