"""Pseudonyms against somebody who has what is published, and a full list of all users."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.home.home import load_home
from pipelines.home.tables import home_tables
from tests.drills.secrets import contents
from tests.figures import Figure

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
