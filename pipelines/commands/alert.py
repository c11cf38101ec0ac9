"""``throughline alert test``: whether alerts arrive."""

from __future__ import annotations

from pathlib import Path

import typer

from pipelines.commands.failures import fail, say
from pipelines.home.home import load_home
from pipelines.operations.alerts import test_message
from pipelines.operations.sending import send
from pipelines.warehouse.exits import Exit

ACTION = "test"


def send_test(folder: Path, action: str) -> None:
    """Send a test message and print what each address answered.

    Raises:
        typer.Exit: With 1 if one of them did not take it, with 2 if there is none.
    """
    if action != ACTION:
        raise fail(
            f"There is no `throughline alert {action}`; there is `alert {ACTION}`.", Exit.SETTINGS
        )
    home = load_home(folder.resolve())
    variables = home.settings.alerts
    if not variables:
        raise fail(
            "Nobody is told of anything yet: write `alerts: [NAME_OF_A_VARIABLE]` into "
            "throughline.yml, and set that variable to an address such as jsons://host/path.",
            Exit.SETTINGS,
        )
    message = test_message(home)
    answers = send(variables, message.title, message.body, message.kind)
    for answer in answers:
        say(answer, error=not answer.is_taken)
    if not all(answer.is_taken for answer in answers):
        raise typer.Exit(Exit.REFUSED)
