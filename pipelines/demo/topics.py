"""What the teams work on: which node a piece of work serves, and how it would be called."""

from datetime import date

NOTHING = ""
"""The theme of work that serves no node."""

THEMES: dict[str, list[tuple[float, str]]] = {
    "network": [
        (0.3, "INI-6"),
        (0.22, "INI-5"),
        (0.1, "KR-2.1"),
        (0.05, "INI-10"),
        (0.24, NOTHING),
    ],
    "ticketing": [(0.26, "INI-1"), (0.3, "INI-2"), (0.22, "INI-4"), (0.2, NOTHING)],
    "information": [(0.45, "INI-3"), (0.08, "KR-1.2"), (0.12, "INI-14"), (0.25, NOTHING)],
    "platform": [(0.36, "INI-11"), (0.16, "INI-9"), (0.1, "R-PLAT.1"), (0.3, NOTHING)],
    "fleet": [
        (0.24, "INI-13"),
        (0.2, "INI-7"),
        (0.14, "R-FLEET.2"),
        (0.14, "R-FLEET.1"),
        (0.16, NOTHING),
    ],
    "people": [(0.42, "INI-8"), (0.16, "R-PPL.1"), (0.32, NOTHING)],
    "marketing": [
        (0.32, "INI-4"),
        (0.2, "KR-1.3"),
        (0.12, "KR-1.1"),
        (0.12, "P-1"),
        (0.06, "INI-12"),
        (0.26, NOTHING),
    ],
    "workplace": [(1.0, NOTHING)],
}

SHIFTS: dict[str, tuple[date, date, float, float]] = {
    # node: from, to, weight before `from` and after `to` as a factor of its usual one; work on the
    # loyalty scheme goes on for months after it was ended, since nobody told the boards
    "INI-4": (date(2025, 1, 1), date(2026, 3, 31), 1.0, 0.4),
    "INI-5": (date(2025, 11, 4), date(2026, 6, 30), 0.25, 1.0),
    "INI-7": (date(2025, 10, 1), date(2026, 6, 30), 0.3, 1.0),
    "INI-10": (date(2025, 1, 1), date(2025, 7, 31), 0.0, 0.0),
}

_SUBJECTS: dict[str, tuple[str, ...]] = {
    "INI-1": (
        "card reader on route {n}",
        "fare cap of a day",
        "tap that was not closed",
        "driver's view of a refused card",
        "settlement file of the bank",
    ),
    "INI-2": (
        "ticket app without an account",
        "guest purchase",
        "wallet pass",
        "ticket that works offline",
        "price preview",
        "first screen for route {n}",
        "refund without an account",
    ),
    "INI-3": (
        "live departures at stop {n}",
        "prediction at stop {n}",
        "sign at stop {n}",
        "vehicle feed of line {n}",
        "late-running notice",
        "battery of the solar sign",
    ),
    "INI-4": (
        "points of the spring offer",
        "partner café voucher",
        "member letter {n}",
        "points balance",
        "gold tier",
        "expiry of old points",
    ),
    "INI-5": (
        "evening network of line {n}",
        "evening network of line {n}",
        "half-hourly pattern of line {n}",
        "last connection at Quayside",
        "evening leaflet",
        "shift-worker survey {n}",
    ),
    "INI-6": (
        "timetables from running times",
        "running times of line {n}",
        "recovery time at terminus {n}",
        "school-day variant",
        "stop times of trip {n}",
    ),
    "INI-7": (
        "charging plan of the Quayside depot",
        "transformer permit",
        "charger bay {n}",
        "cable route to hall {n}",
        "load plan",
    ),
    "INI-8": (
        "driver academy group {n}",
        "licence course {n}",
        "simulator session {n}",
        "mentor for group {n}",
        "exam booking",
    ),
    "INI-9": (
        "landing of ticket sales",
        "schema of line {n}",
        "catalogue page",
        "copy of old reports",
    ),
    "INI-10": ("night timetable draft {n}", "noise study"),
    "INI-11": (
        "delivery pipeline of service {n}",
        "release of service {n}",
        "test environment {n}",
        "roll-back",
        "pipeline of the app",
    ),
    "INI-12": ("kiosk skin {n}", "kiosk colours"),
    "INI-13": (
        "daily safety round at hall {n}",
        "photo step of round {n}",
        "defect form",
        "tyre gauge {n}",
        "morning round at hall {n}",
    ),
    "INI-14": (
        "contrast of sign {n}",
        "spoken notice {n}",
        "large-print timetable",
        "screen-reader check",
    ),
    "KR-1.1": ("first-ticket poster {n}", "ticket helper at stop {n}", "student welcome pack"),
    "KR-1.2": ("reliability survey {n}", "wrong notice at stop {n}", "complaints on live times"),
    "KR-1.3": (
        "evening and weekend offer {n}",
        "evening campaign {n}",
        "weekend family fare",
        "festival shuttle {n}",
    ),
    "KR-2.1": ("bus lane with the council", "traffic signal {n}", "late first trip of line {n}"),
    "P-1": ("school visit {n}", "open day at hall {n}", "safety lesson {n}"),
    "R-FLEET.1": ("brake check of bus {n}", "door sensor of tram {n}", "road defect {n}"),
    "R-FLEET.2": ("spare parts of line {n}", "early shift at hall {n}", "gearbox of bus {n}"),
    "R-PLAT.1": ("merge queue", "release notes {n}", "feature switch {n}"),
    "R-PPL.1": ("interview day {n}", "job advert {n}", "shortlist of depot {n}"),
}

