"""Walk over the pages of one slice, to its end, and find out whether that was the end."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from connectors.contract import Record
from connectors.errors import Missing, Refused, ResponseError, TokenExpired
from connectors.inbox import Inbox
from connectors.live import Reader, Slice, Step

EMPTY_PAGES = 50
"""So many pages in a row without a row, each with a token, are no progress."""
HALVINGS = 6
_TOLERANCE = 0.01
_TOLERATED = 2
"""For exact counts too: what is deleted or moves away between the count and its page is rightly in
none, and a scope in which that goes on would never land. Nor is lost what a page lacks: the census
names it, and the next run reads it."""
_WHOLE_SOURCE = 401


def walk(
    reader: Reader,
    inbox: Inbox,
    slice: Slice,
    told: Callable[[Slice, Step], None],
) -> tuple[Slice, ...]:
    """Read a slice from where its inbox stands to the end.

    Args:
        reader: Where the pages come from.
        inbox: Where each page is kept before the next is asked for.
        slice: What is walked.
        told: Called after each page that is kept.

    Returns:
        Smaller slices to walk besides, where the walk came out short of what was expected.

    Raises:
        ResponseError: If a token comes twice, too many pages are empty, or the walk stays short.
        ThroughlineError: Whatever the reader meets that asking again does not overcome.
    """
    if not inbox.walked(slice).is_expectation_known:
        inbox.expect(slice, reader.expected(slice))
    seen = _Seen(inbox, slice)
    while not inbox.walked(slice).is_done:
        try:
            step = _step(reader, slice, inbox.walked(slice).token)
        except TokenExpired:
            if inbox.walked(slice).restarts:
                raise
            inbox.restart(slice)
            seen = _Seen(inbox, slice)
            continue
        seen.check(step)
        inbox.add(slice, step)
        seen.take(slice, step)
        told(slice, step)
    inbox.walked(slice).found = seen.found()
    return _reconciled(reader, inbox, slice)


def found_distinct(inbox: Inbox, slice: Slice) -> int:
    """Count the records of a slice's stream by their keys, those of its halves included."""
    keys: set[bytes] = set()
    rejected = 0
    queue = [slice]
    while queue:
        each = queue.pop()
        queue += inbox.walked(each).halves
        for found in inbox.records(each):
            if found.stream != slice.stream:
                continue
            if isinstance(found, Record):
                keys.add(_short(found.key))
            else:
                rejected += 1
    return len(keys) + rejected


def is_short(found: int, expected: int | None) -> bool:
    """True if more is missing than what may change between counting and reading."""
    if expected is None:
        return False
    return expected - found > max(_TOLERATED, expected * _TOLERANCE)


def shortage(inbox: Inbox) -> str:
    """Say which slice of a scope is short after all its halves were walked; empty if none is."""
    for slice in inbox.slices:
        walked = inbox.walked(slice)
        if walked.expected is None:
            continue
        if not walked.halves and not is_short(walked.found or 0, walked.expected):
            continue
        walked.found = found_distinct(inbox, slice)
        if is_short(walked.found, walked.expected):
            return f"slice {slice.name} holds {walked.found} of {walked.expected} {slice.stream}"
    return ""


def shortage_by_census(inbox: Inbox, items: str) -> str:
    """Say which of these walks holds clearly fewer than the census; empty if none."""
    if inbox.census is None or inbox.census.count is None:
        return ""
    for slice in _uncounted(inbox, items):
        count = len({_short(key) for key in inbox.census_ids()})
        found = found_distinct(inbox, slice)
        if is_short(found, count):
            return f"slice {slice.name} holds {found} of {count} {items} that the census lists"
    return ""


def _uncounted(inbox: Inbox, items: str) -> list[Slice]:
    return [
        slice
        for slice in inbox.slices
        if slice.is_whole and slice.stream == items and inbox.walked(slice).expected is None
    ]


def _step(reader: Reader, slice: Slice, token: str | None) -> Step:
    """Ask for a page; what is refused or missing is asked for once more before it is believed."""
    try:
        return reader.step(slice, token)
    except Refused as fault:
        if fault.status == _WHOLE_SOURCE:
            raise
    except Missing:
        pass
    return reader.step(slice, token)


def _reconciled(reader: Reader, inbox: Inbox, slice: Slice) -> tuple[Slice, ...]:
    """Return the halves to walk besides a slice that is short."""
    walked = inbox.walked(slice)
    if walked.expected is None:
        return ()
    if walked.found is None or walked.halves:
        walked.found = found_distinct(inbox, slice)
    depth = _depth(inbox, slice)
    # No census names a change that no page held, so that any is worth a second walk, but no third.
    is_any_missing = slice.is_of_changes and not depth and walked.found < walked.expected
    if walked.halves or not (is_any_missing or is_short(walked.found, walked.expected)):
        return ()
    if depth >= HALVINGS:
        return ()
    parts = tuple(reader.halves(slice))
    known = {each.name for each in inbox.slices}
    if not parts or known & {part.name for part in parts}:
        return ()
    inbox.halve(slice, parts)
    return parts


def _depth(inbox: Inbox, slice: Slice) -> int:
    """Count how often a slice was halved on the way to this one."""
    by_name = {each.name: each for each in inbox.slices}
    depth = 0
    while whole := inbox.whole_of(slice):
        slice, depth = by_name[whole], depth + 1
    return depth


class _Seen:
    """The tokens of a walk so far, how long it has been without a row, and what it has found."""

    def __init__(self, inbox: Inbox, slice: Slice) -> None:
        pages = inbox.walked(slice).pages
        self._name = slice.name
        self._tokens = {_short(page.next) for page in pages if page.next is not None}
        self._empty = 0
        for page in pages:
            self._empty = 0 if page.rows else self._empty + 1
        # What an earlier run has found is counted from the inbox, and only if it is compared.
        is_counted = not pages and inbox.walked(slice).expected is not None
        self._keys: set[bytes] | None = set() if is_counted else None
        self._rejected = 0

    def check(self, step: Step) -> None:
        """Take in a page; raises ResponseError if the walk would not end."""
        self._empty = 0 if step.rows else self._empty + 1
        if step.token is None:
            return
        if _short(step.token) in self._tokens:
            raise ResponseError(f"Slice {self._name}: a page token came twice; it would not end.")
        if self._empty > EMPTY_PAGES:
            raise ResponseError(f"Slice {self._name}: {EMPTY_PAGES} pages in a row were empty.")
        self._tokens.add(_short(step.token))

    def take(self, slice: Slice, step: Step) -> None:
        """Count the records of a page that is kept."""
        if self._keys is None:
            return
        for each in step.records:
            if each.stream == slice.stream and isinstance(each, Record):
                self._keys.add(_short(each.key))
            elif each.stream == slice.stream:
                self._rejected += 1

    def found(self) -> int | None:
        """Return how many distinct records there were; None if that was not counted."""
        return None if self._keys is None else len(self._keys) + self._rejected


def _short(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=12).digest()
