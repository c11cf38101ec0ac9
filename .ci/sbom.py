"""Write what an installation consists of, as CycloneDX 1.6: ``python .ci/sbom.py LOCK > FILE``.

Names, versions and hashes are those of the lock file, so that the same lock gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[\S+\])?==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict]:
    """A component for each package that a lock file pins, in its order."""
    found: list[dict] = []
    for line in lock.splitlines():
        if pinned := PINNED.match(line):
            name, version = pinned["name"].lower(), pinned["version"]
            purl = f"pkg:pypi/{name}@{version}"
            found.append(
                {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
            )
        for digest in HASH.findall(line):
            # one of the files that may be installed: a wheel of some system, or the source
            reference = {
                "type": "distribution",
                "url": f"{found[-1]['purl']}#sha256:{digest}",
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
            found[-1].setdefault("externalReferences", []).append(reference)
    return found


def bill(lock: str) -> dict:
    """The whole bill of materials of a lock file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    parts = components(lock)
    serial = uuid.uuid5(uuid.NAMESPACE_URL, own + lock)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "purl": own,
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": sorted(each["bom-ref"] for each in parts)}],
    }


if __name__ == "__main__":
    print(json.dumps(bill(Path(sys.argv[1]).read_text()), indent=1))
