"""Changes of the contract are told for what they are, and its version is raised with them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.cli import main
from pipelines.defs.dbt_project import PROJECT
from pipelines.warehouse.contract_changes import changes, version_wanted
from pipelines.warehouse.marts import marts
from pipelines.warehouse.published_contract import (
    NAME,
    VERSION,
    contract_of,
    references,
    text_of,
    write_contract,
)
from tests.contract.cases import BASE, BREAKING, COMPATIBLE, changed
from tests.dbt.project import manifest
from tests.figures import Figure

RELEASED = PROJECT / NAME
CASES = {**COMPATIBLE, **BREAKING}


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """The contract of all tables as the project stands."""
    return contract_of(marts(manifest(), "named"), references(manifest()))


@pytest.mark.requirement("C01", "40 changes of a contract: all classified")
def test_each_change_is_told_for_what_it_is(figure: Figure) -> None:
    wrong = []
    for name, edit in CASES.items():
        found = changes(BASE, changed(edit))
        if any(change.is_breaking for change in found) != (name in BREAKING):
            wrong.append(name)

    assert len(CASES) >= 40
    assert wrong == []
    figure.reached(f"{len(CASES)} of {len(CASES)}")


def test_a_new_name_is_told_as_such() -> None:
    found = changes(BASE, changed(CASES["a column renamed"]))

    assert [str(change) for change in found] == [
        "BREAKING  fct_effort.share: column renamed to part"
    ]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("nothing", "1.2.0"), ("a new table", "1.3.0"), ("a column that is gone", "2.0.0")],
)
def test_a_change_asks_for_a_version(name: str, wanted: str) -> None:
    found = changes(BASE, changed(CASES[name]))

    assert version_wanted(BASE["version"], found) == wanted


def test_the_version_was_raised_with_what_changed_since_the_release(
    contract: dict[str, Any],
) -> None:
    released = yaml.safe_load(RELEASED.read_text())
    found = changes(released, contract)
    wanted = version_wanted(released["version"], found)

    told = "\n".join(map(str, found))
    assert _numbers(VERSION) >= _numbers(wanted), (
        f"Since {RELEASED.name} {released['version']}:\n{told}\nRaise VERSION in "
        f"published_contract.py to {wanted}, and say so in CHANGELOG.md."
    )
    assert _numbers(VERSION)[0] == _numbers(wanted)[0], "nothing breaks a reader"
    if not found:
        assert released["version"] == VERSION


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


@pytest.mark.requirement("C02", "0 columns without description, type, unit; 0 tables without grain")
def test_every_table_and_column_says_what_it_is(contract: dict[str, Any], figure: Figure) -> None:
    silent, columns = [], 0
    for table in contract["schema"]:
        if not table["dataGranularityDescription"].startswith("One row per"):
            silent.append(table["name"])
        for column in table["properties"]:
            columns += 1
            unit = column["customProperties"][0]["value"]
            if not (column["description"] and column["physicalType"] and unit):
                silent.append(f"{table['name']}.{column['name']}")
        if not any(column.get("primaryKey") for column in table["properties"]):
            silent.append(f"{table['name']}: no key")

    assert silent == []
    figure.reached(f"0 of {len(contract['schema'])} tables and {columns} columns")


def test_a_contract_that_is_written_is_read_as_it_was(
    contract: dict[str, Any], tmp_path: Path
) -> None:
    write_contract(tmp_path, contract)

    assert yaml.safe_load((tmp_path / NAME).read_text()) == contract
    assert text_of(yaml.safe_load((tmp_path / NAME).read_text())) == text_of(contract)


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("a new table", 0, "0 breaking, 1 compatible; expected at least 1.3.0"),
        ("a column that is gone", 1, "BREAKING  fct_effort.share: column removed"),
        (None, 2, "There is no contract at"),
    ],
)
def test_the_command_ends_with_a_code_that_says_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
    name: str | None,
    code: int,
    told: str,
) -> None:
    (tmp_path / "old").mkdir()
    write_contract(tmp_path / "old", BASE)
    new = tmp_path / "data" / "published" / "20260101T000000000Z-as-of-2026-01-01"
    new.mkdir(parents=True)
    if name:
        write_contract(new, changed(CASES[name]))
    arguments = ["contract", "diff", str(tmp_path / "old"), new.name, "--home", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["throughline", *arguments])

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr()
    assert (ended.value.code or 0) == code
    assert told in said.out + said.err


def test_what_is_published_says_what_it_promises(case_home: Callable[[str], Path]) -> None:
    import json

    folder = case_home("busy") / "data" / "published" / "current"
    told = yaml.safe_load((folder / NAME).read_text())
    run = json.loads((folder / "manifest.json").read_text())

    assert told["version"] == run["versions"]["contract"] == VERSION
    assert {table["name"] for table in told["schema"]} == set(run["tables"])
    assert NAME in run["files"]
    page = (folder / "report" / "index.html").read_text()
    assert f"contract {VERSION}" in re.sub("<[^>]*>", "", page)
