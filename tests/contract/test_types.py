"""Types that openapi-typescript makes of each description compile under `tsc --strict`, and say what they should."""

import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from tests.contract.test_documents import DOCUMENTS
from tests.interop.node import CACHE, installed_packages

HERE = Path(__file__).parent
OPTIONS = ["--strict", "--noEmit", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
OPTIONAL = "--default-non-nullable=false"
"""A field with a default may be left out of a request."""


def ran(program: Path, *arguments: str, folder: Path) -> None:
    """Run a program of npm; fails with what it printed."""
    found = subprocess.run(
        ["node", str(program), *arguments],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )
    assert 0 == found.returncode, found.stdout + found.stderr


@pytest.mark.timeout(90)
def test_types_compile(tmp_path: Path) -> None:
    """A program that uses them compiles; where it says that it is wrong, it is."""
    packages = installed_packages(HERE, CACHE / "contract") / "node_modules"
    for name, document in DOCUMENTS.items():
        (tmp_path / f"{name}.json").write_bytes(msgspec.json.encode(document))
        ran(packages / "openapi-typescript/bin/cli.js", f"{name}.json", "-o", f"{name}.ts", OPTIONAL, folder=tmp_path)
    shutil.copy(HERE / "consumer.ts", tmp_path)

    ran(packages / "typescript/bin/tsc", *OPTIONS, "consumer.ts", folder=tmp_path)
