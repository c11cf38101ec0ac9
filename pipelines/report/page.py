"""The words and marks of the report, poured into its templates."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipelines.report import alignment, effort, follow_up, measures, places, results_map, trust
from pipelines.report.answer import answer
from pipelines.report.facts import Facts
from pipelines.report.figures import foreign, in_drawing, phrase, plain
from pipelines.report.other_side import other_side
from pipelines.report.signals import signals_of
from pipelines.report.words import count, days, decimals, long_day, percent, whole


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipelines.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"days": days, "percent": percent}
    environment.filters |= {"foreign": foreign, "in_drawing": in_drawing, "plain": plain}
    environment.globals |= {"count": count, "whole": whole, "decimals": decimals}
    environment.globals |= {"long_day": long_day, "phrase": phrase}
    return environment


def page(facts: Facts, manifest: Mapping[str, Any]) -> str:
    """The report as one self-contained HTML document."""
    environment = _templates()
    source = environment.loader.get_source(environment, "style.css")[0]  # type: ignore[union-attr]
    panels = effort.panels(facts)
    return environment.get_template("index.html.jinja").render(
        style=Markup(source),  # our own file: quotes in CSS must reach the browser as they are
        organisation=foreign(manifest.get("organisation") or "This organisation"),
        run_id=foreign(manifest.get("run_id") or "unknown"),
        answer=answer(facts),
        bucket_bars=effort.bucket_bars(facts),
        unobserved=effort.unobserved_bar(facts),
        node_bars=effort.node_bars(facts),
        node_lines=effort.largest_nodes(facts),
        nodes_left_out=effort.nodes_left_out(facts),
        other_side=other_side(facts),
        measures=measures.measures(facts),
        plot=measures.PLOT,
        panels=panels,
        top=_top(panels),
        teams=effort.team_lines(facts),
        places=places.untraced_places(facts),
        suggestions=places.suggestions(facts),
        other_places=places.other_places(facts),
        trust=trust.trust(facts, manifest),
        trend=signals_of(facts, "traced").sentence,
        index=alignment.index(facts),
        movement=alignment.movement(facts),
        map=alignment.drawn_map(facts),
        map_left_out=alignment.left_out_of_map(facts),
        layers=results_map.LAYERS,
        across=results_map.BOX_WIDTH + results_map.GAP_ACROSS,
        box_width=results_map.BOX_WIDTH,
        box_height=results_map.BOX_HEIGHT,
        questions=alignment.questions(facts),
        decisions=follow_up.decisions(facts),
        deliveries=follow_up.deliveries(facts),
        doubts=follow_up.doubts(facts),
        restated=follow_up.restated(facts),
    )


def _top(panels: list[effort.Panel]) -> float:
    """The end of the scale that all panels share: the next quarter above the highest month."""
    values = [point.share.value or 0.0 for panel in panels for point in panel.points]
    values += [min(panel.signals.upper or 0.0, 1.0) for panel in panels]
    highest = max(values, default=0.0)
    return next(end for end in (0.25, 0.5, 0.75, 1.0) if highest <= end + 1e-9)
