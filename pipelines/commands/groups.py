"""Commands of two words: ``throughline contract …`` and ``throughline quarantine …``."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands.options import HERE, HomeOption

contract = typer.Typer(
    name="contract", help="What the published tables promise to readers.", no_args_is_help=True
)


@contract.command(name="show")
def contract_show(home: HomeOption = HERE) -> None:
    """Print the contract of the published run (Open Data Contract Standard 3.1)."""
    from pipelines.commands.contract import show

    show(home)


@contract.command(name="diff")
def contract_diff(
    old: Annotated[str, typer.Argument(help="A contract file, folder, run id, or `current`.")],
    new: Annotated[str, typer.Argument(help="The same.")],
    home: HomeOption = HERE,
) -> None:
    """Tell every change from one contract to another. Ends with 1 if one breaks readers."""
    from pipelines.commands.contract import diff

    diff(home, old, new)


quarantine = typer.Typer(
    name="quarantine",
    help="What was set aside when sources were read, and why.",
    no_args_is_help=True,
)


@quarantine.command(name="list")
def list_quarantine(
    home: HomeOption = HERE,
    source: Annotated[str | None, typer.Option(help="Only of this source.")] = None,
    stream: Annotated[str | None, typer.Option(help="Only of this stream.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only reasons that hold this text.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with every record.")] = False,
) -> None:
    """List the records that are of no use: how many by reason, and where each stood."""
    from pipelines.commands.quarantine import list_quarantine as list_it

    list_it(home, source=source, stream=stream, reason=reason, as_json=as_json)


@quarantine.command(name="replay")
def replay_quarantine(
    home: HomeOption = HERE,
    source: Annotated[str | None, typer.Option(help="Only of this source.")] = None,
) -> None:
    """Read them again after a fix: what can be used now lands, the rest keeps today's reason."""
    from pipelines.commands.quarantine import replay_quarantine as replay_it

    replay_it(home, source=source)
