"""What Slate adds to the tables of the drills: below ``trackers.py``, and below ``asked.py``."""

TRACKER = """

from tests.simulators import slate  # noqa: E402 - a new tracker adds its lines where it likes


def _of_slate(simulator: slate.Slate, rows: int) -> None:
    simulator.rows = rows


TRACKERS["slate"] = Tracker(
    "slate", "slate", slate.Slate, {"token": slate.TOKEN}, _of_slate, "api"
)
"""
ASKED = r"""

SIGN_IN["slate"] = r"/(me|books) "
ASKED["slate"] = (
    Asked("notes", r"/books/\w+/notes "),
    Asked("people", r"/people "),
    Asked("absences", r"/ids ", "census"),
    Asked("absences", r"GET /notes/[\w-]+ ", "look-up", "later"),
)
"""
