"""Forgetting a person: out of every store of a data folder, and never let in again.

The order makes a kill harmless at any point. First the person is put on the list of
`connectors.erased`, and from then on nothing lands that tells of them. Then the stores are gone
through, each file replaced whole; going through them again finds only what is left. Last the list
says that it is done.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from msgspec import structs

from connectors import erased as erased_list
from connectors.durable import write_durably
from connectors.erased import Forgotten
from connectors.erasure import Erasure, Kind, marks
from connectors.errors import SettingsError, ThroughlineError
from connectors.landing import Landing
from connectors.rewriting import erase
from connectors.told import identifiers_of, people_in
from pipelines.home.home import Home
from pipelines.home.people_rows import pseudonym
from pipelines.warehouse.erase_files import erase_file
from pipelines.warehouse.manifest import NAME, add_files, write_manifest
from pipelines.warehouse.places import Places
from pipelines.warehouse.postgres.following import follow
from pipelines.warehouse.readings import READING
from pipelines.warehouse.retention import published_runs

log = structlog.get_logger()
_MADE_AGAIN = ("typed", "runs", "dbt", "docs")
"""What the next run makes again from the landing."""


@dataclass
class Erased:
    """What forgetting came to: files by store, and records of the landing."""

    files: dict[str, int] = field(default_factory=dict)
    records: int = 0

    def count(self, store: str, number: int = 1) -> None:
        """Count files of a store."""
        if number:
            self.files[store] = self.files.get(store, 0) + number


def identifiers(home: Home, person: str) -> dict[str, Kind]:
    """All that tells who a person is, from teams.yml and from what has landed.

    Args:
        home: Its settings say which sources there are.
        person: An id of teams.yml, an e-mail, or an account (``source:id``, or the id alone).

    Raises:
        SettingsError: If nobody is known by that.
    """
    places = Places(home.folder)
    told = set()
    for folder in sorted(path for path in places.raw.glob("*") if path.is_dir()):
        told |= people_in(Landing(places.raw, folder.name))
    seeds, names = _seeds(home, person.strip())
    found = identifiers_of(seeds, told)
    # An e-mail in a tracker may be that of somebody whom teams.yml knows by accounts as well
    for text in [text for text, kind in found.items() if kind == "account"]:
        more, more_names = _seeds(home, text)
        names |= more_names
        if more - set(found):
            accounts = {each for each, kind in found.items() if kind == "account"}
            found |= identifiers_of(accounts | more, told)
    is_known = len(found) > 1 or person.strip().lower() in home.names.persons
    if not is_known:
        raise SettingsError(
            f"Nobody is known as {person!r}: no person and no account of teams.yml, and no e-mail "
            "or account in data/raw. Expected one of these, as it is written there. (Who is "
            "forgotten already is not found; `throughline forget` alone finishes what was begun.)"
        )
    found.update((name, "name") for name in names if name not in found)
    accounts = [text for text, kind in found.items() if kind == "account"]
    found.update(
        dict.fromkeys(filter(None, (pseudonym(home, text) for text in accounts)), "account")
    )
    return found


def _seeds(home: Home, person: str) -> tuple[set[str], set[str]]:
    """What teams.yml knows of somebody: accounts and e-mails, and names."""
    wanted = home.names.person(person)
    found, names = {person, wanted}, set()
    for each in home.files.people:
        listed = each.value
        native = {account.partition(":")[2] for account in listed.accounts}
        is_theirs = bool(listed.person) and home.names.person(str(listed.person)) == wanted
        if is_theirs or person in native or person in listed.accounts:
            found |= {*native, str(listed.person)} - {"None"}
            names |= {listed.name} if listed.name else set()
    source, _, native_id = person.partition(":")
    if native_id and source.lower() in home.names.sources:
        found = (found - {person}) | {native_id}
    return found, names


def trial(identifiers: dict[str, Kind]) -> Erasure:
    """What would forget a person, with a key of its own that nobody keeps."""
    return Erasure(b"trial", [("erased_trial", marks(b"trial", identifiers))])


def go_through(places: Places, erasure: Erasure, *, is_dry: bool = False) -> Erased:
    """Take forgotten people out of every store below ``data``. Only under the run's lock.

    Args:
        places: Of the home.
        erasure: Whom to forget.
        is_dry: Count only.
    """
    found = Erased()
    for folder in sorted(path for path in places.raw.glob("*") if path.is_dir()):
        done = erase(Landing(places.raw, folder.name), erasure, is_dry=is_dry)
        found.count("raw", done.pages + done.files)
        found.records += done.records
    for folder in _removed(places):
        store = folder.relative_to(places.data).parts[0]
        found.count(store, sum(1 for path in folder.rglob("*") if path.is_file()))
        if not is_dry:
            shutil.rmtree(folder, ignore_errors=True)
    for path in _others(places):
        if erase_file(path, erasure, is_dry=is_dry):
            found.count(path.relative_to(places.data).parts[0])
    if not is_dry:
        _settle_memory(places)
        for folder in published_runs(places):
            _settle_manifest(folder)
    return found


def note(places: Places, *, is_done: bool) -> list[Forgotten]:
    """Note that everybody on the list is out of ``data``, and if it is so of every other store.

    Returns:
        Those of whom that was not noted before.
    """
    people = erased_list.forgotten(places.data)
    erased_list.write(
        places.data,
        (
            structs.replace(each, is_done=is_done or each.is_done, is_out_of_data=True)
            for each in people
        ),
    )
    return [each for each in people if not each.is_done]


def go_on(home: Home) -> list[Forgotten]:
    """Finish what a `throughline forget` began that was killed or did not reach PostgreSQL, before
    a run reads what it left half done.

    Returns:
        The people who are out of every store now.
    """
    places = Places(home.folder)
    begun = [each for each in erased_list.forgotten(places.data) if not each.is_done]
    if not begun:
        return []
    if not all(each.is_out_of_data for each in begun):
        go_through(places, erased_list.erasure_of(places.data))
        note(places, is_done=False)
    try:
        follow(home, places.current)
    except ThroughlineError as fault:
        log.warning("a forgotten person still stands in PostgreSQL", reason=str(fault))
        return []
    return note(places, is_done=True)


def left(places: Places, erasure: Erasure) -> list[str]:
    """Where a person still stands below ``data``, by file: nowhere, if all went well."""
    found = []
    for folder in sorted(path for path in places.raw.glob("*") if path.is_dir()):
        landing = Landing(places.raw, folder.name)
        if erase(landing, erasure, is_dry=True).records:
            found.append(f"raw/{folder.name}")
    names = (path for path in _others(places) if erase_file(path, erasure, is_dry=True))
    return [*found, *(path.relative_to(places.data).as_posix() for path in names)]


def _removed(places: Places) -> list[Path]:
    """Folders that are removed, not rewritten: made again, or copies of what is rewritten."""
    return [places.inputs, places.replays, *(places.warehouse / name for name in _MADE_AGAIN)]


def _others(places: Places) -> Iterator[Path]:
    """Every file that is neither of a landing, nor made again, nor the list itself."""
    yield from sorted(places.raw.glob(f"*/{READING}"))
    gone = (places.raw, *_removed(places))
    for path in sorted(places.data.rglob("*")):
        inside = path.is_file() and not path.is_symlink() and places.current not in path.parents
        if not inside or path in (places.lock, erased_list.list_of(places.data)):
            continue
        if not any(folder in path.parents for folder in gone):
            yield path


def _settle_memory(places: Places) -> None:
    """Give files of the memory the names of their content again, and the nights these names."""
    renamed: dict[tuple[str, str], str] = {}
    for path in sorted(places.memory.glob("*/*.parquet")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != path.stem:
            renamed[path.parent.name, path.stem] = digest
            write_durably(path.with_name(f"{digest}.parquet"), path.read_bytes())
    for night in [*places.memory.glob("nights/*.json"), *places.memory.glob("pending.json")]:
        told: dict[str, Any] = json.loads(night.read_bytes())
        files = {table: renamed.get((table, name), name) for table, name in told["files"].items()}
        if files != told["files"]:
            told["files"] = files
            write_durably(night, json.dumps(told, indent=1, sort_keys=True).encode())
    for table, name in renamed:
        (places.memory / table / f"{name}.parquet").unlink(missing_ok=True)


def _settle_manifest(folder: Path) -> None:
    """Let the manifest of a published run tell the sizes and hashes of its files again."""
    manifest = json.loads((folder / NAME).read_text("utf-8"))
    before = json.dumps(manifest.get("files"))
    add_files(manifest, folder)
    if json.dumps(manifest["files"]) != before:
        rights = (folder / NAME).stat().st_mode
        write_manifest(manifest, folder)
        (folder / NAME).chmod(rights)
