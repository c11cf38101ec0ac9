"""The report as a real browser shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.report import render
from tests.browser.chromium import audited, measured, run
from tests.pipelines.report.published import diagnosed_world, write_database

pytestmark = pytest.mark.needs_program("chromium")

WIDTHS = [390, 820, 1280]


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """The page of a small world with a very long title."""
    folder = tmp_path_factory.mktemp("report")
    rows = diagnosed_world()
    rows["dim_strategy_node"][0]["title"] = "Trainsrunontime" * 12
    rows["rpt_untraced"][0]["largest_title"] = "Donaudampfschifffahrt" * 12
    render(
        write_database(folder / "published.duckdb", rows), folder, {"run_id": "20260701T010203Z"}
    )
    return folder / "report" / "index.html"


@pytest.mark.requirement("S08", "a browser that shows the report fetches nothing")
@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_its_width_and_can_be_read(report, tmp_path, width, is_dark):
    found = measured(report, tmp_path, width, is_dark)

    assert found["seen"] == width
    assert found["dark"] == is_dark
    assert found["width"] <= width
    assert found["outside"] == []
    assert found["faint"] == []
    assert min(found["marks"].values()) >= 3
    assert found["loaded"] == []


@pytest.mark.parametrize("is_dark", [False, True])
def test_a_checker_of_accessibility_finds_no_violation(report, tmp_path, is_dark):
    found = audited(report, tmp_path, is_dark)

    assert found["violations"] == []
    assert found["dark"] == is_dark
    assert {"color-contrast", "svg-img-alt", "scrollable-region-focusable"} <= set(found["passes"])


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (("--soft: #545e64", "--soft: #b4bec4"), "color-contrast"),
        (('<html lang="en">', "<html>"), "html-has-lang"),
        (('<ul class="strip"', '<div class="strip"'), "listitem"),
    ],
)
def test_the_checker_finds_a_page_that_was_spoilt(report, tmp_path, spoil, rule):
    page = report.read_text(encoding="utf-8")
    spoilt = page.replace(*spoil)
    (tmp_path / "spoilt.html").write_text(spoilt, encoding="utf-8")

    found = audited(tmp_path / "spoilt.html", tmp_path)

    assert spoil[0] in page
    assert rule in [name for name, _ in found["violations"]]


def test_it_prints_on_a4(report, tmp_path):
    paper = tmp_path / "report.pdf"

    run(["--no-pdf-header-footer", f"--print-to-pdf={paper}", report.as_uri()], tmp_path)

    printed = paper.read_bytes()
    assert printed.startswith(b"%PDF")
    assert b"/MediaBox [0 0 595" in printed or b"/MediaBox [0 0 594" in printed
