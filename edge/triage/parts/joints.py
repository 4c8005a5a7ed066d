"""Where one part of a message ends and the next begins: at signs, at joining words, or at neither.

A sentence end parts two stretches that say something. "And", "but", "then" and a comma stand within clauses, too: they
part only what could stand alone on both sides. So does a question that begins without any sign.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from edge.triage.parts.clause_words import (
    ABBREVIATIONS,
    AFTER_AN_OBJECT,
    ANOTHER_MATTER,
    COUNTED,
    FIRMEST,
    JOINING,
    OTHERS,
    SUBORDINATE,
    Kind,
)
from edge.triage.parts.clauses import Clauses

_STRONG = re.compile(r"[.!?…\n;]|[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]|(?<!\w)[:;]-?[()dp](?!\w)")
"""Signs between two sentences: a full stop and the like, a new line, an emoji or a smiley."""

_WEAK = re.compile(r"[,/|&+]|\s-+|-+\s|[\u2013\u2014]|\(|\)|:")
"""Signs that may stand between two clauses, and within one."""

_BETWEEN = re.compile(r"\s+(?:[-/|\u2013\u2014]|--|//)\s+")
"""Signs that part clauses if there is a blank on both sides."""

_BULLET = re.compile(r"[.):\]]+\s?|\s*-\s")
_LONGEST_BULLET = 2

_MATTERS: dict[str, list[tuple[str, ...]]] = {}
for _matter in sorted(ANOTHER_MATTER, key=len, reverse=True):
    _MATTERS.setdefault(_matter[0], []).append(_matter)

_JOINING_FIRST = JOINING | _MATTERS.keys()

_TOO_FEW = 4
"""So few words without a sign are one part: "when does it ship"."""

_BLANKS = tuple((" ",) * max(0, size - 1) for size in range(_TOO_FEW + 1))

_ANNOUNCING = 5
"""Words before a colon that may announce parts: "i have two questions:"."""

_AHEAD = 24
"""Words that a clause is looked at, at most."""


def joints(words: Sequence[str], gaps: Sequence[str], quoted: int) -> list[int]:
    """Where parts begin, in order: 0, the end of a quotation of `quoted` words, and the first word after each joint."""
    if len(words) <= _TOO_FEW and gaps[1:-1] == _BLANKS[len(words)] and _JOINING_FIRST.isdisjoint(words):
        return [0]
    clauses, bullets, ends = Clauses(words), _bullets(words, gaps), None
    starts = [0, quoted] if quoted else [0]
    begin = quoted or announcing(words, gaps)
    for at in range(begin + 1, len(words)):
        if at not in bullets:
            # Most words are in the middle of a clause, and this says so at once.
            if gaps[at] == " " and words[at] not in _JOINING_FIRST and clauses.is_inside(at):
                continue
            ends = ends or _ends(words, gaps)
            if not _is_joint(clauses, gaps, begin, at, ends):
                continue
        starts.append(at)
        begin = at
    return starts


def announcing(words: Sequence[str], gaps: Sequence[str]) -> int:
    """How many words only announce or count parts: "two things:", "1)". At least one word is left."""
    if len(words) > 1 and _is_bullet(words[0], gaps[1]):
        return 1
    for at in range(1, min(_ANNOUNCING + 1, len(words))):
        if ":" in gaps[at] and not COUNTED.isdisjoint(words[:at]):
            return at + (at + 1 < len(words) and _is_bullet(words[at], gaps[at + 1]))
    return 0


class _Ends(NamedTuple):
    """For each word, the number of the first word after a stretch that it is in."""

    sentence: list[int]
    clause: list[int]
    """Up to the next joining word or comma."""


def _ends(words: Sequence[str], gaps: Sequence[str]) -> _Ends:
    size = len(words)
    sentences, clauses = [size] * size, [size] * size
    sentence = clause = size
    for at in range(size - 1, -1, -1):
        sentences[at], clauses[at] = sentence, clause
        if gaps[at] != " " and _STRONG.search(gaps[at]) is not None:
            sentence = clause = at
        elif words[at] in JOINING or "," in gaps[at]:
            clause = at
    return _Ends(sentences, clauses)


def _is_bullet(word: str, after: str) -> bool:
    """True if a word counts a list: the number in "1) …" or "2. …"."""
    return word.isdecimal() and len(word) <= _LONGEST_BULLET and _BULLET.match(after) is not None


def _bullets(words: Sequence[str], gaps: Sequence[str]) -> frozenset[int]:
    """Numbers that count a list: "1) … 2) …"."""
    if "1" not in words:
        return frozenset()
    found, expected = list[int](), 1
    for at, word in enumerate(words):
        if word == str(expected) and _is_bullet(word, gaps[at + 1]):
            found.append(at)
            expected += 1
    return frozenset(found) if len(found) > 1 else frozenset()


class _Place(NamedTuple):
    """A place where a part may begin: `begin` is where the last one did, `after` is behind joining words."""

    begin: int
    at: int
    after: int
    end: int
    """Where the sentence ends."""
    halt: int
    """The next joining word or comma."""


def _is_joint(clauses: Clauses, gaps: Sequence[str], begin: int, at: int, ends: _Ends) -> bool:
    """True if another part begins at this word."""
    words, gap = clauses.words, gaps[at]
    size, is_matter = joining(words, at)
    after = at + size
    if after >= len(words):
        return False
    place = _Place(begin, at, after, min(ends.sentence[after], after + _AHEAD), ends.clause[after])
    if gap != " " and _STRONG.search(gap) is not None and not _is_abbreviated(words, gap, at):
        if _both_stand(clauses, gaps, place):
            return clauses.asks(begin, at) or not clauses.leans_back(after, place.end)
        if not is_matter:
            return False
    if is_matter:
        return _is_other_matter(clauses, gaps, place)
    if words[begin] in SUBORDINATE and not clauses.begins_question(begin, at):
        # "If i order now, when does it ship" is one question.
        return False
    if _BETWEEN.fullmatch(gap):
        return at - begin > 1 and place.end - after > 1 and _both_stand(clauses, gaps, place)
    if size or (gap != " " and _WEAK.search(gap) is not None):
        return _is_weak_joint(clauses, place)
    return _is_bare_joint(clauses, place)


def joining(words: Sequence[str], at: int) -> tuple[int, bool]:
    """How many words from here on only join, and whether they say that another matter follows."""
    for matter in _MATTERS.get(words[at], ()):
        # "The other thing" is no joint.
        if at and matter[-1] in COUNTED and words[at - 1] in {"the", "this", "that", "my", "your", "a"}:
            continue
        if matter == ("plus",) and at + 1 < len(words) and words[at + 1] in {"size", "sizes", "sized"}:
            continue
        if tuple(words[at : at + len(matter)]) == matter:
            return len(matter), True
    if words[at] in JOINING:
        return 1 + (at + 1 < len(words) and words[at + 1] in JOINING), False
    return 0, False


def _is_abbreviated(words: Sequence[str], gap: str, at: int) -> bool:
    return gap.startswith(".") and "\n" not in gap and (words[at - 1] in ABBREVIATIONS or len(words[at - 1]) == 1)


def _both_stand(clauses: Clauses, gaps: Sequence[str], place: _Place) -> bool:
    return _stands(clauses, gaps, place.begin, place.at) and _stands(clauses, gaps, place.after, place.end)


def _stands(clauses: Clauses, gaps: Sequence[str], start: int, end: int) -> bool:
    """True if a stretch between two sentence ends says something. One word does if it asks: "price?"."""
    content = clauses.content(start, end)
    return content > 1 or (content > 0 and "?" in gaps[end]) or clauses.is_clause(start, end)


def _is_other_matter(clauses: Clauses, gaps: Sequence[str], place: _Place) -> bool:
    """True if words such as "also" begin a part here, and do not stand within a clause: "can i also pay later"."""
    begin, at, after, end, _ = place
    if not clauses.content(begin, at) and not clauses.is_clause(begin, at):
        return False
    if after - at > 1 or gaps[at] != " " or gaps[after] != " " or clauses.words[at] == "btw":
        return clauses.content(after, end) > 0 or clauses.is_clause(after, end)
    is_asked = clauses.asks(begin, at)
    if clauses.begins_loosely(after, end, after_a_question=is_asked):
        return True
    if clauses.is_open(begin, at) or clauses.is_short(begin, at):
        return False
    return clauses.begins_statement(after, end, after_a_question=is_asked) or _stands(clauses, gaps, after, end)


def _is_weak_joint(clauses: Clauses, place: _Place) -> bool:
    """True if "and", a comma and the like join two clauses here, and not two words or half clauses."""
    begin, at, after, end, halt = place
    if clauses.is_open(begin, at):
        return False
    is_asked = clauses.asks(begin, at)
    if clauses.begins_loosely(after, end, after_a_question=is_asked):
        # "Refund policy and how many players", but not "which size, is it …".
        is_whole = clauses.is_clause(begin, at) or (after > at and clauses.content(begin, at) > 0)
        return is_whole and (is_asked or not clauses.leans_back(after, end))
    if not clauses.is_clause(begin, at) or clauses.is_short(begin, at) or clauses.leans_back(after, end):
        return False
    if not is_asked and not _joins_statements(clauses, place):
        return False
    if clauses.begins_order(after, end) and not clauses.goes_on(begin, at):
        return True
    if clauses.begins_statement(after, end, after_a_question=is_asked) and clauses.is_clause(after, end):
        return True
    return clauses.begins_fragment(begin, at, after, halt)


def _joins_statements(clauses: Clauses, place: _Place) -> bool:
    """True if two statements are two matters, and not one as in "it arrived but one sleeve is ripped"."""
    words, at, after = clauses.words, place.at, place.after
    if words[at] == "but":
        return (words[place.begin] in OTHERS) != (words[after] in OTHERS)
    return after > at or bool(clauses.kinds[at] & (Kind.SUBJECT | Kind.DETERMINER))


def _is_bare_joint(clauses: Clauses, place: _Place) -> bool:
    """True if a clause begins here without any sign."""
    begin, at, _, end, _ = place
    if clauses.is_governed(at) or clauses.belongs_to_what_is_before(at):
        return False
    if not clauses.is_clause(begin, at) or not clauses.is_clause(at, end):
        return False
    is_asked = clauses.asks(begin, at)
    if clauses.begins_question(at, end):
        return is_asked or not clauses.leans_back(at, end)
    if is_asked and clauses.words[at] in {"do", "does"} and clauses.begins_loosely(at, end, after_a_question=True):
        return True
    is_after_one = is_asked or clauses.words[at - 1] in AFTER_AN_OBJECT or clauses.words[at] in FIRMEST
    return is_after_one and clauses.begins_firmly(at, end) and not clauses.is_short(begin, at)
