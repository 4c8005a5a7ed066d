"""The built pages are what their sources and the lock give, small, and with the licences of what is in them."""

import gzip
import json
import re
from pathlib import Path

import pytest

from deploy import face_types
from tests.browser.desk.faces import BUILT, FACES, build

MAX_SCRIPT_BYTES = 60_000
"""Of all scripts of one page, by `gzip -9`."""

LATER, MAX_LATER_BYTES = "names.js", 150_000
"""What the desk's page loads with the first ticket, to find names in it."""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path in it."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.mark.requires("npm")
def test_built_pages_are_what_the_sources_give(tmp_path: Path) -> None:
    """Types are right, and every byte is the same. If not: `make faces`, and commit what is built."""
    built = build(tmp_path)

    assert contents(built) == contents(BUILT)


def test_lock_names_no_registry() -> None:
    """Packages come from the registry that npm's user has; the lock says which bytes they must be."""
    lock = json.loads((FACES / "package-lock.json").read_bytes())
    packages = {name: one for name, one in lock["packages"].items() if name}

    assert packages
    assert [name for name, one in packages.items() if "resolved" in one or not one.get("integrity")] == []


@pytest.mark.parametrize("page", sorted(one.parent.name for one in BUILT.glob("*/page.html")))
def test_page_is_small(page: str) -> None:
    """All its JavaScript is at most 60 kB by `gzip -9`, without what the desk's page loads with the first ticket."""
    scripts = [one for one in (BUILT / page).glob("*.js") if one.name != LATER]

    assert scripts
    assert sum(len(gzip.compress(one.read_bytes(), 9)) for one in scripts) <= MAX_SCRIPT_BYTES


def test_what_finds_names_is_small() -> None:
    """Its list of words is most of it."""
    assert len(gzip.compress((BUILT / "desk" / LATER).read_bytes(), 9)) <= MAX_LATER_BYTES


WIDGET = {one.name: len(gzip.compress(one.read_bytes(), 9)) for one in (BUILT / "widget").glob("*.js")}


def test_widget_is_small() -> None:
    """By `gzip -9`: what is loaded before the first click, all that is loaded then; consent's own; each language."""
    locales = {name: size for name, size in WIDGET.items() if re.match(r"[a-z]{2}-", name)}

    assert WIDGET["skerry.js"] <= 3_000
    assert WIDGET["skerry.js"] + sum(size for name, size in WIDGET.items() if name.startswith("chat-")) <= 10_000
    assert sum(size for name, size in WIDGET.items() if name.startswith("consent-")) <= 2_000
    assert 8 == len(locales)
    assert max(locales.values()) <= 1_200


def test_licences_of_packages_are_in_the_wheel() -> None:
    """Each package that a page may load has its licence's text among the built files."""
    text = (BUILT / "licences.txt").read_text(encoding="utf-8")
    wanted = json.loads((FACES / "package.json").read_bytes())["dependencies"]

    assert [name for name in wanted if re.search(rf"^{name} \d", text, re.MULTILINE) is None] == []
    assert "Redistributions in binary form must reproduce the above" in text


def test_types_of_pages_are_those_of_the_code() -> None:
    """`make documents` would change nothing."""
    assert face_types.written() == face_types.PATH.read_text(encoding="utf-8")
    assert face_types.written_for_client() == face_types.CLIENT_PATH.read_text(encoding="utf-8")
