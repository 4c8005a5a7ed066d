"""What people say around a question out of courtesy: greetings, thanks, praise, and words that only open a question.

They are taken off at both ends, and only there. A message that has nothing else keeps them: an author may have an
answer for a greeting.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from edge.triage.message.word_lists import (
    ADDRESSED,
    AFTER_A_SUBJECT,
    AROUND_PRAISE,
    AROUND_THANKS,
    BEFORE_NO_PRAISE,
    DAYTIMES,
    GREETINGS,
    INTERJECTIONS,
    LINKS,
    PRAISE,
    PRAISES,
    SUBJECTS,
    THANKS,
    WHO_THANKS,
)

_OPENERS: dict[str, list[tuple[str, ...]]] = {}
"""Words that only open a question, by the first of them, longest first."""

for _opener in sorted(
    (
        "quick question", "quick one", "one question", "a question", "question", "i have a question",
        "i have a quick question", "i got a question", "just a question", "small question", "just wondering",
        "just wanted to ask", "just wanted to know", "i wanted to ask", "i want to ask", "i would like to know",
        "i'd like to know", "i want to know", "can i ask", "may i ask", "could you tell me", "can you tell me",
        "can someone tell me", "can anyone tell me", "does anyone know", "anyone know", "do you know",
        "please tell me", "tell me please", "excuse me", "sorry", "sorry to bother", "sorry to bother you",
        "hope you are well", "hope you're well", "hope you are doing well", "how are you", "how are you doing",
        "please",
    ),
    key=len,
    reverse=True,
):  # fmt: skip
    _OPENERS.setdefault(_opener.partition(" ")[0], []).append(tuple(_opener.split()))


_GREETING = INTERJECTIONS | GREETINGS | ADDRESSED
_THANKING = THANKS | AROUND_THANKS | ADDRESSED | INTERJECTIONS
_PRAISING = PRAISE | AROUND_PRAISE | _GREETING
"""All words of a clause of courtesy, by its kind."""

_CLAUSE_END = re.compile(r"[.!?,;:…\n\u2014\u2013]|(?:^|\s)-+(?:\s|$)|[\u2190-\u2bff\U0001f000-\U0001faff]")
"""Punctuation, a dash, or a sign or emoji."""


class Span(NamedTuple):
    """The words of a message, without `[:start]` and `[end:]`."""

    start: int
    end: int


def core(words: Sequence[str], gaps: Sequence[str]) -> Span:
    """The span of a message that is left without courtesy; the whole message if nothing would be left.

    `words` are in normal form. `gaps[i]` is what stands before word i, and the last gap is what stands at the end.
    """
    start, end = 0, len(words)
    while start < end and (step := _at_start(words, gaps, start, end)):
        start += step
    while end > start and (step := _at_end(words, gaps, start, end)):
        end -= step
    return Span(start, end) if start < end else Span(0, len(words))


def _at_start(words: Sequence[str], gaps: Sequence[str], start: int, end: int) -> int:
    """How many words of courtesy a message begins with."""
    size = 0
    first = words[start]
    if first in LINKS:
        return 1
    if first in GREETINGS:
        size = 1
        if start + 1 < end and words[start + 1] in GREETINGS:
            size = 2
    if start + size + 1 < end and words[start + size] == "good" and words[start + size + 1] in DAYTIMES:
        size += 2
    if size:
        return size + _addressed(words, gaps, start + size, end)
    for opener in _OPENERS.get(first, ()):
        follows = start + len(opener)
        # "Can you tell me if it ships" is no question without its opening. "Quick question: if i order now …" is one.
        is_needed = follows < end and words[follows] in {"if", "whether"} and not _ends_clause(gaps[follows])
        if follows < end and not is_needed and tuple(words[start:follows]) == opener:
            return len(opener)
    clause = _clause(gaps, start, end)
    if start + clause < end and is_courtesy(words[start : start + clause], gaps[start + clause]):
        return clause
    if first in THANKS:
        run = _run(words, [""] * len(gaps), start + 1, end, frozenset({"you", "so", "much", "guys", "a", "lot"}))
        follows = start + 1 + run
        return 1 + run if follows < end and words[follows] in LINKS else 0
    return 0


def _at_end(words: Sequence[str], gaps: Sequence[str], start: int, end: int) -> int:
    """How many words of courtesy a message ends with."""
    begin = end
    while begin > start and (words[begin - 1] in THANKS or words[begin - 1] in AROUND_THANKS):
        begin -= 1
    # The longest run that begins with thanks, or with "please" alone at the end.
    for at in range(begin, end):
        if words[at] in THANKS and at > start and not _is_thanking_someone(words, gaps, at, end):
            return end - at
    if words[end - 1] == "please":
        return 1
    if praise := _praise_at_end(words, start, end):
        return praise
    begin = end - 1
    while begin > start and not _ends_clause(gaps[begin]):
        begin -= 1
    return end - begin if begin > start and is_courtesy(words[begin:end], gaps[end]) else 0


def _run(words: Sequence[str], gaps: Sequence[str], at: int, end: int, allowed: frozenset[str]) -> int:
    """How many words from `at` on are allowed, within the clause or as its last words."""
    size = 0
    while at + size < end and words[at + size] in allowed and not (size and _ends_clause(gaps[at + size])):
        size += 1
    return size


def _addressed(words: Sequence[str], gaps: Sequence[str], at: int, end: int) -> int:
    """How many words from `at` on say who is greeted. The subject of a sentence does not: "hi everyone is gone"."""
    size = _run(words, gaps, at, end, ADDRESSED)
    while size > 1 and words[at + size - 1] in {"all", "there"}:
        # "Hi all", but not "hello team all".
        size -= 1
    follows = at + size
    if size and follows < end and words[follows] in AFTER_A_SUBJECT and not _ends_clause(gaps[follows]):
        return size - (words[follows - 1] in SUBJECTS)
    return size


def _is_thanking_someone(words: Sequence[str], gaps: Sequence[str], at: int, end: int) -> bool:
    """True for "how do i thank you": a verb of the question, and no thanks."""
    return end - at <= 2 and words[at] == "thank" and words[at - 1] in WHO_THANKS and not _ends_clause(gaps[at])  # noqa: PLR2004 - "thank you"


def _praise_at_end(words: Sequence[str], start: int, end: int) -> int:
    """How many words of praise a message ends with, if they begin as such sentences do."""
    at = end - 1
    while at > start and (words[at] in PRAISE or words[at] in AROUND_PRAISE):
        for opening in PRAISES:
            size = len(opening)
            is_sentence = tuple(words[at : at + size]) == opening and not PRAISE.isdisjoint(words[at:end])
            if is_sentence and end - at > 1 and words[at - 1] not in BEFORE_NO_PRAISE:
                return end - at
        at -= 1
    return 0


def _clause(gaps: Sequence[str], start: int, end: int) -> int:
    """Words from `start` to the next sign that ends a clause."""
    size = 1
    while start + size < end and not _ends_clause(gaps[start + size]):
        size += 1
    return size


def _ends_clause(gap: str) -> bool:
    return gap != " " and _CLAUSE_END.search(gap) is not None


def is_courtesy(clause: Sequence[str], after: str) -> bool:
    """True for a clause of greeting, thanks, cheers or praise. A question is none, however kind its words are."""
    if "?" in after:
        return False
    found = set(clause)
    if found <= _GREETING:
        return True
    if not THANKS.isdisjoint(found) and found <= _THANKING:
        return True
    return not PRAISE.isdisjoint(found) and found <= _PRAISING
