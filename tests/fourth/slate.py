"""Slate over the world: books of notes, by id, in pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.simulators.server import Answer, Request, Simulator
from tests.simulators.world import Happening, World

TOKEN = "slate-canary-4f1c9e7b"


class Slate(Simulator):
    """Slate. ``rows`` is how many a page holds."""

    def __init__(self, world: World) -> None:
        """Take the world's history in."""
        self.rows = 50
        self.people: dict[str, dict[str, Any]] = {}
        self.books: dict[str, str] = {}
        self.notes: dict[str, dict[str, Any]] = {}
        super().__init__(world)

    def happen(self, happening: Happening) -> None:
        """Play one happening; what Slate does not know, it ignores."""
        what, thing, details = happening.what, happening.thing, happening.details
        at = happening.at.isoformat()
        if what == "add_person":
            mail = f"{thing}@example.org"
            told = {"name": details["name"], "email": mail, "zone": "UTC"}
            self.people[thing] = {"id": thing, **told}
        elif what == "add_container":
            self.books[thing] = details["name"]
        elif what in ("remove_container", "hide_container"):
            self.books.pop(thing, None)
        elif what == "create" and details["container"] in self.books:
            told = {"title": details["title"], "state": details["status"], "owner": None}
            told |= {"author": happening.actor, "created": at, "changed": at, "moves": []}
            self.notes[thing] = {"id": thing, "book": details["container"], **told}
        elif thing in self.notes:
            self._change(self.notes[thing], happening, at)

    def _change(self, note: dict[str, Any], happening: Happening, at: str) -> None:
        details = happening.details
        if happening.what == "move_status":
            move = {"at": at, "by": happening.actor, "from": note["state"], "to": details["status"]}
            note |= {"moves": [*note["moves"], move], "state": details["status"]}
        elif happening.what == "retitle":
            note["title"] = details["title"]
        elif happening.what == "assign":
            note["owner"] = details["person"]
        elif happening.what == "move_container" and details["container"] in self.books:
            note["book"] = details["container"]
        elif happening.what == "delete":
            del self.notes[note["id"]]
        else:
            return
        note["changed"] = at

    def truth(self) -> dict[str, dict[str, Any]]:
        """What a perfect reader would hold now."""
        return {
            "notes": {key: note for key, note in self.notes.items() if note["book"] in self.books},
            "people": self.people,
        }

    def respond(self, request: Request) -> Answer:
        """Answer as Slate does."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer({"error": "who are you?"}, 401)
        match request.path.strip("/").split("/"):
            case ["me"]:
                return Answer({"name": "robot", "zone": "UTC"})
            case ["books"]:
                return Answer([{"id": key, "name": name} for key, name in self.books.items()])
            case ["people"]:
                return self._page(request, list(self.people.values()))
            case ["books", book, "ids"] if book in self.books:
                return Answer([note["id"] for note in self._in(book)])
            case ["books", book, "notes"] if book in self.books:
                since = request.value("since")
                bound = datetime.fromisoformat(f"{since}+00:00") if since else None
                found = [each for each in self._in(book) if _is_new(each, bound)]
                return self._page(request, found)
            case ["notes", key] if key in self.notes and self.notes[key]["book"] in self.books:
                return Answer(self.notes[key])
        return Answer({"error": "no such thing"}, 404)

    def _in(self, book: str) -> list[dict[str, Any]]:
        return [note for note in self.notes.values() if note["book"] == book]

    def _page(self, request: Request, found: list[dict[str, Any]]) -> Answer:
        rest = sorted(
            (each for each in found if each["id"] > request.value("after")),
            key=lambda each: each["id"],
        )
        page = rest[: self.rows]
        return Answer({"rows": page, "next": page[-1]["id"] if len(rest) > len(page) else None})


def _is_new(note: dict[str, Any], bound: datetime | None) -> bool:
    return bound is None or datetime.fromisoformat(note["changed"]) >= bound
