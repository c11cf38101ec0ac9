"""Options that all commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="THROUGHLINE_HOME", help="The folder of the home."),
]
HERE = Path()
