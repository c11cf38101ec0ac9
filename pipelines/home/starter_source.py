"""The part of a starter home that reads a tracker itself: what is written, and what to set."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from connectors.errors import SettingsError

TRACKERS = ("jira", "asana", "trello")
_CONTAINERS = re.compile(r"^  containers: .*$", re.MULTILINE)
_SOURCES = re.compile(r"^sources:\n.*\Z", re.MULTILINE | re.DOTALL)

_COMMENTS_AT = 37
_TOKENS = {
    "jira": "an API token: id.atlassian.com/manage-profile/security/api-tokens",
    "bearer": "a personal access token, of your Jira profile",
    "asana": "a personal access token: app.asana.com/0/my-apps",
    "trello": "a token with read scope, for that key",
}

_Line = tuple[str, str]


@dataclass(frozen=True)
class NewSource:
    """A source to begin with.

    ``address`` is of a Jira alone, ``workspace`` of an Asana alone; ``is_bearer`` tells that the
    token signs in without a user.
    """

    tracker: str
    name: str = ""
    address: str = ""
    workspace: str = ""
    is_bearer: bool = False

    @property
    def label(self) -> str:
        """The source's name; the tracker's where none was given."""
        return self.name or self.tracker

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables to set, and what each holds."""
        start = _variable(self.label)
        if self.tracker == "trello":
            return {f"{start}_KEY": "the API key", f"{start}_TOKEN": _TOKENS["trello"]}
        user = {f"{start}_USER": "the e-mail address of the account"}
        token = {f"{start}_TOKEN": _TOKENS["bearer" if self.is_bearer else self.tracker]}
        return token if self.tracker == "asana" or self.is_bearer else user | token

    def into(self, settings: str) -> str:
        """Return the starter's settings with this source in place of the example."""
        commented = f"  # containers: {{'{self.label}:project:OPS': P-1}}   # source:kind:name"
        settings = _CONTAINERS.sub(lambda _: commented, settings)
        return _SOURCES.sub(lambda _: f"sources:\n{self._entry()}", settings)

    def _entry(self) -> str:
        own = {"jira": self._jira, "asana": self._asana, "trello": self._trello}[self.tracker]()
        lines = [
            (f"  - name: {self.label}", "lower case; it prefixes every id"),
            (f"    type: {self.tracker}", ""),
            *own,
            ("    # max_minutes: 120", "how long a night asks; the next one goes on from there"),
            ("    # quiet_hours: '08:00-18:00'", "when nothing is asked"),
        ]
        return "".join(_line(text, comment) for text, comment in lines)

    def _jira(self) -> list[_Line]:
        start = _variable(self.label)
        user = (f"    user_env: {start}_USER", "the e-mail address of the account")
        return [
            (f"    url: {json.dumps(full_address(self.address))}", ""),
            *([] if self.is_bearer else [user]),
            (f"    token_env: {start}_TOKEN", _TOKENS["bearer" if self.is_bearer else "jira"]),
            ("    # projects: [PLAT, APP]", "default: all that the account can see"),
            ("    # token_created: 2026-01-31", "it lives a year; two weeks before you are told"),
            *_oauth(start),
        ]

    def _asana(self) -> list[_Line]:
        return [
            (f"    token_env: {_variable(self.label)}_TOKEN", _TOKENS["asana"]),
            (f"    workspace: {json.dumps(self.workspace)}", ""),
            ("    # projects: ['1200000000000001']", "default: all that the account can see"),
            ("    # requests_per_minute: 150", "what a free plan allows; default: 1500"),
            *_oauth(_variable(self.label)),
        ]

    def _trello(self) -> list[_Line]:
        start = _variable(self.label)
        return [
            (f"    key_env: {start}_KEY", "an API key: trello.com/power-ups/admin"),
            (f"    token_env: {start}_TOKEN", _TOKENS["trello"]),
            ("    # boards: [abc123de]", "default: all boards of the account's organisations"),
        ]


def _oauth(start: str) -> list[_Line]:
    """What is written in place of ``token_env`` where an OAuth app signs in."""
    return [
        (f"    # client_id_env: {start}_CLIENT_ID", "an OAuth app: these three, no token_env"),
        (f"    # client_secret_env: {start}_CLIENT_SECRET", ""),
        (f"    # refresh_token_env: {start}_REFRESH_TOKEN", "renewed ones are kept in data/"),
    ]


def check_new(source: NewSource) -> None:
    """See that all is told that a source of its kind needs.

    Raises:
        SettingsError: If something is missing.
    """
    if source.tracker not in TRACKERS:
        raise SettingsError(f"There is no tracker `{source.tracker}`: {', '.join(TRACKERS)}.")
    if source.tracker == "jira" and not source.address:
        raise SettingsError("Jira needs its address: `--address https://example.atlassian.net`.")
    if source.tracker == "asana" and not source.workspace:
        raise SettingsError(
            "Asana needs the id of the workspace: `--workspace 12345`. It is the number behind "
            "app.asana.com/0/ when the workspace's home is open."
        )


def full_address(address: str) -> str:
    """An address as people paste it, with https:// in front and, of a Cloud site, no path."""
    text = address.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    site = re.match(r"https://[^/?#@\s]+\.atlassian\.net(?=[/?#]|$)", text)
    return site[0] if site else text.rstrip("/")


def _line(text: str, comment: str) -> str:
    return f"{text:<{_COMMENTS_AT}}# {comment}\n" if comment else f"{text}\n"


def _variable(name: str) -> str:
    """The beginning of the names of a source's variables."""
    text = re.sub(r"[^A-Z0-9]", "_", name.upper())
    return text if not text[:1].isdigit() else f"_{text}"
