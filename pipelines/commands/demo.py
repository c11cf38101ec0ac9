"""``throughline demo``: the home of a made-up organisation, written and run."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

from pipelines.commands.failures import fail, say
from pipelines.commands.run import run_nightly
from pipelines.demo import AS_OF, CASES, CASES_AS_OF, write_case_home, write_demo_home
from pipelines.warehouse.exits import Exit

_LARGE = "files"  # beside the cases' folders: the settings of the large demo


def run_demo(folder: Path) -> None:
    """Write the demo home into a folder and run the nightly job on it.

    Its files are written anew each time; other files in the folder are left alone.
    """
    folder = _free(folder, _LARGE)
    write_demo_home(folder)
    say(f"The demo home is in {folder}")
    run_nightly(folder, as_of=date.fromisoformat(AS_OF))


def run_case(case: str, folder: Path | None) -> None:
    """Write a worked organisation into a folder, ``throughline-<case>`` if none, and run it."""
    if case not in CASES:
        raise fail(f"There is no case `{case}`; there are {', '.join(CASES)}.", Exit.SETTINGS)
    folder = _free(folder or Path(f"throughline-{case}"), f"cases/{case}")
    write_case_home(case, folder)
    say(f"The home of `{case}` is in {folder}; its README.md says what to look for")
    run_nightly(folder, as_of=date.fromisoformat(CASES_AS_OF))


def _free(folder: Path, template: str) -> Path:
    """The folder, made; refused where it holds settings that this demo did not write."""
    folder = folder.resolve()
    settings = folder / "throughline.yml"
    if settings.exists() and not settings.read_text("utf-8").startswith(_first_line(template)):
        sentence = f"{folder} holds a home of your own or of another demo. Name another folder: "
        raise fail(f"{sentence}`throughline demo DIR`.", Exit.SETTINGS)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _first_line(template: str) -> str:
    """The demo's settings begin with a line of their own."""
    path = files("pipelines.demo").joinpath(*template.split("/"), "throughline.yml")
    return path.read_text(encoding="utf-8").split("\n", 1)[0]
