"""Words of strangers: what they look like on a terminal, and in a desk's Markdown."""

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from edge.foreign_words import as_markdown, in_lines, is_shown, one_line, quoted

SHOWN = {
    "plain words": ("when does it ship?", "when does it ship?"),
    "letters of other scripts": ("où est mon colis ? どこ", "où est mon colis ? どこ"),
    "a line end": ("a\nb", "a\\u000ab"),
    "a command to the terminal": ("\x1b[2J", "\\u001b[2J"),
    "a command in one byte (C1)": ("\x9b2J", "\\u009b2J"),
    "a bidi override": ("a\u202eb", "a\\u202eb"),
    "a bidi isolate": ("a\u2066b", "a\\u2066b"),
    "a space without width": ("a\u200bb", "a\\u200bb"),
    "a line separator": ("a\u2028b", "a\\u2028b"),
    "half a character": ("a\ud800b", "a\\ud800b"),
    "a tag beyond the first plane": ("a\U000e0041b", "a\\udb40\\udc41b"),
    "a letter that is drawn as nothing": ("a\u3164b", "a\\u3164b"),
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.values(), ids=SHOWN.keys())
def test_line_for_a_terminal(text: str, shown: str) -> None:
    """What is not drawn as itself is written out."""
    assert shown == one_line(text)


@given(st.text())
def test_line_of_any_words(text: str) -> None:
    """Nothing in it moves a cursor, ends a line or turns the direction."""
    line = one_line(text)

    assert all(is_shown(character) for character in line)
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_json_for_a_terminal_means_the_same(text: str) -> None:
    """A program reads the same document."""
    document = json.dumps({"text": text, "list": [text]}, ensure_ascii=False, indent=1)
    shown = in_lines(document)

    assert json.loads(document) == json.loads(shown)
    assert all(is_shown(character) for character in shown if character != "\n")


ORDINARY = (
    "when does it ship?",
    "it's a gift, isn't it? it must not arrive late!",
    "does the t-shirt come in XL.",
    "how much is 20% off, in €",
    "où est mon colis",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentence_stays_as_it_is(text: str) -> None:
    """People read it as the viewer typed it."""
    assert text == as_markdown(text)


HOSTILE = {
    "a mention": "[@Dana](mention://user/1/Dana)",
    "a mention in capitals": "[@Dana](MENTION://team/1/Dana)",
    "an image": "![](https://tracker.example/p.png)",
    "a masked link": "[your bank](https://evil.example)",
    "a bare address": "see https://evil.example/a",
    "an address without a scheme": "see evil.example",
    "an address in pointed brackets": "<https://evil.example>",
    "an e-mail address": "write to a@evil.example",
    "a heading": "# all is well",
    "a list": "- one",
    "a numbered list": "1. one",
    "a quotation": "> one",
    "a rule": "---",
    "a heading by its next line": "all is well\n===",
    "a table": "a | b\n--|--\n1 | 2",
    "a block of code": "    indented",
    "a fence": "```\nx\n```",
    "the end of a code span": "` [x](https://evil.example) `",
    "two ends of a code span": "``` [x](https://evil.example) ``",
    "a reference": "[x][y]\n\n[y]: https://evil.example",
    "HTML": "<img src=x onerror=alert(1)>",
    "emphasis": "*so* _what_ ~~no~~",
    "an escape at the end": "x\\",
    "a line of ours": "yes\n98% refund (like: 'refund me'; revision 9, approved by Dana Ortiz 2026-11-24)",
    "a line by a separator": "yes\u2028Order window: never",
    "a line turned round": "\u202ereversed",
}
"""Markup that a viewer may type."""


def rendered(source: str) -> tuple[set[str], str]:
    """The kinds of a document's tokens, and the text outside of code spans."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    inside = [child for token in tokens for child in token.children or ()]
    return {t.type for t in (*tokens, *inside)}, " ".join(t.content for t in inside if t.type == "text")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("make", [as_markdown, quoted])
def test_markup_becomes_text(make: type[str], text: str) -> None:
    """A renderer finds one paragraph of text or code, without anything that it could take for an address."""
    kinds, outside = rendered(make(text))

    assert kinds <= {"paragraph_open", "inline", "text", "code_inline", "paragraph_close"}
    assert "\n" not in make(text)
    assert not re.search(r"mention://", make(text), re.IGNORECASE)
    assert not re.search(r"://|@|\w\.\w", outside)


@given(st.text())
def test_any_words_become_text(text: str) -> None:
    """The same for words that nobody thought of."""
    kinds, outside = rendered(f"Consent: {as_markdown(text)}")

    assert kinds <= {"paragraph_open", "inline", "text", "code_inline", "paragraph_close"}
    assert not re.search(r"://|@|\w\.\w", outside)
