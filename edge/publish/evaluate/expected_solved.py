"""What share of an island's own questions would be solved, and by which snippets are most of the others lost?

Only questions of snippets that the machine may send count: the others are people's by the author's will. Leave-one-out
is optimistic where examples paraphrase each other, because viewers do not know the author's words. So the questions
that no other example of their snippet paraphrases have a share of their own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from edge.publish.evaluate.cross_validate import HeldOutQuestion
from edge.publish.evaluate.solved import Solved, how_solved
from edge.publish.source import SIMILAR_COSINE, IslandSource
from edge.records import Automation, Candidate, ThresholdWhy


class ExpectedSolved(msgspec.Struct, frozen=True, kw_only=True):
    """Shares from 0 to 1; None where there is no question to measure."""

    questions: int = 0
    """The author's questions that the machine may answer, each asked of an island without it."""
    at_once: float | None = None
    """Answered right."""
    by_tap: float | None = None
    """Not answered, but the right snippet is among those offered. An upper bound: not every viewer taps."""
    while_waiting: float | None = None
    """People get a ticket, and the right snippet is among those offered meanwhile. An upper bound, not in `total`."""
    unlike: int = 0
    """The questions that no other example of their snippet paraphrases."""
    unlike_solved: float | None = None
    """Of these: solved at once or by a tap."""
    threshold: float | None = None
    """The confidence that an answer needed: where a PoP starts, before anybody has asked it."""
    threshold_why: ThresholdWhy | None = None
    """Why it is there."""
    answerable_share: float | None = None
    """The share of questions that can be answered, as a PoP takes it at the start. None if the precision is promised of
    each answer."""

    @property
    def total(self) -> float | None:
        """Solved at once or by a tap: an upper bound, as `by_tap` is."""
        return None if self.at_once is None or self.by_tap is None else self.at_once + self.by_tap


class CostlySnippet(msgspec.Struct, frozen=True, kw_only=True):
    """A snippet with questions that are not solved."""

    snippet: str
    questions: int
    unsolved: tuple[str, ...]
    """As the author wrote them, the least certain first."""
    taken_by: str
    """The other snippet that is most often the best candidate for them; empty if none is."""


_PEOPLES = frozenset({Solved.NOT, Solved.WHILE_WAITING})
"""Questions of which a ticket is made. What a viewer then picks while waiting is not counted as solved here."""

_Judged = list[tuple[HeldOutQuestion, Solved]]


def expected_solved(source: IslandSource, in_scope: Sequence[HeldOutQuestion]) -> ExpectedSolved:
    """The shares of `in_scope`, the cross-validation's questions that were left out one by one."""
    judged = _judge(source, in_scope)
    unlike = [how for question, how in judged if not _is_paraphrased(question)]
    start = next((question.result.threshold for question, _ in judged), None)
    return ExpectedSolved(
        questions=len(judged),
        at_once=_share(how is Solved.AT_ONCE for _, how in judged),
        by_tap=_share(how is Solved.BY_TAP for _, how in judged),
        while_waiting=_share(how is Solved.WHILE_WAITING for _, how in judged),
        unlike=len(unlike),
        unlike_solved=_share(how not in _PEOPLES for how in unlike),
        threshold=start.confidence if start else None,
        threshold_why=start.why if start else None,
        answerable_share=start.share if start else None,
    )


def costliest(source: IslandSource, in_scope: Sequence[HeldOutQuestion]) -> tuple[CostlySnippet, ...]:
    """Every snippet with an unsolved question; those with the most come first."""
    judged = _judge(source, in_scope)
    asked = Counter(question.snippet for question, _ in judged)
    unsolved: dict[str, list[HeldOutQuestion]] = defaultdict(list)
    for question, how in judged:
        if how in _PEOPLES:
            unsolved[question.snippet].append(question)
    costly = [_costly(snippet, asked[snippet], questions) for snippet, questions in unsolved.items()]
    return tuple(sorted(costly, key=lambda one: (-len(one.unsolved), one.questions, one.snippet)))


def _costly(snippet: str, asked: int, unsolved: list[HeldOutQuestion]) -> CostlySnippet:
    best = Counter(
        question.result.verdict.candidates[0].snippet for question in unsolved if question.result.verdict.candidates
    )
    del best[snippet]
    first = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
    by_certainty = sorted(unsolved, key=lambda question: (_confidence(question), question.text))
    return CostlySnippet(
        snippet=snippet,
        questions=asked,
        unsolved=tuple(question.text for question in by_certainty),
        taken_by=first[0][0] if first else "",
    )


def _judge(source: IslandSource, in_scope: Sequence[HeldOutQuestion]) -> _Judged:
    answerable = {snippet.id for snippet in source.snippets if snippet.automation is Automation.ANSWER}
    return [
        (question, how_solved(question.result, question.snippet))
        for question in in_scope
        if question.snippet in answerable
    ]


def _is_paraphrased(question: HeldOutQuestion) -> bool:
    """True if another example of its snippet says nearly the same."""
    return max((one.similarity for one in _right(question)), default=0.0) >= SIMILAR_COSINE


def _confidence(question: HeldOutQuestion) -> float:
    return sum(candidate.confidence for candidate in _right(question))


def _right(question: HeldOutQuestion) -> list[Candidate]:
    """The right snippet's candidate, if it is one."""
    return [candidate for candidate in question.result.verdict.candidates if candidate.snippet == question.snippet]


def _share(flags: Iterable[bool]) -> float | None:
    values = list(flags)
    return sum(values) / len(values) if values else None
