"""Decisions and glossary: whole, in order, and true about where things are."""

import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DECISIONS = ROOT / "edge" / "decisions"
GLOSSARY = ROOT / "edge" / "glossary.md"
MAX_LINE_CHARACTERS = 120
PARTS = ["Question", "Options", "Choice", "Price"]

FILES = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
"""Every decision."""


def title_of(decision: Path) -> str:
    """The first line, without its mark."""
    return decision.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def date_of(decision: Path) -> str:
    """The date below the title; empty where there is none."""
    found = re.search(r"\A# .+\n\nDate: (\d{4}-\d{2}-\d{2})\n\n", decision.read_text(encoding="utf-8"))
    return found[1] if found else ""


def parts_of(decision: Path) -> dict[str, str]:
    """What each labelled part says, in the order of the file."""
    _, *pieces = re.split(r"^\*\*(\w+)\.\*\*", decision.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {label: text.strip() for label, text in zip(pieces[::2], pieces[1::2], strict=True)}


def index() -> list[tuple[str, str, str, str]]:
    """Number, title, date and file of each row of the index, in its order."""
    text = (DECISIONS / "README.md").read_text(encoding="utf-8").partition("## Index")[2]
    files = dict(re.findall(r"^\[(\d{4})\]: (\S+)$", text, flags=re.MULTILINE))
    rows = re.findall(r"^\| \[(\d{4})\] \| (.+) \| (\S+) \|$", text, flags=re.MULTILINE)
    return [(number, title, date, files.get(number, "")) for number, title, date in rows]


def glossary() -> list[tuple[str, str]]:
    """Each word with what is said of it, in the order of the page."""
    text = GLOSSARY.read_text(encoding="utf-8")
    return re.findall(r"^\*\*([^*]+)\.\*\* (.+?)(?=\n\n|\Z)", text, flags=re.MULTILINE | re.DOTALL)


def places_of(entry: str) -> list[str]:
    """The code that an entry points to."""
    return re.findall(r"`(edge/[^`]+)`", entry.partition("*In:*")[2])


def is_there(path: str) -> bool:
    """Whether the file is here, or the folder holds code; a folder of leftovers is none."""
    found = ROOT / path
    return found.is_file() or (found / "__init__.py").is_file()


@pytest.mark.parametrize("decision", FILES, ids=lambda path: path.stem)
def test_decision_is_whole(decision: Path) -> None:
    """It has a title, a date and the four parts in order; none of them, so also no price, is empty."""
    parts = parts_of(decision)

    assert date_of(decision)
    assert PARTS == list(parts)
    assert [label for label, text in parts.items() if not text] == []


def test_numbers_have_no_gap() -> None:
    """Decisions are counted from 0001, each number once."""
    expected = [f"{number:04d}" for number in range(1, len(FILES) + 1)]

    assert FILES
    assert expected == [path.name.partition("-")[0] for path in FILES]


def test_index_is_complete() -> None:
    """Every decision is in the index once, with its own title, date and file, and nothing else is."""
    expected = [(path.name[:4], title_of(path), date_of(path), path.name) for path in FILES]

    assert expected == sorted(index())


def test_glossary_is_sorted() -> None:
    """In alphabetical order without regard to case, each word once."""
    words = [word.casefold() for word, _ in glossary()]

    assert words
    assert [(one, other) for one, other in itertools.pairwise(words) if one >= other] == []


def test_every_paragraph_of_the_glossary_is_an_entry() -> None:
    """A word with another mark would be in no other test here."""
    paragraphs = GLOSSARY.read_text(encoding="utf-8").strip().split("\n\n")
    entries = [paragraph for paragraph in paragraphs if paragraph.startswith("**")]

    assert len(glossary()) == len(entries)
    assert paragraphs[-len(entries) :] == entries


@pytest.mark.parametrize(("word", "entry"), glossary(), ids=[word for word, _ in glossary()])
def test_word_is_found_in_the_code(word: str, entry: str) -> None:
    """Each entry names code, and all that it names is there."""
    places = places_of(entry)

    assert places, f"{word} names no code"
    assert [place for place in places if not is_there(place)] == []


@pytest.mark.parametrize(
    "page", [ROOT / "edge" / "README.md", GLOSSARY, *sorted(DECISIONS.glob("*.md"))], ids=lambda path: path.stem
)
def test_page_is_tidy(page: Path) -> None:
    """Lines are short enough to read anywhere; links between pages lead somewhere."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text) + re.findall(r"^\[\d{4}\]: (\S+)$", text, flags=re.MULTILINE)

    assert [line for line in text.splitlines() if len(line) > MAX_LINE_CHARACTERS] == []
    assert [link for link in links if not (page.parent / link).exists()] == []
