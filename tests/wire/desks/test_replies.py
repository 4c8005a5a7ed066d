"""Replies become text: by content type, without markup, signature and quoted history; hostile ones cost no time."""

import pytest

from edge.wire.desks import MARKDOWN, plain_text, reply_text

HTML = {
    "the editor of Zammad": ("<div>Hello,<br>it ships <b>tomorrow</b>.</div>", "Hello,\nit ships tomorrow."),
    "signature of Zammad": (
        '<div>Tomorrow.</div><div data-signature="true" data-signature-id="1"><p>Ana<br>Northwind</p></div>',
        "Tomorrow.",
    ),
    "text behind a signature": (
        '<p>One.</p><div data-signature="true"><div>Ana</div><br></div><p>Two.</p>',
        "One.\nTwo.",
    ),
    "quotation by a mail program": ('<p>Yes.</p><blockquote type="cite"><p>Is it warm?</p></blockquote>', "Yes."),
    "quotation by the agent": ("<p>You wrote:</p><blockquote>warm?</blockquote><p>Yes.</p>", "You wrote:\nwarm?\nYes."),
    "link": (
        'See <a href="https://northwind.example/size" rel="nofollow">the sizes</a>',
        "See the sizes (https://northwind.example/size)",
    ),
    "link that shows its address": (
        '<a href="https://x.example/?a=1&amp;b">https://x.example/?a=1&b</a>.',
        "https://x.example/?a=1&b.",
    ),
    "link of another kind": ('<a href="javascript:alert(1)">here</a> <a name="x">and there</a>', "here and there"),
    "escaped markup": ("1 &lt; 2 &amp; &#x2603;", "1 < 2 & ☃"),
    "script and style": ("<style>p{}</style><script>alert(1)</script>Yes.", "Yes."),
    "picture alone": ('<div><img src="cid:1"></div>', ""),
    "comments": ("Yes<!-- <b>no</b> -->, it is.<?php no ?><!DOCTYPE html>", "Yes, it is."),
    "attributes with quotes": ("""<a title="a > b" href='x>y'>here</a>""", "here"),
    "number of too many digits": ("&#" + "1" * 5_000 + ";", "&#" + "1" * 5_000 + ";"),
    "no tag": ("1 < 2 and <3", "1 < 2 and <3"),
    "elements that never end": ("<div><p>Yes.<div data-signature=true>Ana", "Yes."),
}


@pytest.mark.parametrize(("body", "text"), HTML.values(), ids=HTML)
def test_html(body: str, text: str) -> None:
    """As its reader would see it, a block in a line."""
    assert text == reply_text(body, "text/html")


MARKDOWN_TEXT = {
    "link": (
        "See [the sizes](https://northwind.example/size), please.",
        "See the sizes (https://northwind.example/size), please.",
    ),
    "address alone": ("<https://northwind.example>", "https://northwind.example"),
    "picture": ("![a hoodie](https://x.example/1.png)", "a hoodie"),
    "emphasis": ("**Tomorrow**, or _the day after_. *No* __later__.", "Tomorrow, or the day after. No later."),
    "no emphasis": ("2 * 3 * 4 is snake_case_word ** 2", "2 * 3 * 4 is snake_case_word ** 2"),
    "escaped": (r"1\. \*not bold\* \[a\]", "1. *not bold* [a]"),
    "hard break": ("one\\\ntwo", "one\ntwo"),
    "list": ("* one\n* two", "* one\n* two"),
    "controls": ("a\x00b\x1b[31m\tc", "ab[31m\tc"),
}


@pytest.mark.parametrize(("body", "text"), MARKDOWN_TEXT.values(), ids=MARKDOWN_TEXT)
def test_markdown(body: str, text: str) -> None:
    """As Chatwoot's editor writes it."""
    assert text == reply_text(body, MARKDOWN)


TEXT = {
    "plain": ("It ships\n\ntomorrow.", "It ships\n\ntomorrow."),
    "signature of Chatwoot": ("Tomorrow.\n\n--\n\nAna\nNorthwind", "Tomorrow."),
    "signature of mail": ("Tomorrow.\r\n-- \r\nAna", "Tomorrow."),
    "quoted below": ("Yes.\n\nOn Monday, a viewer wrote:\n> is it warm?\n>\n> thanks", "Yes."),
    "answers between": ("> is it warm?\nYes.\n> and dry?\nNo.", "> is it warm?\nYes.\n> and dry?\nNo."),
    "dashes in a sentence": ("a -- b\n---\nc", "a -- b\n---\nc"),
    "looks like markup": ("if a <b then", "if a <b then"),
    "nothing": ("", ""),
    "signature alone": ("--\nAna", ""),
}


@pytest.mark.parametrize(("body", "text"), TEXT.values(), ids=TEXT)
def test_text(body: str, text: str) -> None:
    """As it is, without what its desk put below."""
    assert text == reply_text(body)


PIECES = [
    "<div>",
    "</p>",
    "&#",
    "&#1",
    "<!--",
    '<a href="',
    "<a",
    "<a '\"",
    "<script>",
    "<blockquote type=cite>",
    "> \n",
    "-",
    "[",
    "[a](",
    "**a",
    "*a *",
    "_ ",
    "\\",
    "<https://",
]


@pytest.mark.parametrize("piece", PIECES)
def test_megabytes_of_markup(piece: str) -> None:
    """They are read in part, and give text or nothing."""
    found = [reply_text(piece * 1_000_000, kind) for kind in ("text/html", MARKDOWN)]

    assert max(map(len, found)) < 400_000


def test_whole_text_for_an_export() -> None:
    """Nothing that was written is cut."""
    assert "Yes.\nAna" == plain_text("<p>Yes.</p><div data-signature=true>Ana</div>")
