"""The walls between the rooms, the sizes of what stands in them, and what must never be tracked."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.registry import trackers

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("connectors", "pipelines")
TRACKERS = tuple(trackers())
MODELS = ROOT / "dbt_project" / "models"
FILE_LINES, FUNCTION_LINES, MODEL_LINES = 300, 45, 120
ADDRESSES = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|--(?:extra-)?index-url[ =]\S|/root/|/home/\w+/",
    re.IGNORECASE,
)
LOCKS = ("requirements.lock", "tests/requirements.lock", ".ci/installer.lock")
HEAVY = {
    *("dagster", "dagster_dbt", "dbt", "duckdb", "great_expectations", "pandas", "psycopg"),
    "pyarrow",
}


def python_files(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def models(*layers: str) -> list[Path]:
    return sorted(path for layer in layers for path in (MODELS / layer).rglob("*.sql"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports_at_the_top(tree: ast.Module) -> Iterator[str]:
    """Packages that importing the module imports: not those inside functions or for types only."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    found = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in found if path.is_file()]


def test_no_room_imports_what_is_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlinter.cli import lint_imports

    monkeypatch.chdir(ROOT)

    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


@pytest.mark.parametrize(
    "room", ["home", "warehouse", "quality", "report", "demo", "operations", "commands"]
)
def test_heavy_packages_are_imported_where_they_are_used(room: str) -> None:
    found = {
        named(path): sorted(HEAVY & set(imports_at_the_top(ast.parse(path.read_text()))))
        for path in python_files(f"pipelines/{room}")
    }

    assert {name: packages for name, packages in found.items() if packages} == {}


def test_files_and_functions_stay_small() -> None:
    long = []
    for path in python_files(*ROOMS, ".ci"):
        text = path.read_text()
        if len(text.splitlines()) > FILE_LINES:
            long.append(named(path))
        for function in functions(ast.parse(text)):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > FUNCTION_LINES:
                long.append(f"{named(path)}: {function.name} ({lines} lines)")

    assert long == []


def test_models_stay_small() -> None:
    paths = models("staging", "intermediate", "marts")
    long = [named(path) for path in paths if len(path.read_text().splitlines()) > MODEL_LINES]

    assert long == []


def test_every_public_function_says_what_it_does() -> None:
    silent = []
    for path in python_files(*ROOMS):
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree) and path.read_text().strip():
            silent.append(named(path))
        for node in tree.body:
            is_function = isinstance(node, ast.FunctionDef)
            if is_function and node.name[0] != "_" and not ast.get_docstring(node):
                silent.append(f"{named(path)}: {node.name}")

    assert silent == []


def test_trackers_are_read_by_their_staging_models_alone() -> None:
    reading = [
        named(path)
        for path in models("intermediate", "marts")
        if re.search(r"source\(\s*'landed'", path.read_text())
    ]

    assert reading == []


def test_a_staging_model_knows_its_own_tracker_only() -> None:
    strange = [
        f"{named(path)}: {other}"
        for tracker in TRACKERS
        for path in models(f"staging/{tracker}")
        for other in TRACKERS
        if other != tracker and re.search(rf"\b\w*{other}_", path.read_text())
    ]

    assert strange == []


def test_after_staging_no_model_mentions_a_tracker() -> None:
    naming = [
        named(path)
        for path in models("intermediate", "marts")
        if re.search(
            "|".join(TRACKERS), re.sub(r"{#.*?#}|--[^\n]*", "", path.read_text(), flags=re.S)
        )
    ]

    assert naming == []


def test_the_code_location_holds_no_sql() -> None:
    holding = [
        named(path)
        for path in python_files("pipelines/defs")
        if re.search(r"\bselect\b.*\bfrom\b|\bcreate table\b", path.read_text(), re.I)
    ]

    assert holding == []


def test_no_package_index_and_no_path_of_a_machine_is_tracked() -> None:
    found = []
    for path in tracked_files():
        if path == Path(__file__).resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{named(path)}: {match.group()}" for match in ADDRESSES.finditer(text)]

    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.requirement("S18", "all packages pinned by hash, no address")
def test_locks_pin_every_package_by_hash_and_name_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]

    assert pinned and all("==" in line for line in pinned)
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pinned)


def test_both_locks_hold_the_same_versions() -> None:
    def versions(lock: str) -> dict[str, str]:
        return dict(
            re.findall(r"^([a-z0-9.-]+)(?:\[\S+\])?==(\S+)", (ROOT / lock).read_text(), re.M)
        )

    run, test = versions("requirements.lock"), versions("tests/requirements.lock")
    assert {name: (run[name], test.get(name)) for name in run if run[name] != test.get(name)} == {}


@pytest.mark.parametrize(
    ("package", "floor"), [("jinja2", (3, 1, 6)), ("requests", (2, 33)), ("urllib3", (2, 7))]
)
@pytest.mark.requirement("S20", "requests >= 2.33, urllib3 >= 2.7, Jinja2 >= 3.1.6")
def test_no_lock_holds_a_version_with_a_known_hole(package: str, floor: tuple[int, ...]) -> None:
    pins = {
        lock: re.findall(rf"^{package}==(\d+(?:\.\d+)*)", (ROOT / lock).read_text(), re.M)
        for lock in LOCKS
    }

    assert all(pins[lock] for lock in ("requirements.lock", "tests/requirements.lock"))
    found = [tuple(map(int, pin.split("."))) for each in pins.values() for pin in each]
    assert min(found) >= floor
