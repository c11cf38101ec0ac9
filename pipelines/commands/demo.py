"""``throughline demo``: the home of a made-up organisation, written and run."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

from pipelines.commands.failures import USAGE, fail, say
from pipelines.commands.run import run_nightly


def run_demo(folder: Path) -> None:
    """Write the demo home into a folder and run the nightly job on it.

    Its files are written anew each time; other files in the folder are left alone.
    """
    from pipelines.demo import AS_OF, write_demo_home

    folder = folder.resolve()
    if _is_of_somebody(folder / "throughline.yml"):
        sentence = (
            f"{folder} holds a home of your own. Name another folder: `throughline demo DIR`."
        )
        raise fail(sentence, USAGE)
    folder.mkdir(parents=True, exist_ok=True)
    write_demo_home(folder)
    say(f"The demo home is in {folder}")
    run_nightly(folder, as_of=date.fromisoformat(AS_OF))


def _is_of_somebody(settings: Path) -> bool:
    """Whether there are settings that the demo did not write; it begins with a line of its own."""
    template = files("pipelines.demo") / "files" / "throughline.yml"
    first = template.read_text(encoding="utf-8").split("\n", 1)[0]
    return settings.exists() and not settings.read_text(encoding="utf-8").startswith(first)
