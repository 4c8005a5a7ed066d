"""The pages as a stranger builds them: a copy of `edge/faces`, with the packages that its lock pins."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.interop.node import CACHE, installed_packages

ROOT = Path(__file__).parents[3]
FACES = ROOT / "edge" / "faces"
BUILT = FACES / "built"
BUILD_TIMEOUT_S = 60


def installed() -> Path:
    """A folder with the pages' `node_modules`."""
    return installed_packages(FACES, CACHE / "faces")


def build(place: Path, change: Callable[[Path], None] = lambda _sources: None) -> Path:
    """Check the types, and build the pages from a copy of the sources in `place`; returns the folder with the pages.

    `change` is called with the copy before it is built.
    """
    packages = installed() / "node_modules"
    sources = place / "faces"
    shutil.copytree(FACES, sources, ignore=shutil.ignore_patterns("node_modules", "built"))
    (sources / "node_modules").symlink_to(packages)
    change(sources)
    for command in (["node_modules/.bin/tsc"], ["node", "--preserve-symlinks", "build.mjs", str(place / "built")]):
        ran = subprocess.run(command, cwd=sources, capture_output=True, text=True, timeout=BUILD_TIMEOUT_S, check=False)
        assert 0 == ran.returncode, ran.stdout + ran.stderr
    return place / "built"
