"""Errors named by what the reader should do next."""

from __future__ import annotations

from pathlib import Path

from connectors.plain import plain


class ThroughlineError(Exception):
    """Any failure that a user can act on; its text names the thing, the fault and the next step.

    Each argument is one line, also where it quotes a tracker or a file that writes several.
    """

    def __init__(self, *lines: object) -> None:
        super().__init__(*map(plain, lines))

    def __str__(self) -> str:
        return "\n".join(self.args)


class SettingsError(ThroughlineError):
    """Fix the configuration."""


class AccessError(ThroughlineError):
    """Fix the token, its scope, or the permissions of its owner."""


class Refused(AccessError):  # noqa: N818 - says what the tracker did
    """The tracker refused a request: 401 of the token as a whole, 402 and 403 of this request."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class TemporaryError(ThroughlineError):
    """Retries are spent: run again later."""


class DeferredError(TemporaryError):
    """The budget of the run is spent, or would be before the tracker answers again.

    What was read is kept, and the next run goes on from there.
    """


class DiskFullError(TemporaryError):
    """There is no space left; what counts is on disk. Free some, then run again."""


class ResponseError(ThroughlineError):
    """The tracker answered in a way that this program does not know: report it."""


class Damaged(ResponseError):  # noqa: N818 - says what was found
    """A file of the landing is not what was written: put it back from a backup."""

    def __init__(self, what: str, path: Path, landing: Path) -> None:
        super().__init__(
            f"The landed {what} {path} is missing or damaged. Restore it from a backup, or move "
            f"{landing} away and run again: everything is then read anew."
        )


class Missing(ResponseError):  # noqa: N818 - says what was found
    """404: there is no such thing, or it may not be seen."""


class Gone(ResponseError):  # noqa: N818 - says what was found
    """410: the tracker has removed this way of asking."""


class TokenExpired(ResponseError):  # noqa: N818 - says what happened
    """A page token is no longer taken; a connector raises it, and the slice starts again, once."""


class UnexpectedError(ThroughlineError):
    """A mistake of this program, neither of the tracker nor of a setting: report it."""
