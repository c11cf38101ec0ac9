"""``throughline quarantine``: what was set aside and why, and reading it again after a fix."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.failures import no_source, say

if TYPE_CHECKING:
    from connectors.contract import Rejected
    from pipelines.home.home import Home, Source

LISTED_AT_MOST = 50
_QUOTED = re.compile(r"""(['"])(?:\\.|(?!\1).)*\1""")


def list_quarantine(
    folder: Path, *, source: str | None, stream: str | None, reason: str | None, as_json: bool
) -> None:
    """Print the records that are set aside, and how many there are of each reason.

    Args:
        folder: The home.
        source: Of this source alone.
        stream: Of this stream alone.
        reason: Those alone whose reason holds this text, in any case.
        as_json: As one JSON object: ``records``, and ``reasons`` with counts. A record has the
            latest run, which left it so.

    Raises:
        LockHeldError: If a run is under way.
    """
    from pipelines.warehouse.lock import held
    from pipelines.warehouse.places import Places
    from pipelines.warehouse.record import read_records
    from pipelines.warehouse.replay import set_aside

    home, sources = _home(folder, source)
    places = Places(home.folder)
    with held(places):
        found = [(each, fault) for each in sources for fault in set_aside(home, each)]
        run_id = next((record["run_id"] for record in read_records(places, 1)), "")
    records = [told(each.name, each.tracker, run_id, fault) for each, fault in found]
    records = [
        record
        for record in records
        if (stream is None or record["stream"] == stream)
        and (reason is None or reason.lower() in record["reason"].lower())
    ]
    reasons = _reasons(records)
    if as_json:
        say(json.dumps({"records": records, "reasons": reasons}, ensure_ascii=False))
        return
    _print(records, reasons)


def replay_quarantine(folder: Path, *, source: str | None) -> None:
    """Read what is set aside again and say what came of it.

    Raises:
        LockHeldError: If a run is under way.
    """
    from pipelines.warehouse.lock import held
    from pipelines.warehouse.places import Places
    from pipelines.warehouse.replay import replay

    home, sources = _home(folder, source)
    with held(Places(home.folder)):
        done = [replay(home, each) for each in sources]
    for each in done:
        if not each.before:
            say(f"{each.source}: nothing is set aside.")
            continue
        say(
            f"{each.source}: {each.before} were set aside and read again; {each.landed} landed "
            f"now, {each.left} stay set aside."
        )
    if any(each.left < each.before for each in done):
        say("`throughline run` publishes what can be used now.")


def _home(folder: Path, source: str | None) -> tuple[Home, list[Source]]:
    from pipelines.home.home import load_home

    home = load_home(folder.resolve())
    names = [each.name for each in home.sources]
    if source is not None and source not in names:
        raise no_source(source, names)
    return home, [each for each in home.sources if source in (None, each.name)]


def told(source: str, tracker: str, run_id: str, fault: Rejected) -> dict[str, str]:
    """What may be shown of a record: no value of it, and no name of a person."""
    from connectors.reasons import code_of

    return {
        "source": source,
        "stream": fault.stream,
        "record_id": "(a person)" if is_of_people(tracker, fault.stream) else fault.record_id,
        "field_path": fault.field_path,
        "reason_code": code_of(fault),
        "reason": without_values(fault.reason),
        "place": fault.place,
        "run_id": run_id,
    }


def without_values(reason: str) -> str:
    """A reason without what was found, which may be anybody's words."""
    head, found, tail = reason.partition(", found ")
    return head + found + _QUOTED.sub("another text", tail)


def is_of_people(tracker: str, stream: str) -> bool:
    """Whether the records of a stream are people, so that their ids may be names."""
    from connectors.registry import all_connectors

    streams = {each.name: each for each in all_connectors()[tracker].streams}
    tables = streams[stream].tables[:1] if stream in streams else ()
    return any("email" in {column.name for column in table.columns} for table in tables)


def _reasons(records: list[dict[str, str]]) -> list[dict[str, str | int]]:
    """How many records there are of each source, stream, field and reason; most first."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for each in records:
        key = (each["source"], each["stream"], each["field_path"], each["reason"])
        counts[key] = counts.get(key, 0) + 1
    names = ("source", "stream", "field_path", "reason")
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{**dict(zip(names, key, strict=True)), "records": count} for key, count in ordered]


def _print(records: list[dict[str, str]], reasons: list[dict[str, str | int]]) -> None:
    if not records:
        say("Nothing is set aside.")
        return
    for each in reasons:
        field = each["field_path"] or "top level"
        say(f"{each['records']:>6}  {each['source']}  {each['stream']}  {field}: {each['reason']}")
    say()
    for record in records[:LISTED_AT_MOST]:
        name = record["record_id"] or "without id"
        field = record["field_path"] or "top level"
        say(f"  {record['source']} {record['stream']} {name} ({record['place']}) {field}")
    if len(records) > LISTED_AT_MOST:
        say(f"  and {len(records) - LISTED_AT_MOST} more; --json lists all")
