"""Does a public chat show what the ledgers say, and nothing else? Lines of a transcript against answers in logs.

A line belongs to an answer if it contains its words, at about the same time; each to one. What is left over on one side
and much alike on the other was altered. Marks of Markdown and the number of spaces do not count: a chat shows neither.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

ALIKE = 0.6
"""Share of equal signs, as `difflib` counts them, from which a line is an altered answer and no other line."""

_MARKS = re.compile(r"[*_`#>\[\]]+")


class ChatLine(NamedTuple):
    """One line of a public chat."""

    at_s: float
    """Unix seconds."""
    author: str
    text: str
    number: int
    """Its place in the transcript, from 1."""


class LoggedAnswer(NamedTuple):
    """One answer that a leaf says was shown."""

    at_s: float
    text: str
    snippet: str
    leaf: bytes
    """Hash of the leaf."""


class AuditWord(StrEnum):
    """What became of a line or an answer."""

    PROVEN = "proven"
    """The line is in the chat and the answer in a log."""
    ALTERED = "altered"
    """The chat shows other words than the log says."""
    EXTRA = "extra"
    """The line is in the chat, and no log knows of it."""
    MISSING = "missing"
    """The answer is in a log, and the chat does not show it."""


class AuditFinding(NamedTuple):
    """A line, an answer, or both."""

    word: AuditWord
    line: ChatLine | None
    answer: LoggedAnswer | None


def compare(lines: Iterable[ChatLine], answers: Iterable[LoggedAnswer], *, within_s: float) -> list[AuditFinding]:
    """What became of every line and every answer, by time. `lines` are those of the account that answers.

    Times of the two may be `within_s` apart.
    """
    open_lines, open_answers = sorted(lines), sorted(answers)
    found = _pairs(open_lines, open_answers, within_s, AuditWord.PROVEN)
    found += _pairs(open_lines, open_answers, within_s, AuditWord.ALTERED)
    found += [AuditFinding(AuditWord.EXTRA, line, None) for line in open_lines]
    found += [AuditFinding(AuditWord.MISSING, None, answer) for answer in open_answers]
    return sorted(found, key=_time)


def _pairs(lines: list[ChatLine], answers: list[LoggedAnswer], within_s: float, word: AuditWord) -> list[AuditFinding]:
    """Take out of both lists what belongs together, the nearest in time first."""
    near = sorted(
        (abs(line.at_s - answer.at_s), line, answer)
        for line in lines
        for answer in _near(answers, line, within_s)
        if _belongs(line.text, answer.text, word)
    )
    found = list[AuditFinding]()
    taken = set[ChatLine | LoggedAnswer]()
    for _, line, answer in near:
        if line not in taken and answer not in taken:
            taken |= {line, answer}
            found.append(AuditFinding(word, line, answer))
    lines[:] = [line for line in lines if line not in taken]
    answers[:] = [answer for answer in answers if answer not in taken]
    return found


def _near(answers: Sequence[LoggedAnswer], line: ChatLine, within_s: float) -> Iterable[LoggedAnswer]:
    return (answer for answer in answers if abs(line.at_s - answer.at_s) <= within_s)


def _belongs(line: str, answer: str, word: AuditWord) -> bool:
    line, answer = _plain(line), _plain(answer)
    if word is AuditWord.PROVEN:
        return answer in line
    return SequenceMatcher(None, line, answer, autojunk=False).ratio() >= ALIKE


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", text).split())


def _time(finding: AuditFinding) -> tuple[float, int]:
    one = finding.line or finding.answer
    return (one.at_s if one else 0.0, finding.line.number if finding.line else 0)
