"""A viewer's message as the question that it holds, before anybody asks what the question means.

First come the marks of the platform, then courtesy at both ends. What is left, in normal form, is what exact match,
cache and triage see; the ticket keeps what the viewer wrote. Pure and bounded: the time grows with the length alone.

>>> read_message("<@123456789012345678> hi everyone, WHEN does it ship?? thanks a lot Kappa").question
'when does it ship'
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from edge.triage.message.courtesy import core
from edge.triage.message.platforms import CONTROLS, MARKS, Where, is_emote
from edge.triage.message.text import split_words, without_ignorables
from edge.triage.message.word_lists import EMOTES

_ROUNDS = 6
"""Marks that may stand one after another at each end, such as a name, a command and an emote."""

_QUOTED = re.compile(r"\s*(?:[“\"«„](?P<quote>[^“”\"«»„]{12,600})[”\"»“])[\s,.:;-]*(?=\S)")
_MIN_QUOTED_WORDS = 4


class Written(NamedTuple):
    """The words of a message in normal form, and what stands between them."""

    words: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ("",)
    """What stands before each word, and after the last one."""
    quoted: int = 0
    """How many words at the start are a quotation."""


class Message(NamedTuple):
    """What a message says, without what is put around it."""

    question: str
    """In normal form, without courtesy and quotes; empty if the message has no word."""
    words: str = ""
    """All words in normal form, also those of courtesy and quotes."""
    mentions: tuple[str, ...] = ()
    """Names that it is addressed to, in small letters, without `@`."""
    written: Written = Written()
    """All words one by one: what parts are made of."""


def read_message(text: str) -> Message:
    """The question in a message. Never raises; a question without anything around it stays as it is."""
    text, mentions = _without_marks(without_ignorables(without_controls(text)))
    words, gaps = split_words(text)
    unquoted = _without_quote(text)
    quoted = 0 if unquoted is text else max(0, len(words) - len(split_words(unquoted)[0]))
    start, end = core(words[quoted:], gaps[quoted:])
    question = " ".join(words[quoted + start : quoted + end])
    return Message(question, " ".join(words), mentions, Written(tuple(words), tuple(gaps), quoted))


def question_of(text: str) -> str:
    """The question in a message, as `read_message` reads it."""
    return read_message(text).question


_CONTROLS = tuple((re.compile(mark.pattern), mark.becomes) for mark in CONTROLS)
_ANYWHERE = tuple((re.compile(mark.pattern), mark.becomes) for mark in MARKS if mark.where is Where.ANYWHERE)
_SIGNS = re.compile("[<:]")
"""A text without one of these has no mark that is taken off anywhere."""

_SIGNS_OF_ENDS = re.compile("|".join(["[>!/@]", *sorted(emote for emote in EMOTES if emote == emote.lower())]))
"""A text without one of these and without a capital has no mark at an end. Nearly all emotes have a capital."""

_START = re.compile(
    r"\s*(?:" + "|".join(mark.pattern for mark in MARKS if mark.where is not Where.ANYWHERE) + r")(?:\s+|(?<=\n)|$)"
)
_END = re.compile(r"(?:^|(?<=[\s,.!?;:]))(?:" + "|".join(m.pattern for m in MARKS if m.where is Where.ENDS) + r")\s*$")
_WORD_AT_START = re.compile(r"\s*(\S+)(?=\s+\S)")
_WORD_AT_END = re.compile(r"(?<=\s)(\S+)\s*$")


def without_controls(text: str) -> str:
    """A text without the control characters with which chat protocols mark actions, colours and the like."""
    if text.isprintable():
        return text
    for pattern, becomes in _CONTROLS:
        text = pattern.sub(becomes, text)
    return text


def _without_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without marks, and the names of mentions at its ends. One that would be empty keeps its last words."""
    mentions = list[str]()
    if _SIGNS.search(text) is not None:
        for pattern, becomes in _ANYWHERE:
            text = pattern.sub(becomes, text)
    if _SIGNS_OF_ENDS.search(text) is None and text == text.lower():
        return text, ()
    for _ in range(_ROUNDS):
        rest = _one_taken_off(text, mentions)
        if rest is None or not rest.strip():
            break
        text = rest
    return text, tuple(mentions)


def _one_taken_off(text: str, mentions: list[str]) -> str | None:
    """A text without one mark at an end; None if there is none."""
    if (found := _START.match(text)) is not None and found.end() < len(text):
        _note(found[0], mentions)
        return text[found.end() :]
    if (found := _END.search(text)) is not None and text[: found.start()].strip():
        _note(found[0], mentions)
        return text[: found.start()]
    if (found := _WORD_AT_START.match(text)) is not None and is_emote(found[1]):
        return text[found.end() :]
    if (found := _WORD_AT_END.search(text)) is not None and is_emote(found[1]):
        return text[: found.start()]
    return None


def _note(mark: str, mentions: list[str]) -> None:
    name = mark.strip()
    if name.startswith("@"):
        mentions.append(name.strip("@:,").lower())


def _without_quote(text: str) -> str:
    """A text without what it quotes first, if a question of its own follows."""
    found = _QUOTED.match(text)
    if found is None or len(found["quote"].split()) < _MIN_QUOTED_WORDS:
        return text
    rest = text[found.end() :]
    return rest if split_words(rest)[0] else text


def without_spans(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text without its characters from each `start` to before each `end`, which a platform marked."""
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(text[at : max(at, start)])
        at = max(at, end)
    return "".join((*kept, text[at:]))
