"""Which of a stranger's words may stand in an author's file?"""

import re

from edge.foreign_words import one_line
from edge.publish.learn.lines import LeftOut
from edge.publish.source import MAX_EXAMPLE_CHARACTERS, answer_problem
from edge.triage import private_in, question_of

_MARKUP = re.compile(
    r"</?[a-z!]|&[a-z#0-9]{2,8};|\]\(|!\[|`|\*\*|[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\b(?:javascript|data|mention):"
    r"|\{\{|\$\{|\{%|(?:^|\n)\s*#+ ",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t\r\n]+")
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt)."""


def in_one_line(text: str) -> str:
    """A question without line ends and repeated spaces."""
    return " ".join(_SPACES.split(text)).strip()


def unfit_question(text: str) -> LeftOut | None:
    """Why a question in one line may be no example; None if it may."""
    if len(text) > MAX_EXAMPLE_CHARACTERS:
        return LeftOut.LONG
    if not _is_seen(text):
        return LeftOut.UNSEEN
    if _MARKUP.search(text):
        return LeftOut.MARKUP
    if private_in(text) is not None:
        return LeftOut.PRIVATE
    return None if question_of(text) else LeftOut.WORDLESS


def is_fit_answer(text: str) -> bool:
    """True if a reply may be a draft answer: what `island check` takes, without markup, links or private details."""
    return bool(
        text.strip()
        and not answer_problem(text)
        and all(_is_seen(line) for line in text.split("\n"))
        and not _MARKUP.search(text)
        and private_in(text) is None
    )


def _is_seen(text: str) -> bool:
    return one_line(text) == text and not _IGNORABLE.search(text)
