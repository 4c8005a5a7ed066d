"""What did people write? A snippet's answer, or words of their own that may be the draft of a new one.

Greeting, signature and quoted mail around a reply are left out: they name people, and are no part of an answer.
"""

import hashlib
import re
from typing import NamedTuple

from edge.publish.learn.fitness import is_fit_answer, with_plain_spaces
from edge.publish.learn.lines import LeftOut
from edge.publish.source import IslandSource
from edge.records import Suggestion
from edge.tally import compare_reply
from edge.triage import normalise

MAX_REPLY_CHARACTERS = 4_000
"""What is read of a reply: twice the longest answer."""

MAX_REPLIES = 20_000
"""Different replies that are kept, 2,000 bytes each at most."""

_SHARED_WORDS = 0.4
"""An answer and a reply with a smaller share of words in common are not compared word by word."""

_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|liebe[rs]?|guten tag|bonjour|hola|ciao)"
    r"(?: [^\s,.!?:]+){0,2} ?(?:[,!:](?=\s)|[,.!:]?(?:\n|\Z))\s*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:many |with )?(?:thanks|thank you|cheers|sincerely|yours(?: truly| sincerely| faithfully)?|all the best|"
    r"(?:with )?(?:kind|best|warm|kindest)(?: regards| wishes)?|regards|mit freundlichen gr(?:ü|ue)(?:ß|ss)en|"
    r"(?:viele|liebe|beste) gr(?:ü|ue)(?:ß|ss)e|cordialement|saludos(?: cordiales)?|cordiali saluti)"
    r"(?: again| so much)?(?:[,.! ]*|, [^\s,.!?]+(?: [^\s,.!?]+)?)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"\S+ \S+ \S.*[.?!]")
_SIGNATURE_LINES = 6
_DELIMITER = re.compile(r"--|[_-]{5,}.*|on .{1,200} wrote:", re.IGNORECASE)
"""Begins a signature (RFC 3676, 4.3) or the quoted mail that follows a reply."""


class ReadReply(NamedTuple):
    """What a reply says. All are empty for an empty reply."""

    snippet: str = ""
    """Id of the snippet whose answer it is, as it is or edited."""
    draft: str = ""
    """Its words if they may be a draft answer."""
    why_not: LeftOut | None = None
    """Why it is neither."""


class Replies:
    """Reads replies for an island, each different one once."""

    def __init__(self, source: IslandSource) -> None:
        self._answers = [(one.id, one.answer, set(normalise(one.answer).split())) for one in source.snippets]
        # By hash: a hostile reply may be long.
        self._read: dict[bytes, ReadReply] = {}

    def read(self, reply: str) -> ReadReply:
        """What it says."""
        body = body_of(reply[:MAX_REPLY_CHARACTERS])
        if not body:
            return ReadReply(why_not=LeftOut.REPLY_UNFIT) if reply else ReadReply()
        key = hashlib.sha256(body.encode()).digest()
        found = self._read.get(key)
        if found is None:
            found = self._judged(body, is_whole=len(reply) <= MAX_REPLY_CHARACTERS)
            if len(self._read) < MAX_REPLIES:
                self._read[key] = found
            elif found.draft:
                return ReadReply(why_not=LeftOut.MANY)
        return found

    def _judged(self, body: str, *, is_whole: bool) -> ReadReply:
        words = set(normalise(body).split())
        for snippet, answer, own in self._answers:
            alike = len(words & own) >= _SHARED_WORDS * len(words | own) > 0
            if alike and compare_reply(body, [answer]) in {Suggestion.USED, Suggestion.EDITED}:
                return ReadReply(snippet=snippet)
        return ReadReply(draft=body) if is_whole and is_fit_answer(body) else ReadReply(why_not=LeftOut.REPLY_UNFIT)


def body_of(reply: str) -> str:
    """A reply without greeting, closing, signature and quoted mail; empty if it has nothing else.

    It may leave too little out, where people write unusually.
    """
    lines: list[str] = []
    for line in map(str.rstrip, with_plain_spaces(reply).strip().split("\n")):
        is_end = _DELIMITER.fullmatch(line) is not None
        if is_end and any(lines):
            break
        if not is_end and not line.startswith(">"):
            lines.append(line)
    text = "\n".join(_without_closing(lines)).strip()
    rest = _GREETING.sub("", text, count=1) if _GREETING.match(text) else text
    return rest if rest == text else rest[:1].upper() + rest[1:]


def _without_closing(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines = lines[:-1]
    for first in range(max(0, len(lines) - _SIGNATURE_LINES), len(lines)):
        is_closing = _CLOSING.fullmatch(lines[first].strip())
        if is_closing and not any(map(_SENTENCE.fullmatch, lines[first + 1 :])):
            return lines[:first]
    return lines
