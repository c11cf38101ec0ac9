"""Which exported files a source means."""

from __future__ import annotations

import pytest

from pipelines.home.exports import catalogues_beside, matching_files


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "home [a]"
    for name in ("x/a.json", "x/b.JSONL", "x/in/c.json.gz", "x/.d.json", "x/readme.md", "e.txt"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("")
    return home


@pytest.mark.parametrize(
    ("export", "names"),
    [
        ("x", ["a.json", "b.JSONL", "c.json.gz"]),
        ("x/*.json", ["a.json"]),
        ("x/**/*.json*", ["a.json", "c.json.gz"]),
        ("e.txt", ["e.txt"]),
        ("x/readme.md", ["readme.md"]),
        ("nowhere/*.json", []),
        ("nowhere", []),
        ("x/**.json", ["a.json"]),
    ],
)
def test_an_export_is_a_file_a_folder_or_a_glob(folder, export, names):
    assert [path.name for path in matching_files(folder, export)] == names


def test_an_export_may_lie_outside_the_home(folder):
    assert [path.name for path in matching_files(folder / "x", "../*.txt")] == ["e.txt"]
    assert matching_files(folder, str(folder / "x" / "a.json")) == [folder / "x" / "a.json"]


def test_several_exports_of_a_source_name_each_file_once(loaded):
    home = loaded(throughline=("'exports/*.json'", "[exports, exports/board.json]"))

    assert [path.name for path in home.sources[1].files] == ["board.json"]
    assert home.sources[1].is_export


def test_catalogues_beside_jiras_exports_are_read_whatever_the_pattern_says(tmp_path):
    for name in ("issues-1.json", "fields.json", "statuses.json.gz", "other.json"):
        (tmp_path / name).write_text("[]")
    files = matching_files(tmp_path, "issues*.json")

    beside = catalogues_beside(files, "jira")

    assert [path.name for path in beside] == ["fields.json", "statuses.json.gz"]
    assert catalogues_beside([*files, *beside], "jira") == []
    assert catalogues_beside(files, "trello") == []
