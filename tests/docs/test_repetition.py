"""No document says the same twice: a merge that keeps both sides leaves such a copy behind."""

from collections import Counter
from itertools import groupby, pairwise

from tests.docs.pages import ROOT, files

LEAST_CHARACTERS = 60
"""Two shorter lines in a row may be equal by chance: they end a paragraph."""

LEAST_LINES = 3
"""A shorter paragraph may introduce more than one example."""


def prose(text: str) -> list[str]:
    """The lines of a document; those of code blocks are empty, since examples may be alike."""
    lines, is_code = [], False
    for line in text.splitlines():
        fence = line.lstrip().startswith("```")
        is_code ^= fence
        lines.append("" if is_code or fence else line.strip())
    return lines


def repeated(text: str) -> list[str]:
    """First lines of what stands more than once: two long lines in a row, or a paragraph of three lines or more."""
    lines = prose(text)
    passages: list[tuple[str, ...]] = [
        pair for pair in pairwise(lines) if all(len(line) >= LEAST_CHARACTERS for line in pair)
    ]
    paragraphs = [tuple(paragraph) for filled, paragraph in groupby(lines, key=bool) if filled]
    passages += [paragraph for paragraph in paragraphs if len(paragraph) >= LEAST_LINES]
    return sorted({passage[0] for passage, count in Counter(passages).items() if count > 1})


def test_no_paragraph_stands_twice() -> None:
    """No document of this repository has such a passage."""
    found = {
        str(page.relative_to(ROOT)): lines
        for page in files("*.md")
        if (lines := repeated(page.read_text(encoding="utf-8")))
    }

    assert {} == found


def test_copy_is_found() -> None:
    """Also if the copy begins in the middle of a sentence and ends otherwise. Code may be repeated."""
    line, other = "the first line of a paragraph, which is " + 30 * "x", "the second one, which is " + 40 * "y"
    code = f"```\n{line}\n{other}\n```\n"

    assert [line] == repeated(f"{line}\n{other}\nend\n\n{line}\n{other}\nanother end\n")
    assert ["a"] == repeated("a\nb\nc\n\nd\n\na\nb\nc\n")
    assert [] == repeated("a\nb\n\nd\n\na\nb\n")
    assert [] == repeated(code + code)
    assert [] == repeated(f"{line}\nend\n\n{line}\nanother end\n")
