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
PLACE = HERE.parent.parent / ".cache" / "interop"
INSTALL_TIMEOUT_S = 100
RUN_TIMEOUT_S = 60


def run_node(script: str, question: Any) -> Any:
    """What `script`, a file in this folder, prints as JSON when it reads `question` as JSON; fails with its stderr."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("no node, install it with: apt-get install nodejs npm")
    ran = subprocess.run(
        [node, str(HERE / script)],
        input=json.dumps(question),
        env={**os.environ, "NODE_PATH": str(_installed() / "node_modules")},
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def _installed() -> Path:
    """The folder with `node_modules`; the first caller installs it, once for each lock file."""
    lock_file = (HERE / "package-lock.json").read_bytes()
    folder = PLACE / hashlib.sha256(lock_file).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder)
            subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                cwd=folder,
                capture_output=True,
                timeout=INSTALL_TIMEOUT_S,
                check=True,
            )
            (folder / "done").touch()
    return folder
