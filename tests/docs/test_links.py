"""Every link between documents leads to a file that exists, and to a heading in it."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.pages import ROOT, files

PAGES = {str(path.relative_to(ROOT)): path for path in files("*.md")}
"""By its path in the project."""


def prose(page: Path) -> str:
    """A page without its blocks and words of code: a link in code is none."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`(?!\])", "", text)


def links(page: Path) -> list[str]:
    """Where a page's links lead within the project, in order."""
    return re.findall(r"\]\((?![a-z]+:)([^)\s]+)\)", prose(page))


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to a page's headings: lower case, hyphens for spaces, no punctuation."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE):
        words = re.sub(r"\]\([^)]*\)", "", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        again = sum(one == anchor or re.fullmatch(rf"{re.escape(anchor)}-\d+", one) is not None for one in found)
        found.add(f"{anchor}-{again}" if again else anchor)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """Nothing dangles, neither file nor heading."""
    page = PAGES[name]
    dangling = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / unquote(path)).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dangling.append(link)

    assert [] == dangling


def test_anchors(tmp_path: Path) -> None:
    """Punctuation goes, code keeps its words, a second heading of the same name has a number; code is no heading."""
    page = tmp_path / "page.md"
    page.write_text("# What it promises, and what not\n## `pop.toml`\n## Run it\n```sh\n# no heading\n```\n## Run it\n")

    assert {"what-it-promises-and-what-not", "poptoml", "run-it", "run-it-1"} == anchors(page)


def test_links_are_found(tmp_path: Path) -> None:
    """Also where its text is code; not on other machines, and not in code."""
    page = tmp_path / "page.md"
    page.write_text("[a](a.md) [`b`](b/#c)\n```\n[no](no.md)\n```\n`[no](no.md)` [x](https://x.example/) [d](#d)\n")

    assert ["a.md", "b/#c", "#d"] == links(page)
