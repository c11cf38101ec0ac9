"""Errors named by what the reader should do next."""


class ThroughlineError(Exception):
    """Any failure that a user can act on; its text names the thing, the fault and the next step."""


class SettingsError(ThroughlineError):
    """Fix the configuration."""


class AccessError(ThroughlineError):
    """Fix the token, its scope, or the permissions of its owner."""


class TemporaryError(ThroughlineError):
    """Retries are spent: run again later."""


class ResponseError(ThroughlineError):
    """The tracker answered in a way that this program does not know: report it."""
