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
from pathlib import Path
from types import ModuleType

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from pip._internal.models.index import PyPI

from tests.drills.connections import watched
from tests.figures import IS_DRILL

ROOT = Path(__file__).resolve().parents[1]
LOCK = "requirements.lock"
NAME = re.compile(r"[-_.]+")
DEFAULT_INDEX = f"https://{PyPI.netloc} https://{PyPI.file_storage_domain}"
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[\S+\])?==([^\s;\\]+)", re.M)
INSTALLER = dict(PINNED.findall((ROOT / ".ci" / "installer.lock").read_text()))


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

    @pytest.mark.timeout(3600)
    @pytest.mark.needs_program("strace")
    @pytest.mark.requirement("S18", "a hash-locked installation turns to the package index alone")
    def test_the_lock_can_be_installed_as_it_is(tmp_path: Path, figure) -> None:
        checkout, environment = tmp_path / "checkout", tmp_path / "environment"
        copied = ("pyproject.toml", "README.md", "LICENSE", LOCK, ".ci", "connectors", "pipelines")
        checkout.mkdir()
        for each in (*copied, "dbt_project"):
            copy = shutil.copytree if (ROOT / each).is_dir() else shutil.copy
            copy(ROOT / each, checkout / each)
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        python = str(environment / "bin" / "python")
        before = addresses(index_hosts(python))
        tried = watched([python, ".ci/install.py", LOCK], checkout, tmp_path / "log")
        assert tried.code == 0, tried.said
        allowed = before | addresses(index_hosts(python))
        assert tried.names <= index_hosts(python)
        asked = {(each, 53) for each in name_servers()}
        assert {each for each in tried.elsewhere if each[0] not in allowed} - asked == set()

        listed = json.loads(subprocess.check_output([python, "-m", "pip", "list", "--format=json"]))
        found = {NAME.sub("-", each["name"].lower()): each["version"] for each in listed}
        # a package may be pinned to a version for each Python
        pinned = PINNED.findall((ROOT / LOCK).read_text())
        strange = set(found.items()) - set(pinned)

        assert {name for name, _ in strange} <= {"pip", "setuptools", "throughline", *INSTALLER}
        subprocess.run([python, "-m", "pip", "check"], check=True, capture_output=True)
        command = str(environment / "bin" / "throughline")
        assert "run" in subprocess.check_output([command, "--help"], cwd=tmp_path, text=True)
        hosts = ", ".join(sorted(tried.names)) or "no host"
        figure.reached(f"{len(found)} packages installed by hash; asked: {hosts}")
