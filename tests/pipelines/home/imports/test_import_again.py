"""Importing again: the same identifiers, updates instead of copies, and nobody's edits lost."""

from __future__ import annotations

import pytest
import yaml

from pipelines.home.imports.draft import ImportRefusedError
from pipelines.home.imports.importing import import_strategy
from tests.pipelines.home.imports.test_stratml import PLAN

FIRST = "id,kind,title,parent\ntop,goal,Top,\na,result,A,top\nb,result,B,top\n"
SECOND = "id,kind,title,parent\nnew,result,New,top\ntop,goal,The top,\nb,result,B,top\n"


def test_the_same_file_gives_the_same_bytes_again_and_in_another_home(home, tmp_path):
    home.take("harbour.xml", PLAN)
    first = home.text("harbour.yml")
    other = tmp_path / "another"
    other.mkdir()
    (other / "throughline.yml").write_text((home.folder / "throughline.yml").read_text())

    home.take("harbour.xml", PLAN)
    import_strategy(other, tmp_path / "harbour.xml")

    assert home.text("harbour.yml") == first
    assert (other / "strategy" / "harbour.yml").read_text(encoding="utf-8") == first
    assert home.listed() == ["harbour-observations.csv", "harbour.yml"]


def test_a_changed_origin_updates_and_identifiers_stay(home):
    home.take("plan.csv", FIRST)

    found = home.take("plan.csv", SECOND)

    nodes = home.nodes("plan.yml")
    assert {node["origin"]["id"]: each for each, node in nodes.items()} == {
        "new": "R-1.3",
        "top": "G-1",
        "b": "R-1.2",
        "a": "R-1.1",
    }
    assert nodes["G-1"]["title"] == "The top"
    assert found.kept == ["R-1.1"]


def test_a_file_that_was_edited_stays_and_the_import_lies_beside_it(home):
    home.take("plan.csv", FIRST)
    edited = home.text("plan.yml").replace("title: A", "title: A, as we say")
    (home.folder / "strategy" / "plan.yml").write_text(edited)

    found = home.take("plan.csv", SECOND)

    assert found.is_beside
    assert home.text("plan.yml") == edited
    assert [node["id"] for node in home.data("plan.yml.new")["nodes"]][:3] == [
        "R-1.3",
        "G-1",
        "R-1.2",
    ]
    assert home.take("plan.csv", FIRST).is_beside
    assert not home.take("plan.csv", FIRST, force=True).is_beside


def test_observations_that_somebody_added_stay(home):
    home.take("harbour.xml", PLAN)
    path = home.folder / "strategy" / "harbour-observations.csv"
    path.write_text(path.read_text() + "M-1.1.1,2026-09-30,5\n")

    found = home.take("harbour.xml", PLAN.replace(">8<", ">9<"))

    assert found.is_beside
    assert "2026-09-30,5" in path.read_text()
    assert "2026-03-31,9" in home.text("harbour-observations.csv.new")


def test_observations_of_the_users_own_are_no_matter_where_the_origin_has_none(home):
    home.take("plan.csv", FIRST)
    own = home.folder / "strategy" / "plan-observations.csv"
    own.write_text("measure,date,value\n")

    assert not home.take("plan.csv", SECOND).is_beside
    assert own.read_text() == "measure,date,value\n"


def test_observations_that_the_origin_no_longer_has_go(home):
    home.take("harbour.xml", PLAN)

    home.take("harbour.xml", PLAN.replace("NumberOfUnits", "Quantity"))

    assert home.text("harbour-observations.csv") == "measure,date,value\n"


def test_a_file_beside_that_was_edited_as_well_is_not_overwritten(home):
    home.take("plan.csv", FIRST)
    for name in ("plan.yml", "plan.yml.new"):
        path = home.folder / "strategy" / name
        path.write_text(home.text("plan.yml") + "# mine\n")

    with pytest.raises(ImportRefusedError, match="both been edited"):
        home.take("plan.csv", SECOND)

    assert home.text("plan.yml.new").endswith("# mine\n# mine\n")


def test_a_file_of_the_user_with_that_name_is_never_overwritten(make):
    own = "nodes:\n  - {id: G-9, kind: goal, title: Ours}\n"
    home = make(plan=own)

    found = home.take("plan.csv", FIRST)

    assert found.is_beside
    assert home.text("plan.yml") == own
    assert "G-9" in home.nodes("plan.yml.new")


def test_nodes_that_were_moved_to_another_file_are_not_written_twice(home):
    home.take("plan.csv", FIRST)
    moved = {"nodes": home.data("plan.yml")["nodes"]}
    (home.folder / "strategy" / "ours.yml").write_text(yaml.safe_dump(moved))
    (home.folder / "strategy" / "plan.yml").unlink()

    found = home.take("plan.csv", SECOND)

    assert found.elsewhere == {"strategy/ours.yml": 2}
    assert [node["id"] for node in home.data("plan.yml")["nodes"]] == ["R-1.3"]
    with pytest.raises(ImportRefusedError, match=r"--into ours\.yml"):
        home.take("plan.csv", FIRST)


def test_a_renamed_file_updates_the_import_that_it_is_told_to(home):
    home.take("plan-2026.csv", FIRST)

    found = home.take("plan-2027.csv", SECOND, into="plan-2026")

    assert home.listed() == ["plan-2026.yml"]
    assert found.kept == ["R-1.1"]
    assert home.nodes("plan-2026.yml")["G-1"]["origin"]["system"] == "csv plan-2027.csv"


@pytest.mark.parametrize("into", ["../teams.yml", ".hidden", "a/b.yml"])
def test_an_import_stays_in_the_folder_of_the_strategy(home, into):
    with pytest.raises(ImportRefusedError, match="--into"):
        home.take("plan.csv", FIRST, into=into)

    assert home.listed() == []
