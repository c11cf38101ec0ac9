"""Alerts: what is told of a run that failed, fell short or recovered, and of silence.

    failure     nothing was published
    degraded    published, but a source or PostgreSQL fell short
    recovery    whole again, after one of those
    silence     no good run for so many hours (``run.silent_hours``)
    expiry      a token that ends within 14 days

A message says what failed, since when the figures stand, what to do, and where the log is. It is
put together from the facts of the record: what a run says in its own words may hold names of people
or of boards, and stays on this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from connectors.plain import plain
from pipelines.home.home import Home
from pipelines.operations.sending import Answer, send
from pipelines.warehouse.expiry import Expiry
from pipelines.warehouse.manifest import read_current
from pipelines.warehouse.places import Places
from pipelines.warehouse.record import change_record, read_records
from pipelines.warehouse.run_log import written_to

RECORDS_LOOKED_AT = 30
WHAT = {
    "gate": "A quality gate held: {sentence}",
    "nothing_fetched": "Nothing could be fetched from any source ({sources}).",
    "settings": "The home has mistakes, so nothing was read.",
    "access": "A tracker or database refused the credentials.",
    "temporary": "Something that the run needs could not be reached, also after retries.",
    "response": "A tracker answered in a way that this version does not know.",
    "disk_full": "The disk is full.",
    "budget": "The run took longer than it may and was ended in the stage `{stage}`.",
    "killed": "The run was killed in the stage `{stage}` (a restart, a full memory, or by hand).",
    "unfinished": "The run was ended from outside in the stage `{stage}`.",
    "unexpected": "The run failed in the stage `{stage}` in a way that nobody foresaw.",
}
DO = {
    "gate": "Look at the checks named above; the figures of before stay until the next run.",
    "nothing_fetched": "Run `throughline check --home {home}`: it says what each source answers.",
    "settings": "Run `throughline check --home {home}`: it names file, line and what to write.",
    "access": "Renew the token, then run `throughline check --home {home}`.",
    "temporary": "Nothing, if the next night succeeds; else `throughline check --home {home}`.",
    "response": "Report it with the log; the figures of before stay.",
    "disk_full": "Make room on the disk of the home, then `throughline run --home {home}`.",
    "budget": "See in the log what took so long; raise `run.max_minutes` if it needs more.",
    "killed": "Start `throughline run --home {home}`: it goes on from what was landed.",
    "unfinished": "Start `throughline run --home {home}`: it goes on from what was landed.",
    "unexpected": "Start `throughline run --home {home}` again; if it fails again, report the log.",
    "degraded": "Run `throughline status --home {home}`: it says what is behind, and since when.",
}


@dataclass(frozen=True)
class Message:
    """What is sent; ``kind`` is failure, warning, success or info."""

    kind: str
    title: str
    body: str


def tell(home: Home, record: dict[str, Any]) -> list[Answer]:
    """Tell of a run that has ended, once; nothing where all is well or nobody is to be told.

    What the addresses answer goes into the log of the run and changes nothing else.
    """
    places = Places(home.folder)
    message = message_of(home, record)
    if record["told_at"] or message is None or not home.settings.alerts:
        return []
    run_id = record["run_id"]
    with written_to(places.log(run_id), run_id):
        answers = deliver(home.settings.alerts, message)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        change_record(places, record, told_at=now)
    return answers


def tell_newest(home: Home) -> list[Answer]:
    """Tell of the newest run, where nobody has been told: its process ended before it could."""
    newest = read_records(Places(home.folder), 1)
    return tell(home, newest[0]) if newest and newest[0]["exit_code"] is not None else []


def deliver(variables: Sequence[str], message: Message) -> list[Answer]:
    """Send a message and log what became of it."""
    log = structlog.get_logger()
    answers = send(variables, message.title, message.body, message.kind)
    for answer in answers:
        told = {"variable": answer.variable, "answer": answer.detail}
        if answer.is_taken:
            log.info("alert sent", **told)
        else:
            log.error("an alert could not be sent; the run is as it was", **told)
    return answers


def message_of(home: Home, record: dict[str, Any]) -> Message | None:
    """The message on a run; None where there is nothing to tell."""
    places, code = Places(home.folder), record["exit_code"]
    if code == 0:
        return _recovery(home, places, record)
    if code == 3:
        what = f"Published, but not whole: {'; '.join(_short(record)) or 'see the log'}."
        if record["cause"] not in ("", "degraded"):
            what += f" The run was ended afterwards ({record['cause']})."
        return _message(home, record, "warning", "published, but not whole", what)
    return _message(home, record, "failure", "nothing was published", _what(record))


def _short(record: dict[str, Any]) -> list[str]:
    """What is missing of each source, and since when, without a word of the tracker's own."""
    told = []
    for each in record["sources"]:
        if each["state"] != "fresh":
            until = each["data_as_of"]
            since = f"data of {until[:16].replace('T', ' ')} UTC" if until else "never read"
            told.append(f"{each['source']} is {each['state']}, {since}")
        if count := each.get("bad_records"):  # records of an earlier version have no such fact
            told.append(
                f"{count:,} {'record' if count == 1 else 'records'} of {each['source']} set aside"
            )
    return told


