"""Templates are ours: no text of anybody is ever read as one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = {"pipelines/quality/data_docs.py", "pipelines/report/page.py"}
"""Where Jinja is set up, each time with a loader of files of our own."""
READ_AS_TEMPLATES = {"Template", "from_string", "compile_expression", "compile_templates"}
OURS = {
    "pipelines/report/effort.py": {"bucket.label", "bucket.meaning"},
    "pipelines/report/figures.py": {
        *("template", "text"),  # of `phrase`, and what `plain` takes the marks away from
        "str(escape(number.query)).replace('&#39;', \"'\")",
        "_MARKS.sub('<\\\\1tspan', str(escape(text)))",
    },
    "pipelines/report/measures.py": {"look"},  # what a line of a chart is
    "pipelines/report/other_side.py": {"said"},  # a phrase
    "pipelines/report/page.py": {"source"},  # the style sheet
}
"""What is taken for markup without being written on the spot; it is ours, or escaped just there."""


def calls(source: str) -> list[tuple[str, ast.Call]]:
    """What is called, by its last name."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [(ast.unparse(node.func).rpartition(".")[2], node) for node in nodes]


def sources() -> dict[str, str]:
    """The text of every file of the program."""
    files = [path for room in ("connectors", "pipelines") for path in (ROOT / room).rglob("*.py")]
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted(files)}


def with_environment(source: str) -> list[ast.Call]:
    """The calls that set up Jinja."""
    return [node for name, node in calls(source) if name == "Environment"]


def read_as_template(source: str) -> list[str]:
    """The calls that would read a text as a template."""
    if "jinja2" not in source:
        return []
    return [ast.unparse(node) for name, node in calls(source) if name in READ_AS_TEMPLATES]


def unwritten(source: str) -> set[str]:
    """What is taken for markup, or for the words of a phrase, and does not stand there itself."""
    found = (node.args[0] for name, node in calls(source) if name in MARKING and node.args)
    return {ast.unparse(each) for each in found if not _is_written(each)}


MARKING = ("Markup", "phrase")


def _is_written(node: ast.expr) -> bool:
    """Whether it is a text that stands in the program, or a choice between such texts."""
    if isinstance(node, ast.IfExp):
        return _is_written(node.body) and _is_written(node.orelse)
    return isinstance(node, ast.Constant)


@pytest.mark.requirement("S11", "no text of a user is read as a template or as markup")
def test_only_files_and_words_of_ours_are_templates(figure) -> None:
    found = {file: with_environment(text) for file, text in sources().items()}
    made = {file: nodes for file, nodes in found.items() if nodes}

    assert set(made) == ENVIRONMENTS
    for nodes in made.values():
        for node in nodes:
            given = {each.arg: ast.unparse(each.value) for each in node.keywords}
            assert given["loader"].startswith("PackageLoader(")
            assert given["autoescape"] == "True"
    assert [each for text in sources().values() for each in read_as_template(text)] == []
    told = {file: each for file, text in sources().items() if (each := unwritten(text))}
    assert told == OURS
    figure.reached(f"{len(made)} places of templates, all of our own files; 0 texts as templates")


def test_a_text_that_is_read_as_a_template_is_found() -> None:
    assert read_as_template("import jinja2\njinja2.Template(title).render()") == [
        "jinja2.Template(title)"
    ]
    assert read_as_template("from jinja2 import E\ne.from_string(x)") == ["e.from_string(x)"]
    assert unwritten("Markup(title)\nphrase('a {}', x)\nMarkup('a' if b else 'c')") == {"title"}
    assert unwritten("phrase(f'{title}')\nphrase(a + b)") == {"f'{title}'", "a + b"}
