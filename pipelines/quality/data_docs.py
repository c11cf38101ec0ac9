"""Data Docs: every expectation of a published run, as one page that opens offline.

Why it is so: the pages that Great Expectations writes itself fetch styles and scripts from five
hosts, and show values of records. This page is made of its verdicts and of counts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.quality.rules import RULES, WHOLE, Count, Expectation

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE = "data-docs/index.html"


@dataclass(frozen=True)
class Line:
    """One rule on one column."""

    subject: str
    says: str
    found: str
    allowed: str
    verdict: str


@dataclass(frozen=True)
class Section:
    """One suite."""

    name: str
    is_met: bool
    lines: list[Line]


def write_data_docs(
    folder: Path, expectations: list[Expectation], facts: Mapping[str, Any]
) -> None:
    """Write the page into the folder of a run that is about to be published.

    Args:
        folder: The folder to be published.
        expectations: As judged.
        facts: The manifest: ``run_id`` and ``as_of`` are shown.
    """
    page = folder / PAGE
    page.parent.mkdir()
    told = (
        _environment()
        .get_template("data_docs.html.jinja")
        .render(
            run_id=facts["run_id"],
            as_of=facts["as_of"],
            version=version("great-expectations"),
            sections=sections(expectations),
            **summary(expectations),
        )
    )
    page.write_text(told, encoding="utf-8")


def summary(expectations: Iterable[Expectation]) -> dict[str, int]:
    """How many expectations there were, and how many of them were not met."""
    found = list(expectations)
    return {"checked": len(found), "not_met": sum(not each.is_met for each in found)}


def sections(expectations: Iterable[Expectation]) -> list[Section]:
    """A section for each suite, those with something not met first."""
    ordered = sorted(expectations, key=lambda each: each.suite)
    found = [_section(name, list(some)) for name, some in groupby(ordered, lambda e: e.suite)]
    return sorted(found, key=lambda each: each.is_met)


def _section(name: str, expectations: list[Expectation]) -> Section:
    lines = [_line(count) for each in expectations for count in each.counts]
    return Section(name, all(each.is_met for each in expectations), lines)


def _line(count: Count) -> Line:
    """What a rule came to; ``Count.detail`` names records, and stays in the private area."""
    verdict = "met" if not count.is_broken else count.severity
    subject = "the whole" if count.subject == WHOLE else count.subject
    allowed = f"{count.most:g}" if count.most else "none"
    return Line(subject, RULES[count.rule].says, f"{count.found:g}", allowed, verdict)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("pipelines.quality"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
