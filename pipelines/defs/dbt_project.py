"""The dbt project as Dagster and the dbt process see it: where it stands, how it is called, and its
manifest, which is made at set-up and again whenever a file of the project has changed.

    python -m pipelines.defs.dbt_project      prepares the manifest now
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import msgpack

PACKAGES = Path(__file__).resolve().parents[2]
PROJECT = PACKAGES / "dbt_project"
TARGET = "duckdb"
DATABASE_NAME = "work.duckdb"
WHOLE = "partial_parse.msgpack"
"""The whole project, as dbt packs it."""
NIGHTLY = "nightly.msgpack"
"""The project without what belongs to the suite alone, which is half of it, and without macros that
nothing calls."""
NIGHTLY_MANIFEST = "nightly.json"
CALLED_BY_NAME = (
    *("list_schemas", "check_schema_exists", "create_schema", "list_relations_without_caching"),
    *("get_columns_in_relation", "rename_relation", "drop_relation", "truncate_relation"),
    "get_where_subquery",
)
"""Macros that dbt calls although no node and no macro names them: its SQL adapter's, and the one
that a generic test's argument is put into."""
SECONDS_KEPT_UNUSED = 7 * 24 * 60 * 60
_TEMPLATE = re.compile(r"\{[{%#]|[#}%]\}")
"""What makes dbt render a text."""


def arguments(command: str, *more: str, variables: Mapping[str, Any] | None = None) -> list[str]:
    """The arguments of every dbt call of the project: the same target and variables throughout."""
    wanted = [command, "--target", TARGET, *more]
    if variables:
        told = {name: as_it_stands(value) for name, value in variables.items()}
        wanted += ["--vars", json.dumps(told, ensure_ascii=False, sort_keys=True)]
    return wanted


def as_it_stands(value: Any) -> Any:
    """A value for dbt's variables: dbt takes every text for a template, and this one gives itself.

    What somebody writes into throughline.yml is never run: without this, a pattern of identifiers
    could read the environment.
    """
    if not isinstance(value, str) or not _TEMPLATE.search(value):
        return value
    characters = "".join(f"\\U{ord(character):08x}" for character in value)
    return f"{{{{ '{characters}' }}}}"


def child_command(wanted: Sequence[str]) -> list[str]:
    """The command line of a dbt process."""
    return [sys.executable, "-m", "pipelines.defs.dbt_child", *wanted]


def child_environment(database: Path, prepared: Path | None) -> dict[str, str]:
    """What a dbt process needs to find: the project, the run's own database, and our modules.

    Args:
        database: What the models are built in.
        prepared: The packed project, if it is not to be parsed: ``NIGHTLY`` or ``WHOLE`` in the
            folder of ``prepared()``.
    """
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = dict.fromkeys([str(PACKAGES), *filter(None, others)])
    return {
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": os.pathsep.join(paths),
        # The lines go into the log of the run; a second copy of them in every detail costs seconds.
        "DBT_LOG_LEVEL_FILE": "none",
        "THROUGHLINE_DATABASE": str(database),
        "THROUGHLINE_SCRATCH": str(database.parent / "scratch"),
        "THROUGHLINE_PREPARED": str(prepared or ""),
    }


def digest() -> str:
    """A digest of all that decides what is prepared."""
    seen = hashlib.sha256(Path(__file__).read_bytes())
    for package in ("dbt-core", "dbt-duckdb"):
        seen.update(f"{package} {version(package)}\n".encode())
    for path in sorted(PROJECT.rglob("*")):
        inside = path.relative_to(PROJECT)
        if path.suffix in {".sql", ".yml"} and inside.parts[0] not in {"target", "logs"}:
            seen.update(f"{inside}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()[:16]


def prepared_in() -> Path:
    """The folder for prepared manifests: the environment's own, else the user's cache."""
    if sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK):
        return Path(sys.prefix) / "var" / "throughline"
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "throughline"


def prepared() -> Path:
    """The folder with the parsed project, whole and as the night needs it, made now if a file has
    changed.

    Raises:
        RuntimeError: If dbt cannot read the project; the text is dbt's own.
    """
    home = prepared_in()
    folder = home / digest()
    if not (folder / NIGHTLY_MANIFEST).exists():
        home.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
        try:
            _parse(made)
            _keep_for_nights(made)
            _put(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        _forget_old(home, folder)
    return folder


def _parse(folder: Path) -> None:
    wanted = arguments("parse", "--target-path", str(folder), "--log-path", str(folder))
    wanted += ["--no-partial-parse", "--show-all-deprecations"]
    environment = {**os.environ, **child_environment(folder / DATABASE_NAME, None)}
    done = subprocess.run(
        child_command(wanted), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"dbt could not read {PROJECT}:\n{done.stdout}{done.stderr}")


def _keep_for_nights(folder: Path) -> None:
    """Write the project again without what no night needs.

    That is unit tests, most data tests, and the macros that nothing calls: dbt makes a function of
    each macro for each node, twice, which took longer than the queries of a small night.
    """
    packed = msgpack.unpackb((folder / WHOLE).read_bytes(), strict_map_key=False)
    left_out = {
        key
        for key, node in packed["nodes"].items()
        if node["resource_type"] == "test"
        and ("suite" in node["tags"] or {"between_layers", "key"} <= set(node["tags"]))
    }
    nodes = _without(packed["nodes"], left_out)
    macros = _called(packed["macros"], nodes.values())
    packed |= {"unit_tests": {}, "files": {}, "nodes": nodes, "macros": macros}
    (folder / NIGHTLY).write_bytes(cast(bytes, msgpack.packb(packed)))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    left_out |= manifest["unit_tests"].keys()
    manifest |= {"unit_tests": {}, "nodes": _without(manifest["nodes"], left_out)}
    for name in ("child_map", "parent_map"):
        manifest[name] = {
            key: [each for each in others if each not in left_out]
            for key, others in _without(manifest[name], left_out).items()
        }
    (folder / NIGHTLY_MANIFEST).write_text(json.dumps(manifest))


def _called(macros: dict[str, Any], nodes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The macros that dbt, the nodes and these macros themselves call.

    dbt notes what a node calls when it parses it, so a macro that is called only if the project is
    executed would be missed; `tests/dbt/test_hygiene.py` looks for names of what is left out.
    """
    named = defaultdict(list)
    for key, macro in macros.items():
        named[macro["name"]].append(key)
    names = {*CALLED_BY_NAME}
    todo: list[str] = []
    for node in nodes:
        todo += node["depends_on"]["macros"]
        names |= {
            f"materialization_{node['config']['materialized']}_{engine}"
            for engine in ("duckdb", "default")
        }
    todo += (key for name in names for key in named[name])
    found: set[str] = set()
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += macros[key]["depends_on"]["macros"]
    return {key: macro for key, macro in macros.items() if key in found}


def _without(nodes: dict[str, Any], left_out: set[str]) -> dict[str, Any]:
    return {key: node for key, node in nodes.items() if key not in left_out}


def _put(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        # Another process was faster; the digest in the name says that its files are the same.
        if not (folder / NIGHTLY_MANIFEST).exists():
            raise


def _forget_old(home: Path, current: Path) -> None:
    oldest = time.time() - SECONDS_KEPT_UNUSED
    for path in home.iterdir():
        if path != current and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    prepared()
