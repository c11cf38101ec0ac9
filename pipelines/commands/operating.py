"""The commands for whoever keeps the nights going: back, again, told, and started."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipelines.commands.options import HERE, HomeOption


def add_operating(app: typer.Typer) -> None:
    """Add them to the command line."""
    for command in (rollback, rebuild, replay, alert, recipe):
        app.command()(command)


def rollback(
    run_id: Annotated[
        str | None, typer.Argument(metavar="RUN", help="A published run; the one before.")
    ] = None,
    home: HomeOption = HERE,
    list_them: Annotated[bool, typer.Option("--list", help="Only list the runs kept.")] = False,
) -> None:
    """Switch readers back to an earlier published run, at once; the next run goes on as ever."""
    from pipelines.commands.going_back import list_kept, roll_back_to

    if list_them:
        list_kept(home)
    else:
        roll_back_to(home, run_id)


def rebuild(home: HomeOption = HERE) -> None:
    """Make everything again from landing, memory and settings, asking no tracker."""
    from pipelines.commands.again import rebuild as rebuild_it

    rebuild_it(home)


def replay(
    day: Annotated[datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"])],
    home: HomeOption = HERE,
) -> None:
    """Compute a past night again from what was landed and written by then, beside the readers."""
    from pipelines.commands.again import replay as replay_it

    replay_it(home, day.date())


def alert(
    action: Annotated[str, typer.Argument(metavar="test", help="Send a test message.")],
    home: HomeOption = HERE,
) -> None:
    """Send a test message to every address of `alerts`, and say what each answered."""
    from pipelines.commands.alert import send_test

    send_test(home, action)


def recipe(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="cron, systemd or kubernetes.")],
    home: HomeOption = HERE,
) -> None:
    """Print what starts a run every night, filled in for the home."""
    from pipelines.commands.recipe import print_recipe

    print_recipe(home, kind)