def home_message(home: Path, organisation: str, errors: int) -> Message:
    """The message on a home that cannot be read any more, so that no run began."""
    what = f"{WHAT['settings']} Errors: {errors}."
    body = [what, _standing(Places(home)), DO["settings"].format(home=home)]
    return Message("failure", f"Throughline {organisation}: nothing was published", _text(body))


def test_message(home: Home) -> Message:
    """A message that says that messages arrive."""
    body = f"Alerts of {home.folder} arrive here. {_standing(Places(home.folder))}"
    return Message("info", f"Throughline {home.organisation}: a test", plain(body))


def silence_message(home: Home, since: str) -> Message:
    """The message on a home where no run was good for too long; ``since`` says when one was."""
    places = Places(home.folder)
    hours = f"{home.settings.run.silent_hours:g}"
    body = [
        f"No good run in {hours} hours: the last was {since}.",
        _standing(places),
        f"See whether the schedule is on, then `throughline run --home {home.folder}`.",
        f"Logs: {places.logs}",
    ]
    title = f"Throughline {home.organisation}: silence for {hours} hours"
    return Message("failure", plain(title), _text(body))


def expiry_message(home: Home, ending: Sequence[Expiry]) -> Message:
    """The message on tokens that end soon."""
    body = [*map(str, ending), _standing(Places(home.folder))]
    return Message("warning", plain(f"Throughline {home.organisation}: a token ends"), _text(body))


def _what(record: dict[str, Any]) -> str:
    stages = record["stages"]
    facts = {
        "stage": stages[-1]["stage"] if stages else "start",
        "sentence": record["sentence"],
        "sources": ", ".join(each["source"] for each in record["sources"]) or "see the log",
    }
    return WHAT.get(record["cause"], WHAT["unexpected"]).format(**facts)


def _recovery(home: Home, places: Places, record: dict[str, Any]) -> Message | None:
    earlier = (
        each
        for each in read_records(places, RECORDS_LOOKED_AT)
        if each["run_id"] < record["run_id"] and each["exit_code"] is not None
    )
    before = next(earlier, None)
    if before is None or before["exit_code"] == 0:
        return None
    what = f"The figures are whole again; the run before ended on {before['ended_at'][:16]} UTC."
    return _message(home, record, "success", "whole again", what)


def _message(home: Home, record: dict[str, Any], kind: str, title: str, what: str) -> Message:
    places = Places(home.folder)
    body = [what, _standing(places)]
    if kind != "success":
        body.append(DO.get(record["cause"], DO["degraded"]).format(home=home.folder))
    body.append(f"Log: {places.log(record['run_id'])}")
    return Message(kind, plain(f"Throughline {home.organisation}: {title}"), _text(body))


def _text(lines: Sequence[str]) -> str:
    return "\n".join(plain(line) for line in lines)


def _standing(places: Places) -> str:
    """Since when the figures stand that readers see."""
    found = read_current(places)
    if found is None:
        return "Nothing has been published so far."
    manifest = found[1]
    at = manifest["published_at"][:16].replace("T", " ")
    return f"Readers see the figures as of {manifest['as_of']}, published {at} UTC."
