"""Foreign text is text: no title, name or address becomes markup, a link or a formula."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest

from pipelines.report.digest import summary
from pipelines.report.facts import Facts
from pipelines.report.page import page
from pipelines.report.places import safe_url
from tests.pipelines.report.markup import Document, parsed
from tests.pipelines.report.published import diagnosed_world, whole_rows

JINJA = "{{ 7 * 7 }}{% for x in y %}{{ config }}{0.__class__}{}"
_TAGS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<body onload=alert(1)>",
    "<style>@import 'https://evil.example'</style>",
    "<link rel=stylesheet href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example>",
    "<form action=https://evil.example><input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></style><img src onerror=alert(1)>",
    JINJA,
    "<data value='1' data-query='1'>1</data>",
]
_BREAKS = [
    "",
    '"',
    "'",
    "</title>",
    "</style>",
    "</desc></svg>",
    "-->",
    "]]>",
    "</bdi></data>",
    "\u202e",
    "\x00`",
]
PAYLOADS = [f"{start}{tag}" for start, tag in product(_BREAKS, _TAGS)]
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example",
    "https:evil",
    "http://[",
    "",
]
CALM_URL = "https://tracker.example.org/1"


def hostile_page(text: str, url: str = CALM_URL) -> Document:
    """The page of a world in which every foreign text is the same."""
    return parsed(page(*hostile_world(text, url)))


def hostile_world(text: str, url: str = CALM_URL) -> tuple[Facts, dict[str, Any]]:
    """What a page is made of where every foreign text is the same, and every address."""
    rows = diagnosed_world()
    texts = {
        "rpt_untraced": (
            "source",
            "item_type",
            "container",
            "largest_title",
            "suggested_title",
            "suggested_node_id",
        ),
        "dim_strategy_node": ("title", "owner"),
        "dim_team": ("name",),
        "rpt_link_suggestions": ("title", "node_id", "node_title"),
        "rpt_results_map_node": ("title", "broken_because"),
        "rpt_three_question_test": ("team_name", "chain_reason", "observed_direction"),
        "rpt_movement_progress": ("reason",),
        "rpt_decisions": ("title",),
        "rpt_initiatives": ("title",),
        "rpt_false_alignment": ("subject_title", "related_title", "subject_id"),
        "rpt_restatement": ("why",),
        "rpt_quality": ("subject", "detail", "check_name"),
        "rpt_sources": ("source", "tracker", "scope", "scope_name", "scope_detail"),
        "rpt_hygiene": ("title",),
        "fct_measure": ("measure_id", "title", "unit"),
        "rpt_measure_signals": ("measure_id", "title", "unit"),
        "rpt_measure_alignment": ("measure_id",),
        "rpt_conflicts": ("measure_id", "other_measure_id"),
        "rpt_alignment_index_parts": ("part",),
    }
    rows["rpt_sources"][0]["scope_state"] = "partial"
    for table in ("fct_measure", "rpt_measure_signals", "rpt_measure_alignment"):
        rows[table] = [row for row in rows[table] if row["measure_id"] == "M-1"]
    for table, names in texts.items():
        for row in rows[table]:
            row.update(dict.fromkeys(names, text))
    items = {str(row["work_item_id"]) for row in rows["rpt_link_suggestions"]}
    items |= {str(row["largest_work_item_id"]) for row in rows["rpt_untraced"]}
    manifest = {"run_id": text, "organisation": text, "warnings": [text], "versions": {text: text}}
    facts = Facts(
        first_day=date(2026, 4, 1),
        last_day=date(2026, 6, 30),
        effort=whole_rows(rows, "rpt_effort"),
        node_effort=whole_rows(rows, "rpt_node_effort"),
        shares=whole_rows(rows, "rpt_traced_share"),
        untraced=whole_rows(rows, "rpt_untraced"),
        suggestions=whole_rows(rows, "rpt_link_suggestions"),
        sources=whole_rows(rows, "rpt_sources"),
        quality=whole_rows(rows, "rpt_quality"),
        nodes=whole_rows(rows, "dim_strategy_node"),
        teams=whole_rows(rows, "dim_team"),
        signals=whole_rows(rows, "rpt_share_signals"),
        index=whole_rows(rows, "rpt_alignment_index"),
        index_parts=whole_rows(rows, "rpt_alignment_index_parts"),
        movement=whole_rows(rows, "rpt_movement_progress"),
        map_nodes=whole_rows(rows, "rpt_results_map_node"),
        map_edges=whole_rows(rows, "rpt_results_map_edge"),
        questions=whole_rows(rows, "rpt_three_question_test"),
        decisions=whole_rows(rows, "rpt_decisions"),
        initiatives=whole_rows(rows, "rpt_initiatives"),
        false_alignment=whole_rows(rows, "rpt_false_alignment"),
        conflicts=whole_rows(rows, "rpt_conflicts"),
        restatement=whole_rows(rows, "rpt_restatement"),
        hygiene=whole_rows(rows, "rpt_hygiene"),
        measures=whole_rows(rows, "fct_measure"),
        measure_signals=whole_rows(rows, "rpt_measure_signals"),
        measure_quality=whole_rows(rows, "rpt_measure_alignment"),
        people=[{"name": text}],
        urls=dict.fromkeys(items, url),
    )
    return facts, manifest


def structure(page: Document) -> list[tuple[str, frozenset[str]]]:
    """Elements with the names of their attributes: what a text must not be able to change.

    A longer title may take a second line in its box of the map.
    """
    line = ("text", frozenset({"x", "y", "data-part"}))
    found = [(tag, frozenset(attributes)) for tag, attributes in page.elements]
    return [each for each in found if each != line]


@cache
def calm_structure(url: str = CALM_URL) -> list[tuple[str, frozenset[str]]]:
    """The structure of the page of harmless texts."""
    return structure(hostile_page("calm", url))


@pytest.mark.parametrize("start", _BREAKS)
@pytest.mark.requirement("S11", "Jinja in every text of the report is shown literally")
@pytest.mark.requirement("S08", "150 payloads in every text: 0 elements, 0 handlers")
def test_a_hostile_text_changes_no_element_of_the_page(start):
    calm = calm_structure()

    for tag in _TAGS:
        found = hostile_page(f"{start}{tag}")
        assert structure(found) == calm
        assert not any(name.startswith("on") for _, names in found.elements for name in names)


@pytest.mark.parametrize("start", _BREAKS)
@pytest.mark.requirement("S11", "Jinja in every text of page and summary stands there literally")
def test_a_template_in_a_text_is_shown_and_not_carried_out(start, figure):
    calm, found = hostile_page("calm"), hostile_page(f"{start}{JINJA}")

    # in a drawing a long title is broken or cut
    shown = found.text.count(JINJA)
    assert shown >= 0.9 * calm.text.count("calm")
    assert found.text.count("49") == calm.text.count("49")
    # the summary leaves out what Markdown could take for marks
    digest = summary(*hostile_world(f"{start}{JINJA}"))
    assert "7 7 % for x in y % config 0. class" in digest
    assert "49" not in digest
    figure.reached(f"{shown} times on the page, once in the summary")


def test_there_are_enough_payloads():
    assert len(PAYLOADS) >= 150


@pytest.mark.parametrize("start", _BREAKS)
@pytest.mark.requirement("S08", "150 payloads in every address: 0 elements, 0 handlers")
def test_a_hostile_address_changes_no_element_of_the_page(start, figure):
    with_link, without = (calm_structure(url) for url in (CALM_URL, ""))
    tags = _TAGS[: figure.of(1, len(_TAGS))]

    for tag in tags:
        for url in (f"{start}{tag}", f"{CALM_URL}?q={start}{tag}", f"javascript:{start}{tag}"):
            found = hostile_page("calm", url)
            assert structure(found) == (with_link if safe_url(url) else without)
            links = {link["href"] for link in found.all("a") if not link["href"].startswith("#")}
            assert links == ({url} if url.startswith(CALM_URL) and safe_url(url) else set())
    figure.reached(f"{3 * len(tags)} of {3 * len(tags)} addresses")


@pytest.mark.parametrize("url", ADDRESSES)
@pytest.mark.requirement("S08", "0 addresses of scripts")
def test_an_address_that_is_not_http_is_no_link(url):
    found = hostile_page("title", url)

    assert safe_url(url) == ""
    assert all(link["href"].startswith("#") for link in found.all("a"))


def test_an_address_of_the_tracker_is_a_link():
    found = hostile_page("title", "https://tracker.example.org/a?b=1&c='2'")

    assert "https://tracker.example.org/a?b=1&c='2'" in [link["href"] for link in found.all("a")]
