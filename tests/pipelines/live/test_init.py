"""``throughline init`` writes the part of the home that reads a tracker, without a secret."""

from __future__ import annotations

import io

import pytest

import pipelines.commands.init
from pipelines.home.home import load_home
from tests.simulators.jira_cloud import SECRETS, USER


def test_what_init_writes_passes_its_check(call, tmp_path, jira, monkeypatch) -> None:
    made = call("init", tmp_path / "new", "--tracker", "jira", "--address", jira.address)
    monkeypatch.setenv("JIRA_USER", USER)
    monkeypatch.setenv("JIRA_TOKEN", SECRETS["token"])

    checked = call("check", "--home", tmp_path / "new")

    assert made.code == 0, made.err
    assert "Set JIRA_USER in the environment" in made.out
    assert "Set JIRA_TOKEN in the environment" in made.out
    assert checked.code == 0, checked.err
    assert "jira (jira): signed in as " in checked.out
    assert "can be used" in checked.out
    assert not (tmp_path / "new" / "exports").exists()


@pytest.mark.parametrize(
    ("told", "variables"),
    [
        (["--tracker", "jira", "--address", "a.atlassian.net"], ["JIRA_USER", "JIRA_TOKEN"]),
        (["--tracker", "jira", "--address", "https://j.example/x", "--bearer"], ["JIRA_TOKEN"]),
        (["--tracker", "asana", "--workspace", "12345"], ["ASANA_TOKEN"]),
        (["--tracker", "trello", "--name", "mkt-2"], ["MKT_2_KEY", "MKT_2_TOKEN"]),
        (["--tracker", "trello", "--name", "2b"], ["_2B_KEY", "_2B_TOKEN"]),
    ],
)
def test_the_variables_that_are_named_are_the_ones_to_set(call, tmp_path, told, variables):
    called = call("init", tmp_path / "new", *told)

    home = load_home(tmp_path / "new")
    [source] = home.sources
    named = [value for key, value in source.options.items() if key.endswith("_env")]
    assert called.code == 0, called.err
    assert sorted(named) == sorted(variables)
    assert all(f"Set {variable} in the environment" in called.out for variable in variables)
    assert not home.warnings


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("example.atlassian.net", "https://example.atlassian.net"),
        ("https://example.atlassian.net/jira/software/projects/A", "https://example.atlassian.net"),
        ("https://jira.example.org/jira/", "https://jira.example.org/jira"),
    ],
)
def test_an_address_is_taken_as_people_paste_it(call, tmp_path, pasted, address):
    call("init", tmp_path / "new", "--tracker", "jira", "--address", pasted)

    assert load_home(tmp_path / "new").sources[0].url == address


@pytest.mark.parametrize(
    "told",
    [
        ["--tracker", "jiira"],
        ["--tracker", "jira"],
        ["--tracker", "asana"],
        ["--tracker", "jira", "--address", "http://jira.example.org"],
        ["--tracker", "jira", "--address", "https://me:c4n4ry@jira.example.org"],
        ["--tracker", "trello", "--name", "Not A Name"],
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(call, tmp_path, told):
    called = call("init", tmp_path / "new", *told)

    assert called.code == 2
    assert called.err
    assert "c4n4ry" not in called.err
    assert not (tmp_path / "new").exists()


def test_without_a_terminal_nobody_is_asked(call, tmp_path) -> None:
    called = call("init", tmp_path / "new")

    assert called.code == 0
    assert load_home(tmp_path / "new").sources[0].is_export


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["jira", "eng", "example.atlassian.net"], ("jira", "eng", 3)),
        (["jira", "eng", "https://jira.example.org", "y"], ("jira", "eng", 2)),
        (["asana", "ops", "12345"], ("asana", "ops", 1)),
        (["trelo", "TRELLO", ""], ("trello", "trello", 2)),
        ([""], ("jira", "example", 0)),
    ],
)
def test_on_a_terminal_the_tracker_is_asked_for(call, tmp_path, monkeypatch, answers, expected):
    monkeypatch.setattr(pipelines.commands.init, "on_a_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{each}\n" for each in answers)))

    called = call("init", tmp_path / "new")

    [source] = load_home(tmp_path / "new").sources
    named = [key for key in source.options if key.endswith("_env") or key == "url"]
    assert called.code == 0, called.err
    assert (source.tracker, source.name, len(named)) == expected
