"""``throughline forget``: take a person out of every store, for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import ThroughlineError
from pipelines.commands.failures import fail, say
from pipelines.warehouse.exits import Exit

if TYPE_CHECKING:
    from connectors.erasure import Erasure, Kind
    from pipelines.home.home import Home
    from pipelines.warehouse.forgetting import Erased

OUT_OF_REACH = (
    "Not reached, as it is not below data/: the tracker itself (ask its administrator), files in "
    "exports/, backups, copies that BI tools or readers made, and files that somebody has open."
)


def forget_person(folder: Path, person: str | None, *, is_dry: bool) -> None:
    """Forget a person, or finish what an interrupted call began.

    Args:
        folder: Of the home.
        person: An id of teams.yml, an e-mail or an account; None to go on with what was begun.
        is_dry: Say what would go, and change nothing.

    Raises:
        SettingsError: If nobody is known by that, or the key of the list is missing or another.
        LockHeldError: If a run is under way.
        typer.Exit: If the person still stands somewhere, with a sentence that says where.
    """
    from connectors.erased import erasure_of, forget, forgotten, the_key
    from pipelines.home.home import load_home
    from pipelines.warehouse import forgetting
    from pipelines.warehouse.lock import held
    from pipelines.warehouse.places import Places

    home = load_home(folder.resolve())
    places = Places(home.folder)
    with held(places):
        if is_dry:
            found = forgetting.identifiers(home, person) if person else {}
            erasure = forgetting.trial(found) if person else erasure_of(places.data)
            _tell(forgetting.go_through(places, erasure, is_dry=True), "would go")
            _tell_places(home, erasure, "erased_…")
            return
        the_key()
        known: dict[str, Kind] = {}
        if person:
            known = forgetting.identifiers(home, person)
            forget(places.data, known, _forgotten_before(known))
        erasure = erasure_of(places.data)
        done = forgetting.go_through(places, erasure)
        left = forgetting.left(places, erasure)
        if left:
            raise fail(f"Somebody still stands in {', '.join(left)}. Run it again.", Exit.REFUSED)
        forgetting.note(places, is_done=False)
        _postgres(home, places.current)
        forgetting.note(places, is_done=True)
        people = forgotten(places.data)
    _tell(done, "gone from")
    _tell_places(home, erasure, people[-1].replacement if people else "")
    say(OUT_OF_REACH)


def _forgotten_before(known: dict[str, Kind]) -> str:
    """The erased key of somebody part of whom was forgotten before: it stays theirs."""
    from connectors.erased import is_replacement

    return next((text for text in known if is_replacement(text)), "")


def _tell(done: Erased, words: str) -> None:
    stores = ", ".join(f"{store} {count:,}" for store, count in done.files.items())
    say(f"Files {words}: {stores or 'none'}; records of the landing: {done.records:,}.")


def _tell_places(home: Home, erasure: Erasure, replacement: str) -> None:
    """Name the lines that the user wrote: they are the user's to change."""
    from pipelines.warehouse.places import Places

    files = [home.folder / "throughline.yml", home.folder / "teams.yml"]
    files += sorted(path for path in (home.folder / "strategy").rglob("*") if path.is_file())
    is_named = False
    for path in files:
        lines = path.read_text("utf-8", errors="replace").splitlines() if path.exists() else []
        named = [number for number, line in enumerate(lines, 1) if erasure.text(line) != line]
        if named:
            where = path.relative_to(home.folder)
            told = ", ".join(map(str, named[:10])) + (" …" if len(named) > 10 else "")
            is_named = True
            say(f"{where}: line {told} still names the person; write {replacement} instead.")
    if is_named:
        say(f"Until then every run copies that into {Places(home.folder).inputs} again.")


def _postgres(home: Home, current: Path) -> None:
    """Give PostgreSQL the tables without the person, where the settings name one.

    Raises:
        typer.Exit: With 3 if it did not take them; the list keeps the person as not done.
    """
    from pipelines.warehouse.postgres.following import follow

    try:
        done = follow(home, current)
    except ThroughlineError as fault:
        again = f"throughline forget --home {home.folder}"
        told = f"Gone from data/, but the person still stands in PostgreSQL: {fault}"
        then = f"Then `{again}` or the next run finishes it."
        raise fail(told, Exit.DEGRADED, then) from fault
    if done is not None:
        say(f"PostgreSQL: {done.written:,} rows written anew, {done.removed:,} removed.")
