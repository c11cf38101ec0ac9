"""The ``throughline`` command: a thin door. What a command needs is imported when it is called."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.groups import contract, quarantine
from pipelines.commands.operating import add_operating
from pipelines.commands.options import HERE, HomeOption

app = typer.Typer(
    name="throughline",
    help="What share of our effort maps to outcomes, and what share is untraced busyness.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def init(
    folder: Annotated[Path | None, typer.Argument(help="A new or empty folder.")] = None,
    home: HomeOption = HERE,
    tracker: Annotated[
        str | None, typer.Option(help="Read this tracker: jira, asana or trello.")
    ] = None,
    name: Annotated[str, typer.Option(help="A short name for it; the tracker's.")] = "",
    address: Annotated[str, typer.Option(help="The address of the Jira.")] = "",
    workspace: Annotated[str, typer.Option(help="The id of the Asana workspace.")] = "",
    bearer: Annotated[
        bool, typer.Option("--bearer", help="The token signs in without a user (Data Center).")
    ] = False,
) -> None:
    """Write a commented starter home, ready to be filled in; on a terminal, ask for the tracker."""
    from pipelines.commands.init import write_starter

    told = {"name": name, "address": address, "workspace": workspace, "is_bearer": bearer}
    write_starter(folder or home, tracker=tracker, **told)


@app.command()
def demo(
    folder: Annotated[Path | None, typer.Argument(help="Where the demo home goes.")] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            envvar="THROUGHLINE_HOME",
            help="The same; throughline-demo, or throughline-CASE.",
        ),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(help="A small worked organisation: housing, council, health, retail or busy."),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Simulated trackers and some nights, in a checkout.")
    ] = False,
) -> None:
    """Write the home of a made-up organisation, with exported files, and run it."""
    if live:
        from pipelines.commands.demo_live import run_live_demo

        run_live_demo(folder or home or Path("throughline-demo"))
        return
    from pipelines.commands.demo import run_case, run_demo

    if case:
        run_case(case, folder or home)
        return
    run_demo(folder or home or Path("throughline-demo"))


@app.command()
def check(home: HomeOption = HERE) -> None:
    """Say what is wrong with the home, and with what it connects to. Nothing is written."""
    from pipelines.commands.check import check as check_it

    check_it(home)


@app.command(name="import-strategy")
def import_strategy(
    file: Annotated[Path, typer.Argument(help="The file; for GC InfoBase its folder.")],
    home: HomeOption = HERE,
    into: Annotated[
        str | None, typer.Option(help="The file in strategy/ to write; named like FILE.")
    ] = None,
    identifiers: Annotated[
        str | None, typer.Option(help="What new ones look like, such as 'OUT-{number}'; by kind.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file edited since it was imported.")
    ] = False,
) -> None:
    """Write a strategy from elsewhere into the home, as YAML to be reviewed.

    Reads StratML Part 1 and 2 (XML), a CSV of nodes (columns id, kind, title, parent, ...), goals
    of Asana and issues of Jira above epics (JSON), performance.gov and GC InfoBase. Identifiers of
    the origin are kept, so that importing again updates; what has no equivalent is listed.
    """
    from pipelines.commands.import_strategy import import_it

    import_it(home, file, into=into, identifiers=identifiers, force=force)


@app.command()
def run(
    home: HomeOption = HERE,
    full: Annotated[
        bool, typer.Option("--full", help="Forget typed tables and read every export anew.")
    ] = False,
    source: Annotated[
        str | None, typer.Option(help="Fetch only this source; others as they were landed.")
    ] = None,
    confirm_removals: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="What was held back of this source may go."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The first day that no longer counts; today."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the record of the run, as JSON.")
    ] = False,
) -> None:
    """Fetch, compute, check and publish: the nightly job.

    Exit codes: 0 published; 1 nothing published, as a quality gate held; 2 usage or configuration;
    3 published, but a source is stale or partial, records are set aside, or PostgreSQL keeps an
    earlier run; 4 nothing could be fetched; 75 another run is under way.
    """
    from pipelines.commands.run import run_nightly

    day = as_of.date() if as_of else None
    run_nightly(
        home, full=full, source=source, confirm=confirm_removals, as_of=day, as_json=as_json
    )


@app.command()
def report(
    home: HomeOption = HERE,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Print the summary of the published run and the path of its report."""
    from pipelines.commands.report import show_report

    show_report(home, open_it=open_it)


@app.command()
def trace(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="A work item (id, key or native id) or a node.")
    ],
    home: HomeOption = HERE,
) -> None:
    """Show the line from a work item to its anchor with all evidence, or what feeds a node."""
    from pipelines.commands.trace import trace as trace_it

    trace_it(home, identifier)


@app.command()
def docs(
    home: HomeOption = HERE,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a page on every published table and column, and on what each is made of."""
    from pipelines.commands.docs import write_docs

    write_docs(home, open_it=open_it)


@app.command()
def forget(
    person: Annotated[
        str | None,
        typer.Argument(help="Id of teams.yml, e-mail or account; none: finish what was begun."),
    ] = None,
    home: HomeOption = HERE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
    ] = False,
) -> None:
    """Take a person out of every store for good; their effort stays under an erased key.

    Needs THROUGHLINE_ERASURE_KEY: at least 32 random characters, always the same, kept elsewhere.
    """
    from pipelines.commands.forget import forget_person

    forget_person(home, person, is_dry=dry_run)


@app.command()
def privacy(
    home: HomeOption = HERE,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write a page on every stored field of a person or of free text: where, what for, how long."""
    from pipelines.commands.privacy import write_page

    write_page(home, open_it=open_it)


@app.command()
def schema(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write them; the home's folder `schemas`.")
    ] = None,
    home: HomeOption = HERE,
) -> None:
    """Write the JSON Schemas of the home's files, and of the reports that runs leave."""
    from pipelines.commands.schema import write_them

    write_them(folder or home / "schemas")


@app.command()
def status(
    home: HomeOption = HERE,
    alert: Annotated[
        bool, typer.Option("--alert", help="Tell who gets alerts of lost runs and of silence.")
    ] = False,
) -> None:
    """Show the latest runs, what is published, and the state of each source.

    Exit code 1 if no run was good in 26 hours (`run.silent_hours`).
    """
    from pipelines.commands.status import show_status

    show_status(home, alert=alert)


add_operating(app)
app.add_typer(contract)
app.add_typer(quarantine)


def main() -> None:
    """Run the command line; foreseen failures end with one sentence on standard error."""
    from pipelines.commands.failures import told_in_a_sentence

    with told_in_a_sentence():
        app()


if __name__ == "__main__":
    main()
