"""``throughline recipe``: what starts a run every night."""

from __future__ import annotations

from pathlib import Path

import typer

from pipelines.home.home import load_home
from pipelines.operations.recipes import recipe


def print_recipe(folder: Path, kind: str) -> None:
    """Print the recipe, filled in for the home.

    Raises:
        SettingsError: If there is no such recipe, or the home cannot be used.
    """
    typer.echo(recipe(kind, load_home(folder.resolve())), nl=False)
