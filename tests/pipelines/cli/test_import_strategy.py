"""``throughline import-strategy``: what it tells, and how it ends."""

from __future__ import annotations

from pathlib import Path

TABLE = "id,kind,title,parent,budget\nG-7,goal,Customers stay,,5\nup,initiative,Set-up,G-7,\n"


def test_what_was_written_and_what_was_left_is_told(call, make_home, tmp_path: Path) -> None:
    folder, table = make_home(), tmp_path / "plan.csv"
    table.write_text(TABLE)

    called = call("import-strategy", table, "--home", folder)

    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines()[:4] == [
        "wrote strategy/plan.yml",
        "CSV of nodes: goal 1, initiative 1, measures 0, observations 0.",
        "Left out, as there is no place for it:",
        "       1 × column budget",
    ]
    assert "id: INI-7.1" in (folder / "strategy" / "plan.yml").read_text()


def test_an_edited_file_is_told_with_what_to_do(call, make_home, tmp_path: Path) -> None:
    folder, table = make_home(), tmp_path / "plan.csv"
    table.write_text(TABLE)
    call("import-strategy", table, "--home", folder)
    written = folder / "strategy" / "plan.yml"
    written.write_text(written.read_text() + "# looked at\n")

    called = call("import-strategy", table, "--home", folder)

    assert "wrote strategy/plan.yml.new" in called.out
    assert "--force" in called.out


def test_a_file_that_is_no_strategy_ends_with_2(call, make_home, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text("# Plan\n")

    called = call("import-strategy", tmp_path / "plan.md", "--home", make_home())

    assert (called.code, called.out) == (2, "")
    assert "Markdown" in called.err


def test_a_home_with_mistakes_is_not_imported_into(call, make_home, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(TABLE)
    folder = make_home(a="nodes: [{id: G-1}]")

    called = call("import-strategy", tmp_path / "plan.csv", "--home", folder)

    assert called.code == 2
    assert "strategy/a.yml" in called.err
    assert not (folder / "strategy" / "plan.yml").exists()


def test_check_tells_of_thousands_of_warnings_the_first_of_each_kind(call, make_home) -> None:
    nodes = "".join(f"  - {{id: P-{n}, kind: purpose, title: t}}\n" for n in range(100, 200))
    folder = make_home(**{"strategy/many.yml": f"nodes:\n{nodes}"})

    told = call("check", "--home", folder).out.splitlines()

    assert sum("no owner of" in line for line in told) == 50
    assert "warning: 50 more of this kind: expected the one person who answers for it" in told
