"""Which of a stranger's words may stand in an author's file?"""

import re
import unicodedata

from edge.foreign_words import one_line
from edge.publish.learn.lines import LeftOut
from edge.publish.source import MAX_EXAMPLE_CHARACTERS, answer_problem
from edge.triage import private_in

_MARKUP = re.compile(
    r"</?[a-z!]|&[a-z#0-9]{2,8};|\]\(|!\[|`|\*\*|[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\b(?:javascript|data|mention):"
    r"|\{\{|\$\{|\{%|(?:^|\n)\s*#+ |\[/?(?:url|img|code|quote|size|color|[biu])\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\W_][\w-]*\.[a-z]{2,24}\b", re.IGNORECASE)
"""A link without a scheme, as chats make one of it. "hi.when" is one, too, and nothing is lost but this question."""
_SPACES = re.compile(r"[ \t\r\n]+")
_OTHER_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""What is typed or pasted as a space: before a question mark in French, or between a number and its unit."""
_IN_COLOUR = "\ufe0f"
"""Asks for an emoji in colour. Viewers' keyboards write it, and it changes no word."""
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt)."""


def in_one_line(text: str) -> str:
    """A question without line ends and repeated spaces."""
    return " ".join(_SPACES.split(with_plain_spaces(text))).strip()


def with_plain_spaces(text: str) -> str:
    """The text with a line feed at each end of a line, ordinary spaces, and no sign that asks for a colour emoji."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace(_IN_COLOUR, "")
    return _OTHER_SPACES.sub(" ", lines)


def unfit_question(text: str, form: str) -> LeftOut | None:
    """Why a question in one line, which has this normal form, may be no example; None if it may."""
    if len(text) > MAX_EXAMPLE_CHARACTERS:
        return LeftOut.LONG
    if not _is_seen(text):
        return LeftOut.UNSEEN
    if _finds(_MARKUP, text):
        return LeftOut.MARKUP
    if private_in(text) is not None:
        return LeftOut.PRIVATE
    if _finds(_ADDRESS, text):
        return LeftOut.MARKUP
    return None if form else LeftOut.WORDLESS


def is_fit_answer(text: str) -> bool:
    """True if a reply may be a draft answer: what `island check` takes, without markup, links or private details."""
    return bool(
        text.strip()
        and not answer_problem(text)
        and all(_is_seen(line) for line in text.split("\n"))
        and not _finds(_MARKUP, text)
        and not _finds(_ADDRESS, text)
        and private_in(text) is None
    )


def _finds(pattern: re.Pattern[str], text: str) -> bool:
    # Another program may read letters of full width as those of ASCII.
    return bool(pattern.search(text) or pattern.search(unicodedata.normalize("NFKC", text)))


def _is_seen(text: str) -> bool:
    return one_line(text) == text and not _IGNORABLE.search(text)
