"""``throughline init``: a home to begin with."""

from __future__ import annotations

from pathlib import Path

from pipelines.commands.failures import say


def write_starter(folder: Path) -> None:
    """Write the starter home and say what comes next."""
    from pipelines.home.starter_home import init_home

    folder = folder.resolve()
    for path in init_home(folder):
        say(f"wrote {path.relative_to(folder)}")
    say(f"Next: fill in {folder / 'throughline.yml'}, then `throughline check --home {folder}`.")
