"""The parts of a message: each could have been a message of its own.

`joints` says where they begin. Courtesy between two parts goes to the part before it. A part that is longer than the
encoder reads is cut into windows. Every word of the message is in at least one part. The time grows with the length
alone.

>>> [part.question for part in split_parts("hi! when does it ship? also my friend wants to hurt himself, thanks")]
['when does it ship', 'my friend wants to hurt himself']
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from edge.triage.message import Message, Written, core, is_courtesy, is_small_talk, read_message
from edge.triage.parts.joints import announcing, joining, joints

MAX_PARTS = 7
"""Each costs a run of the encoder, and so does the message as a whole: eight at most."""

MAX_WORDS = 40
"""Words of a part. On average these are 49 word pieces."""

OVERLAP_WORDS = 8
"""Words that two windows share, so that no phrase is cut."""

MAX_PIECES = 60
"""The encoder reads 64 word pieces, two of which are its own."""

_LETTERS_A_PIECE = 6
_LONGEST_WORD = 100
"""The tokenizer reads a longer word as one unknown piece."""


class Part(NamedTuple):
    """A stretch of a message that could stand alone."""

    question: str
    """In normal form, without courtesy and joining words."""
    words: str
    """All its words in normal form."""
    is_remark: bool = False
    """It has only courtesy, or it is a quotation: it asks nothing."""
    has_mark: bool = False
    """It ends with a question mark."""
    is_cut: bool = False
    """It may be longer than the encoder reads. Only a message of more than about 300 words has such parts."""


class Matter(NamedTuple):
    """What triage judges of a message. All texts are in normal form. Equal matters have equal verdicts."""

    question: str
    """The message's question, as `read_message` reads it."""
    parts: tuple[str, ...] = ()
    """The parts that are no remarks, if they are not simply the question."""
    asides: tuple[str, ...] = ()
    """Stretches that are judged only for what people must see: quotations, and what a joining word may part."""
    marked: frozenset[str] = frozenset()
    """The question and parts that were written with a question mark."""
    opened: frozenset[str] = frozenset()
    """The question and parts before which stood words such as "do you know": they ask, however they sound."""


def matter_of(message: Message) -> Matter:
    """What triage judges of a message."""
    parts, (words, gaps, quoted) = parts_of(message), message.written
    asked = tuple(part.question for part in parts if not part.is_remark)
    ends = [(part.question, part.has_mark) for part in parts]
    marked = frozenset(
        question for question, mark in [(message.question, any("?" in gap for gap in gaps)), *ends] if mark
    )
    pairs = [(message.question, message.words), *((part.question, part.words) for part in parts)]
    opened = frozenset(question for question, words in pairs if _is_opened(words, question))
    asides = (" ".join(words[:quoted]),) if quoted else ()
    if asked == (message.question,):
        return Matter(message.question, (), (*asides, *_halves(words, gaps, quoted)), marked, opened)
    return Matter(message.question, asked, asides, marked, opened)


def _is_opened(words: str, question: str) -> bool:
    """True if words that ask stood before a question, and were taken off."""
    return len(words) > len(question) and not _ASKING.isdisjoint(words.partition(question)[0].split())


_ASKING = frozenset({"know", "tell", "ask", "question", "questions", "wondering"})
"""One of these is in each opening that asks: "do you know", "can someone tell me", "quick question"."""


def _halves(words: Sequence[str], gaps: Sequence[str], begin: int) -> tuple[str, ...]:
    """What stands before and after the joining words of a single question, if each may be a matter of its own."""
    places = [at for at in range(begin + 1, len(words)) if words[at] in _MAY_PART or "," in gaps[at]]
    cuts = [begin, *places[: MAX_PARTS - 2], len(words)]
    halves = [words[start:end] for start, end in pairwise(cuts)]
    if len(halves) == 1 or len(words) - begin < _FEW_WORDS:
        return ()
    return tuple(" ".join(half) for half in halves if len(half) >= _LEAST_HALF)


_MAY_PART = frozenset({"and", "but", "because", "since", "while", "then", "so", "also", "plus", "btw", "when", "if"})
"""Words between two clauses, which may be two matters that no rule tells apart."""

_FEW_WORDS = 9
"""A shorter question with a joining word has hardly room for two matters."""

_LEAST_HALF = 3
"""Words of a stretch that may be a matter of its own."""


class _Span(NamedTuple):
    """The words of a part: `[start:end]`."""

    start: int
    end: int


def split_parts(text: str) -> tuple[Part, ...]:
    """The parts of a text as it was written, at most `MAX_PARTS`. A text without a word has none."""
    return parts_of(read_message(text))


def parts_of(message: Message) -> tuple[Part, ...]:
    """The parts of a message, at most `MAX_PARTS`. A single one has the message's own question."""
    written = message.written
    words, gaps, quoted = written
    if not words:
        return ()
    starts = joints(words, gaps, quoted)
    spans = _with_remarks(written, starts) if len(starts) > 1 else [_Span(0, len(words))]
    spans, is_short = _merged(spans), _is_short(message.words)
    if not is_short:
        spans = _windows(words, spans)
    if len(spans) == 1:
        is_remark, has_mark = _is_remark(words, gaps[-1]), "?" in gaps[-1]
        return (Part(message.question, message.words, is_remark, has_mark, not (is_short or _fits(words, spans[0]))),)
    return tuple(_part(written, span) for span in spans)


