"""A home of a made-up organisation to try Throughline on.

Nothing in it is padded by hand: a seeded simulation of sixty people at work is recorded by three
trackers, with the forgotten links, slips of the pen and clean-ups that real trackers hold.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

__all__ = ["AS_OF", "CASES", "CASES_AS_OF", "write_case_home", "write_demo_home"]

AS_OF = "2026-07-01"
"""The day on which a run of the demo looks back; the last work is of the day before."""

CASES = {
    "housing": "a policy team with a goal that is its boss's in small",
    "council": "an IT team that measures tickets, not what the teams it serves need",
    "health": "a facilities team that serves the purpose",
    "retail": "an omnichannel strategy whose sales move and whose ratings do not",
    "busy": "much work, no progress, too many priorities, effort on an ended goal",
}
"""The worked organisations, small enough to be reckoned by hand: name and story."""

CASES_AS_OF = "2026-03-30"
"""The day on which a run of a worked organisation looks back."""


def write_demo_home(folder: Path) -> None:
    """Write throughline.yml, teams.yml, strategy/ and exports/ into a folder.

    The same bytes each time. Files with these names are overwritten, others are left alone.
    """
    from random import Random

    from pipelines.demo.asana import write_asana
    from pipelines.demo.files_out import write_text
    from pipelines.demo.jira import write_jira
    from pipelines.demo.sheets import write_sheets
    from pipelines.demo.trello import write_trello
    from pipelines.demo.world import simulate

    templates = files("pipelines.demo") / "files"
    for name in ("throughline.yml", "strategy/strategy.yml"):
        write_text(folder / name, (templates / name).read_text(encoding="utf-8"))
    world = simulate()
    write_sheets(folder, world.people, Random(AS_OF))
    write_jira(world, folder / "exports" / "eng")
    write_asana(world, folder / "exports" / "ops")
    write_trello(world, folder / "exports" / "town")


def write_case_home(case: str, folder: Path) -> None:
    """Write the home of one of the worked organisations into a folder, and the story beside it.

    Files with the same names are overwritten, others are left alone.
    """
    from pipelines.demo.files_out import write_text

    def copy(part: Traversable, to: Path) -> None:
        for each in part.iterdir():
            if each.is_dir():
                copy(each, to / each.name)
            else:
                write_text(to / each.name, each.read_text(encoding="utf-8"))

    copy(files("pipelines.demo") / "cases" / case, folder)
