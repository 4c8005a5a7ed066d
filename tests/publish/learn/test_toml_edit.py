"""`edge.publish.learn.toml_edit`: layouts of the author's file, and what is kept of them."""

import pytest

from edge.errors import RefusedError
from edge.publish.learn import Proposal, ProposalKind
from edge.publish.learn.toml_edit import edited
from edge.publish.source import parse_island

OTHERS = '"b", "c"'
LAYOUTS: dict[str, tuple[str, str, str]] = {
    "in one line": ('["a", "b", "c"]', '["a", "b", "c", "new"]', '["b", "c"]'),
    "in one line, with a comma": ('["a", "b", "c",]', '["a", "b", "c", "new",]', '["b", "c",]'),
    "with spaces": ('[ "a", "b", "c" ]', '[ "a", "b", "c", "new" ]', '[ "b", "c" ]'),
    "a line each": ('[\n  "a",\n  "b",\n  "c",\n]', '[\n  "a",\n  "b",\n  "c",\n  "new",\n]', '[\n  "b",\n  "c",\n]'),
    "without the last comma": (
        '[\n\t"a",\n\t"b",\n\t"c"\n]',
        '[\n\t"a",\n\t"b",\n\t"c",\n\t"new",\n]',
        '[\n\t"b",\n\t"c"\n]',
    ),
    "with comments": (
        '[  # ways\n  "a", # one\n  # two\n  "b",\n  "c", # three\n]',
        '[  # ways\n  "a", # one\n  # two\n  "b",\n  "c", # three\n  "new",\n]',
        '[  # ways\n  # two\n  "b",\n  "c", # three\n]',
    ),
    "a comma in a comment": (
        '[\n"a",\n"b", "c" # , ]\n]',
        '[\n"a",\n"b", "c", # , ]\n"new",\n]', '[\n"b", "c" # , ]\n]',
    ),
    "commas that come late": (
        '["a" # one\n # two\n, "b", "c"]', '["a" # one\n # two\n, "b", "c", "new"]', '[# one\n # two\n "b", "c"]',
    ),
    "of several lines": ('["a", "b",\n "c"]', '["a", "b",\n "c", "new"]', '["b",\n "c"]'),
    "in other quotes": ("['a', \"b\", '''c''']", "['a', \"b\", '''c''', \"new\"]", "[\"b\", '''c''']"),
}  # fmt: skip


def island(examples: str, *, newline: str = "\n") -> bytes:
    """An island with these examples of its first snippet."""
    text = (
        'format = 1\ntenant = "acme"\nisland = "drop"\ntitle = "T"\nlocale = "en"\napproved_by = "Ada"\n'
        "opens = 2026-09-01T00:00:00Z\ncloses = 2027-12-01T00:00:00Z\nexpires = 2028-01-01T00:00:00Z\n"
        'max_stale = "6h"\ndefault_lane = "fast"\n\n[[snippets]]  # first\nid = "one"\n'
        f'examples = {examples} # end\nanswer = "Ja — ü"\n'
        "\n[[snippets]]\nid = 'two'\nexamples = ['x', 'y']\nanswer = 'b'"
    )
    return text.replace("\n", newline).encode()


def proposal(kind: ProposalKind, snippet: str = "one", *examples: str, answer: str = "") -> Proposal:
    """A proposal with no evidence."""
    return Proposal(kind=kind, snippet=snippet, examples=examples, answer=answer, wordings=3, lines=3, weight=3.0)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_kept(name: str, newline: str) -> None:
    """An example more, or the first one less: all else stays, comments and line ends too."""
    before, with_one, without_one = LAYOUTS[name]
    text = island(before, newline=newline)
    source = parse_island(text, path="x").source()
    added = edited(text, source, proposal(ProposalKind.ADD_EXAMPLE, "one", "new"))
    removed = edited(text, source, proposal(ProposalKind.REMOVE_EXAMPLE, "one", "a"))

    assert island(with_one, newline=newline) == added
    assert island(without_one, newline=newline) == removed


def test_new_snippet_goes_to_the_end() -> None:
    """Of a file without a last line end, too; what is there stays, byte for byte."""
    text = island("['a', 'b']")
    words = ('is it "x"? \\ [[snippets]]', "b = ''' #")
    change = proposal(ProposalKind.ADD_SNIPPET, "three", *words, answer='one\ntwo "3" \\n')
    after = edited(text, parse_island(text, path="x").source(), change)
    added = parse_island(after, path="x").source().snippets[-1]

    assert after.startswith(text + b"\n")
    assert ("three", words, 'one\ntwo "3" \\n') == (added.id, added.examples, added.answer)


def test_snippets_in_an_inline_array() -> None:
    """The layout cannot be kept, so nothing is changed."""
    text = island("['a']").replace(b"[[snippets]]", b"[[other]]", 2)
    text = text.split(b"\n[[other]]")[0] + b'\nsnippets = [{id = "one", answer = "a", examples = ["a", "b"]},'
    text += b' {id = "two", answer = "b", examples = ["x", "y"]}]\n'
    source = parse_island(text, path="x").source()

    with pytest.raises(RefusedError, match=r"snippets are written in another way, expected `\[\[snippets\]\]` tables"):
        edited(text, source, proposal(ProposalKind.ADD_EXAMPLE, "one", "new"))
    with pytest.raises(RefusedError, match="the file cannot be changed for snippet 'three'"):
        edited(text, source, proposal(ProposalKind.ADD_SNIPPET, "three", "p", "q", answer="c"))
