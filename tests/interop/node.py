"""Programs of the npm registry, at the versions that `package-lock.json` pins, installed below `.cache/`."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CACHE = HERE.parent.parent / ".cache"
INSTALL_TIMEOUT_S = 100
RUN_TIMEOUT_S = 60
MANIFESTS = ("package.json", "package-lock.json")


def run_node(script: str, question: Any) -> Any:
    """What `script`, a file in this folder, prints as JSON when it reads `question` as JSON; fails with its stderr."""
    packages = installed_packages(HERE, CACHE / "interop") / "node_modules"
    ran = subprocess.run(
        ["node", str(HERE / script)],
        input=json.dumps(question),
        env={**os.environ, "NODE_PATH": str(packages)},
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def installed_packages(manifests: Path, place: Path) -> Path:
    """A folder in `place` with `node_modules`, as the lock in the folder `manifests` pins them.

    The first caller installs it, once for each lock. Skips the test without Node and npm.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no node, install it with: apt-get install nodejs npm")
    content = b"".join((manifests / name).read_bytes() for name in MANIFESTS)
    folder = place / hashlib.sha256(content).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for name in MANIFESTS:
                shutil.copy(manifests / name, folder)
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(command, cwd=folder, capture_output=True, timeout=INSTALL_TIMEOUT_S, check=True)
            (folder / "done").touch()
    return folder
