"""What an installation consists of: pinned, listed, and looked up for known holes."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from pip._internal.models.index import PyPI

from tests.drills.connections import Tried, watched
from tests.drills.index_only import doorway
from tests.figures import IS_DRILL

ROOT = Path(__file__).resolve().parents[1]
LOCK = "requirements.lock"
NAME = re.compile(r"[-_.]+")
DEFAULT_INDEX = f"https://{PyPI.netloc} https://{PyPI.file_storage_domain}"
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[\S+\])?==([^\s;\\]+)", re.M)
INSTALLER = dict(PINNED.findall((ROOT / ".ci" / "installer.lock").read_text()))


@dataclass(frozen=True)
class Installed:
    """A new environment's Python, what its making tried, and which hosts were asked for.

    ``addresses`` are those of the index where it could be asked without the proxy.
    """

    python: str
    tried: Tried
    addresses: Set[str]
    hosts: Set[str]


def script(name: str) -> ModuleType:
    """A script of the check, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def index_hosts(python: str) -> set[str]:
    """The hosts of the package index that pip is configured for, and of its files."""
    listed = subprocess.check_output([python, "-m", "pip", "config", "list"], text=True)
    told = {line.partition("=")[0].partition(".")[2]: line for line in listed.splitlines()}
    named = [told.get("index-url", DEFAULT_INDEX), told.get("extra-index-url", "")]
    named += [told.get("proxy", ""), *(os.environ.get(each, "") for each in PROXIES)]
    return set(re.findall(r"https?://(?:[^@/\s']*@)?([^:/\s']+)", " ".join(named)))


def addresses(hosts: set[str]) -> set[str]:
    """The addresses of hosts, as far as they can be found out here."""
    found = set()
    for host in hosts:
        with contextlib.suppress(OSError):
            found |= {str(each[4][0]) for each in socket.getaddrinfo(host, None)}
    return found


def name_servers() -> set[str]:
    """The addresses of the machine's name servers."""
    lines = Path("/etc/resolv.conf").read_text().splitlines()
    return {line.split()[1] for line in lines if line.startswith("nameserver ")}


@pytest.mark.requirement("S18", "a bill of materials names every locked package")
def test_the_bill_of_materials_is_valid_and_names_every_package(figure) -> None:
    command = [sys.executable, ".ci/sbom.py", LOCK]
    first, second = (subprocess.check_output(command, cwd=ROOT, text=True) for _ in range(2))
    pinned = PINNED.findall((ROOT / LOCK).read_text())

    assert first == second
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(first) is None
    parts = json.loads(first)["components"]
    assert [(each["name"], each["version"]) for each in parts] == pinned
    assert all(each["externalReferences"] for each in parts)
    figure.reached(f"{len(parts)} of {len(pinned)} packages")