def _with_remarks(written: Written, starts: Sequence[int]) -> list[_Span]:
    """Parts as spans. Courtesy alone goes to the part before it; at the start, to the one after it."""
    words, gaps, quoted = written
    spans, waiting = list[_Span](), -1
    for start, end in zip(starts, (*starts[1:], len(words)), strict=True):
        if end > quoted and _is_remark(words[start:end], gaps[end]):
            if spans and spans[-1].end > quoted:
                spans[-1] = _Span(spans[-1].start, end)
            elif waiting < 0:
                waiting = start
        else:
            spans.append(_Span(start if waiting < 0 else waiting, end))
            waiting = -1
    if waiting >= 0:
        spans.append(_Span(waiting, len(words)))
    return spans


def _is_remark(words: Sequence[str], after: str) -> bool:
    return is_courtesy(words, after) or ("?" not in after and is_small_talk(" ".join(words)))


def _part(written: Written, span: _Span) -> Part:
    start, end = span
    words, gaps = written.words[start:end], written.gaps[start : end + 1]
    first = announcing(words, gaps)
    first += joining(words, first)[0]
    if first >= len(words):
        first = 0
    begin, stop = core(words[first:], gaps[first:])
    question = " ".join(words[first + begin : first + stop])
    is_remark = end <= written.quoted or _is_remark(words, gaps[-1])
    return Part(question, " ".join(words), is_remark, "?" in gaps[-1], not _fits(written.words, span))


def _merged(spans: list[_Span]) -> list[_Span]:
    """At most `MAX_PARTS` spans: the smallest neighbours are merged."""
    while len(spans) >= 2 * MAX_PARTS:
        # Each round halves the spans, so that all rounds together take no longer than two.
        pairs = [_Span(left.start, right.end) for left, right in zip(spans[::2], spans[1::2], strict=False)]
        spans = pairs + spans[2 * len(pairs) :]
    while len(spans) > MAX_PARTS:
        sizes = [right.end - left.start for left, right in pairwise(spans)]
        at = sizes.index(min(sizes))
        spans = [*spans[:at], _Span(spans[at].start, spans[at + 1].end), *spans[at + 2 :]]
    return spans


def _pieces(word: str) -> int:
    """About how many word pieces a word has, rather too many than too few: letters of other scripts have one each."""
    if len(word) > _LONGEST_WORD:
        return 1
    return 1 + len(word) // _LETTERS_A_PIECE if word.isascii() else len(word)


def _is_short(words: str) -> bool:
    """True for words that the encoder certainly reads at once: most messages, without a look at each word."""
    most_words = words.count(" ") + 1
    return words.isascii() and most_words <= MAX_WORDS and most_words + len(words) // _LETTERS_A_PIECE <= MAX_PIECES


def _fits(words: Sequence[str], span: _Span) -> bool:
    """True if the encoder reads all words of a span."""
    return sum(map(_pieces, words[span.start : span.end])) <= MAX_PIECES


def _windows(words: Sequence[str], spans: list[_Span]) -> list[_Span]:
    """Spans of which the long ones are cut into windows that overlap. At most `MAX_PARTS`, longer ones if need be."""
    if len(words) <= MAX_WORDS and _fits(words, _Span(0, len(words))):
        return spans
    short = [window for span in spans for window in _windows_of(words, span)]
    if len(short) <= MAX_PARTS:
        return short
    # So long a message cannot keep its parts: it is cut evenly, and nothing is left unread.
    return _even(words, _Span(0, len(words)), MAX_PARTS)


def _windows_of(words: Sequence[str], span: _Span) -> list[_Span]:
    size = span.end - span.start
    if size <= MAX_WORDS and _fits(words, span):
        return [span]
    weight = sum(map(_pieces, words[span.start : span.end]))
    longest = max(OVERLAP_WORDS + 1, min(MAX_WORDS, MAX_PIECES * size // weight))
    return _even(words, span, max(2, -(-(size - OVERLAP_WORDS) // (longest - OVERLAP_WORDS))))


def _even(words: Sequence[str], span: _Span, count: int) -> list[_Span]:
    """At most `count` windows of about the same number of pieces. They overlap as far as there is room."""
    total, seen, cuts = sum(map(_pieces, words[span.start : span.end])), 0, [span.start]
    for at in range(span.start, span.end):
        seen += _pieces(words[at])
        if seen * count >= total * len(cuts):
            cuts.append(at + 1)
    room = MAX_WORDS - max(stop - first for first, stop in pairwise(cuts))
    overlap = max(0, min(OVERLAP_WORDS, room))
    return [_Span(max(span.start, first - overlap), stop) for first, stop in pairwise(cuts)]
