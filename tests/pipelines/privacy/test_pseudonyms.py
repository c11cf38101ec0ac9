"""Pseudonyms against somebody who has what is published, and a full list of all users."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.home.home import load_home
from pipelines.home.tables import home_tables
from tests.drills.secrets import contents
from tests.figures import IS_DRILL, Figure
from tests.pipelines.privacy.whole_nights import run_night

KEY_ENV = "THROUGHLINE_PSEUDONYM_KEY"
SETTINGS = """\
organisation: {name: Example, timezone: UTC}
effort: {since: 2026-01-05}
privacy: {people: pseudonym}
sources:
  - {name: eng, type: jira, url: 'https://site.example.net', export: 'exports/*.json'}
"""
Keys = dict[str, str]


@pytest.fixture
def published_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, list[str]], Keys]:
    """The keys under which a home publishes people, by who they are."""
    (tmp_path / "strategy").mkdir()
    (tmp_path / "throughline.yml").write_text(SETTINGS)
    (tmp_path / "teams.yml").write_text("teams: [{id: platform}]\n")
    (tmp_path / "strategy" / "a.yml").write_text("nodes: [{id: P-1, kind: purpose, title: S}]\n")

    def keys(secret: str, users: list[str]) -> Keys:
        monkeypatch.setenv(KEY_ENV, secret)
        table = home_tables(load_home(tmp_path), (), users)["person_keys"]
        return dict(zip(*(column.to_pylist() for column in table.columns), strict=True))

    return keys


@pytest.mark.requirement("P02", "without the key 0 of 1,000 users re-identified from a full list")
def test_a_list_of_all_users_re_identifies_nobody(
    published_keys: Callable[[str, list[str]], Keys], tmp_path: Path, figure: Figure
) -> None:
    users = [f"user-{number}@example.org" for number in range(figure.of(1_000, 1_000))]
    secret = secrets.token_hex(32)
    keys = published_keys(secret, users)
    pseudonyms = set(keys.values())

    found = {
        user
        for user in users
        for guess in _guesses(user, [text.decode() for _, text in contents(tmp_path)])
        if guess in pseudonyms
    }

    assert len(set(keys.values())) == len(users), "nobody shares a pseudonym"
    assert found == set()
    assert keys == {user: _hashed(secret.encode(), user) for user in users}, "the key opens all"
    assert not any(secret.encode() in text for _, text in contents(tmp_path))
    figure.reached(f"{len(found)} of {len(users)} users")


def test_another_key_gives_everybody_another_pseudonym(
    published_keys: Callable[[str, list[str]], Keys],
) -> None:
    users = [f"user-{number}@example.org" for number in range(100)]

    before, after = (published_keys(secrets.token_hex(32), users) for _ in range(2))

    assert set(before.values()) & set(after.values()) == set()


@dataclass(frozen=True)
class User:
    """Somebody of the full user list, in every form that the trackers and the user write."""

    number: int

    @property
    def email(self) -> str:
        """E-mail address, by which teams.yml and owners of nodes know people."""
        return f"zed-{self.number}@example.org"

    @property
    def account(self) -> str:
        """Account of Jira."""
        return f"712020:zed-account-{self.number}"

    @property
    def name(self) -> str:
        """Name in Jira."""
        return f"Zed Mbeki {self.number}"

    @property
    def forms(self) -> set[str]:
        """What an attacker who knows everybody tries."""
        forms = {self.email, self.account, f"eng:{self.account}", self.name}
        return forms | {self.account.partition(":")[2], self.email.partition("@")[0]}

    def told(self) -> dict[str, str]:
        """The user as Jira tells of one; half of them hide the address."""
        told = {"accountId": self.account, "displayName": self.name}
        return told | ({"emailAddress": self.email} if self.number % 2 else {})


@pytest.mark.requirement(
    "P02", "a night's data without the key: 0 of 1,000 users re-identified from a full list"
)
def test_what_a_night_publishes_re_identifies_nobody_without_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    secret = secrets.token_hex(32)
    monkeypatch.setenv(KEY_ENV, secret)
    users = [User(number) for number in range(figure.of(40, 1_000))]
    home = _home_of(users, tmp_path / "home")

    run_night(home, date(2026, 1, 19))

    data = home / "data"
    written = list(contents(data))
    open_to_readers = {"published", "logs", "dagster"}
    named = {
        (name, told)
        for name, content in written
        if name.split("/")[0] in open_to_readers
        for told in re.findall(rb"(?i)zed-\d+@|zed-account-\d+|zed mbeki", content)
    }
    hashes = {
        told.decode()
        for name, content in written
        if name.startswith("published/")
        for told in re.findall(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", content)
    }
    re_identified = {user for user in users if not hashes.isdisjoint(_without_the_key(user.forms))}
    with_the_key = {
        user
        for user in users
        if not hashes.isdisjoint(
            _hashed(secret.encode(), form) for form in (user.email, f"eng:{user.account}")
        )
    }
    assert re_identified == set()
    assert named == set()
    assert len(with_the_key) == len(users), "everybody is among what is published"
    assert [name for name, content in written if secret.encode() in content] == []
    kind = "real" if IS_DRILL else "toy"
    figure.reached(f"{len(re_identified)} of {len(users)} users, models: {kind}")


def _home_of(users: list[User], folder: Path) -> Path:
    """A home in which everybody is assigned, writes identifiers and owns a node."""
    (folder / "exports").mkdir(parents=True)
    (folder / "strategy").mkdir()
    (folder / "throughline.yml").write_text(SETTINGS)
    members = [{"person": user.email} for user in users]
    people = [
        {"person": user.email, "name": user.name, "accounts": [f"eng:{user.account}"]}
        for user in users
    ]
    teams = {"teams": [{"id": "platform", "members": members}], "people": people}
    (folder / "teams.yml").write_text(json.dumps(teams))
    nodes = [
        {"id": f"P-{user.number + 1}", "kind": "purpose", "title": "Serve", "owner": user.email}
        for user in users
    ]
    (folder / "strategy" / "a.yml").write_text(json.dumps({"nodes": nodes}))
    issues = [_issue(user, users[user.number - 1]) for user in users]
    (folder / "exports" / "all.json").write_text(json.dumps(issues))
    return folder


def _issue(user: User, other: User) -> dict[str, Any]:
    status = {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}}
    began, named = (f"2026-01-{day}T09:00:00.000+0000" for day in ("06", "07"))
    title = f"Step for [P-{user.number + 1}]"
    change = {"field": "summary", "fromString": "Step", "toString": title}
    begun = {"field": "status", "from": "1", "fromString": "Open", "to": "3", "toString": "Doing"}
    histories = [
        {"id": "1", "author": user.told(), "created": began, "items": [begun]},
        {"id": "2", "author": other.told(), "created": named, "items": [change]},
    ]
    fields = {"summary": title, "status": status, "assignee": user.told(), "creator": other.told()}
    fields |= {"created": "2026-01-05T09:00:00.000+0000", "updated": named}
    fields |= {"project": {"id": "1", "key": "APP", "name": "App"}, "reporter": other.told()}
    fields |= {"issuetype": {"id": "1", "name": "Task"}}
    changelog = {"startAt": 0, "total": 2, "maxResults": 2, "histories": histories}
    number = str(user.number + 1)
    return {"id": number, "key": f"APP-{number}", "fields": fields, "changelog": changelog}


def _without_the_key(forms: set[str]) -> Iterator[str]:
    """Every plain hash of every form, and keyed ones under keys that can be thought of."""
    for form in {cased for each in forms for cased in (each, each.lower(), each.upper())}:
        for algorithm in ("sha256", "sha3_256", "blake2s"):
            yield hashlib.new(algorithm, form.encode()).hexdigest()
        yield hashlib.blake2b(form.encode(), digest_size=32).hexdigest()
        for key in ("", "throughline", "secret", "key", KEY_ENV, "eng", "Example"):
            yield _hashed(key.encode(), form)
            yield hashlib.sha256((key + form).encode()).hexdigest()


def _guesses(user: str, texts: list[str]) -> Iterator[str]:
    """What somebody without the key can try: plain hashes, and every key that can be thought of."""
    lines = [line for text in texts for line in text.splitlines()]
    words = ["", "throughline", "secret", "key", KEY_ENV, *texts, *lines]
    for name in {user, user.upper(), user.split("@", 1)[0]}:
        for algorithm in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            for word in words:
                yield hashlib.new(algorithm, (word + name).encode()).hexdigest()
                yield hashlib.new(algorithm, (name + word).encode()).hexdigest()
        for word in words:
            yield _hashed(word.encode(), name)


def _hashed(key: bytes, user: str) -> str:
    return hmac.new(key, user.encode(), hashlib.sha256).hexdigest()