@pytest.mark.requirement("S18", "an audit that could ask nobody is no pass")
def test_an_audit_passes_only_where_somebody_was_asked(figure) -> None:
    verdict = script("audit").verdict
    fine = {"name": "a", "version": "1", "vulns": []}
    hole = {**fine, "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
    skipped = {"name": "b", "skip_reason": "not found"}

    assert verdict("x.lock", None)[0] == 3
    assert "NOT AUDITED" in verdict("x.lock", None)[1][0]
    assert verdict("x.lock", [fine])[0] == 0
    assert verdict("x.lock", [fine, skipped])[0] == 3
    code, lines = verdict("x.lock", [hole, skipped])
    assert (code, lines[0]) == (1, "x.lock: a 1: PYSEC-1, mended in 2")
    figure.reached("5 of 5 outcomes told apart")


if IS_DRILL:

    @pytest.mark.timeout(1800)
    @pytest.mark.requirement("S18", "the audit: 0 known holes of the locked packages")
    def test_the_locked_packages_have_no_known_hole(figure) -> None:
        command = [sys.executable, ".ci/audit.py", LOCK]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

        last = done.stdout.splitlines()[-1]
        assert done.returncode in (0, 3), done.stdout + done.stderr
        assert ("NOT AUDITED" in done.stdout) == (done.returncode == 3)
        if done.returncode:
            figure.missed(f"exit code 3: {last}")
        else:
            figure.reached(last)

    @pytest.fixture(scope="module")
    def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """What is installed from, and nothing else of the checkout."""
        folder = tmp_path_factory.mktemp("installed") / "checkout"
        copied = ("pyproject.toml", "README.md", "LICENSE", LOCK, ".ci", "connectors", "pipelines")
        folder.mkdir()
        for each in (*copied, "dbt_project"):
            copy = shutil.copytree if (ROOT / each).is_dir() else shutil.copy
            copy(ROOT / each, folder / each)
        return folder

    @pytest.fixture(scope="module")
    def installed(checkout: Path) -> Installed:
        """A new environment with the lock in it; in a network of the index alone, where it can."""
        environment = checkout.with_name("environment")
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        python = str(environment / "bin" / "python")
        log, install = checkout.with_name("log"), [python, str(checkout / ".ci" / "install.py")]
        hosts = index_hosts(python)
        if os.geteuid() or any(os.environ.get(each) for each in PROXIES):
            before = addresses(hosts)
            tried = watched([*install, LOCK], checkout, log)
            return Installed(python, tried, before | addresses(hosts), tried.names)
        with tempfile.TemporaryDirectory() as short:
            place = Path(short) / "door"
            alone = ["unshare", "-n", sys.executable, "-m", "tests.drills.index_only", str(place)]
            with doorway(place, hosts) as door:
                paths = {"PYTHONPATH": str(ROOT)}
                tried = watched([*alone, *install, LOCK], checkout, log, {**os.environ, **paths})
            return Installed(python, tried, set(), door.asked)

    @pytest.mark.timeout(3600)
    @pytest.mark.needs_program("strace")
    @pytest.mark.requirement("S18", "a hash-locked installation turns to the package index alone")
    def test_the_lock_can_be_installed_as_it_is(installed: Installed, figure) -> None:
        python, tried = installed.python, installed.tried
        assert tried.code == 0, tried.said
        assert installed.hosts <= index_hosts(python)
        asked = {(each, 53) for each in name_servers()} if installed.addresses else set()
        strange = {each for each in tried.elsewhere if each[0] not in installed.addresses}
        assert strange - asked == set()

        listed = json.loads(subprocess.check_output([python, "-m", "pip", "list", "--format=json"]))
        found = {NAME.sub("-", each["name"].lower()): each["version"] for each in listed}
        # a package may be pinned to a version for each Python
        pinned = PINNED.findall((ROOT / LOCK).read_text())
        unknown = set(found.items()) - set(pinned)

        assert {name for name, _ in unknown} <= {"pip", "setuptools", "throughline", *INSTALLER}
        subprocess.run([python, "-m", "pip", "check"], check=True, capture_output=True)
        hosts = ", ".join(sorted(installed.hosts)) or "no host"
        how = "watched alone" if installed.addresses else "in a network without any other"
        figure.reached(f"{len(found)} packages installed by hash, {how}; asked: {hosts}")

    @pytest.mark.timeout(3600)
    @pytest.mark.needs_program("strace")
    @pytest.mark.requirement("S17", "what was installed runs, and turns to the tracker alone")
    def test_what_was_installed_runs_and_turns_to_the_tracker_alone(
        installed: Installed, checkout: Path, tmp_path: Path, figure
    ) -> None:
        if os.geteuid():
            pytest.skip("a network of its own can be made by root alone")
        assert installed.tried.code == 0, installed.tried.said
        command = str(Path(installed.python).with_name("throughline"))
        where = [installed.python, "-c", "import pipelines; print(pipelines.__file__)"]
        alone = ["unshare", "-n", sys.executable, "-m", "tests.drills.alone", str(tmp_path)]

        tried = watched([*alone, command], ROOT, tmp_path / "log")

        told = json.loads(tried.said.splitlines()[-1])
        assert told["code"] == 0, told["said"]
        assert tried.names == frozenset()
        assert tried.peers == {("127.0.0.1", told["port"])}
        program = subprocess.check_output(where, cwd=tmp_path, text=True)
        assert Path(program.strip()).is_relative_to(checkout)
        figure.reached("exit 0, 1 peer, the tracker; 0 names asked for")
