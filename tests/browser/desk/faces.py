"""The pages as a stranger builds them: a copy of `edge/faces`, with the packages that its lock pins."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FACES = ROOT / "edge" / "faces"
BUILT = FACES / "built"
PLACE = ROOT / ".cache" / "faces"
INSTALL_TIMEOUT_S = 100
BUILD_TIMEOUT_S = 60
MANIFESTS = ("package.json", "package-lock.json")


def installed() -> Path:
    """A folder with `node_modules`; the first caller installs it, once for each lock."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no node, install it with: apt-get install nodejs npm")
    manifests = b"".join((FACES / name).read_bytes() for name in MANIFESTS)
    folder = PLACE / hashlib.sha256(manifests).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for name in MANIFESTS:
                shutil.copy(FACES / name, folder)
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(command, cwd=folder, capture_output=True, timeout=INSTALL_TIMEOUT_S, check=True)
            (folder / "done").touch()
    return folder


def build(place: Path) -> Path:
    """Check the types, and build the pages from a copy of the sources in `place`; returns the folder with the pages."""
    packages = installed() / "node_modules"
    sources = place / "faces"
    shutil.copytree(FACES, sources, ignore=shutil.ignore_patterns("node_modules", "built"))
    (sources / "node_modules").symlink_to(packages)
    for command in (["node_modules/.bin/tsc"], ["node", "--preserve-symlinks", "build.mjs", str(place / "built")]):
        ran = subprocess.run(command, cwd=sources, capture_output=True, text=True, timeout=BUILD_TIMEOUT_S, check=False)
        assert 0 == ran.returncode, ran.stdout + ran.stderr
    return place / "built"