_UNTRACED: dict[str, tuple[str, ...]] = {
    "network": (
        "request of councillor {n}",
        "map for the press",
        "figures for the audit",
        "stop {n} moved",
    ),
    "ticketing": (
        "fault {n} of the night",
        "report for finance {n}",
        "old machine {n}",
        "library update {n}",
    ),
    "information": (
        "fault {n} of the night",
        "screen {n} is dark",
        "text of notice {n}",
        "library update {n}",
    ),
    "platform": ("access request {n}", "certificate {n}", "server {n}", "support rota week {n}"),
    "fleet": ("graffiti on bus {n}", "key cabinet", "hall {n} gate", "uniform order {n}"),
    "people": ("payroll query {n}", "contract {n}", "policy page", "works council papers {n}"),
    "marketing": ("logo for partner {n}", "social media post {n}", "staff party", "photo archive"),
    "workplace": (
        "desk move {n}",
        "coffee machine {n}",
        "meeting room {n}",
        "parking badge {n}",
        "heating in room {n}",
        "new chairs {n}",
        "mail room {n}",
        "cleaning of hall {n}",
    ),
}

_VERBS = (
    "Prepare",
    "Sort out",
    "Follow up on",
    "Check",
    "Agree on",
    "Review",
    "Improve",
    "Plan",
    "Look into",
    "Finish",
)

DESCRIPTIONS = (
    "Asked for at the weekly meeting. Done when the depot has seen it.",
    "See the note of the workshop; two open questions are at the end.",
    "Small, but it blocks the next step.",
    "Passengers wrote to us about this more than once.",
    "Agreed with the other team; they need a week's notice.",
    "",
)


def subject(team: str, node: str, number: int, pick: float) -> str:
    """A title without any identifier; ``pick`` in [0, 1) chooses among those of the theme."""
    choices = _SUBJECTS[node] if node else _UNTRACED[team]
    verb = _VERBS[(number * 7 + int(pick * 100)) % len(_VERBS)]
    return f"{verb} {choices[int(pick * len(choices))].format(n=number % 240 + 1)}"


def weight_on(node: str, usual: float, day: date) -> float:
    """The weight of a theme on a day."""
    start, end, before, after = SHIFTS.get(node, (day, day, 1.0, 1.0))
    return usual * (before if day < start else after if day > end else 1.0)
