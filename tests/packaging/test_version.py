"""The version stands in one place: `edge/__init__.py`."""

import re
import tomllib
from pathlib import Path

import edge

ROOT = Path(__file__).parents[2]

PLACES = ("Makefile", "README.md", ".ci/run", "deploy/**/*")
"""What installs, starts or describes Skerry."""


def test_version_is_read_by_the_build() -> None:
    """`pyproject.toml` names the file and repeats nothing."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert "version" not in pyproject["project"]
    assert ["version"] == pyproject["project"]["dynamic"]
    assert "edge/__init__.py" == pyproject["tool"]["hatch"]["version"]["path"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", edge.__version__)


def test_version_is_not_repeated() -> None:
    """No file that installs, starts or describes Skerry names a version of it."""
    files = [path for place in PLACES for path in ROOT.glob(place) if path.is_file()]
    named = {
        str(path.relative_to(ROOT)): found
        for path in files
        if (found := re.findall(r"skerry[-=:]+\d[\w.]*", path.read_text(encoding="utf-8")))
    }

    assert ROOT / "deploy/container/Dockerfile" in files
    assert {} == named
