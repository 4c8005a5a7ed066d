"""What a validation tells the author: what to expect, what is confused, and what to write next.

Shares are of the author's own questions. Viewers ask less tidily, and they ask what the island lacks: the former is in
no figure here, the latter in `strange_answered`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from statistics import mean

import msgspec

from edge.publish.evaluate.cross_validate import CrossValidation, HeldOutQuestion
from edge.publish.source import RECOMMENDED_EXAMPLES, IslandSource
from edge.records import Outcome

ADVICE = 5
"""More is homework, and after five questions the picture is another one."""

READS_ELSEWHERE = 0.5
"""From here on it is more likely than not that a question belongs to another snippet than its author says."""

TAKES = 2
"""One question that goes to the wrong example is chance; two are a pattern."""


class ExpectedQuality(msgspec.Struct, frozen=True, kw_only=True):
    """What this island would do by itself; None where there is nothing to measure."""

    questions: int
    """Of the author's, each asked of an island without it."""
    answered: float | None
    """Expected automation share."""
    precision: float | None
    """Of the answers, how many are the right snippet."""
    best_right: float | None
    """Of the questions, how many have the right snippet first, answered or not."""
    clarified: float | None
    strange_answered: float | None
    """Of questions on subjects that the island lacks, how many it would answer all the same, wrongly."""


class Confusion(msgspec.Struct, frozen=True, kw_only=True):
    """Two snippets that take questions from each other, most of them from the first."""

    first: str
    second: str
    first_lost: tuple[str, ...]
    """Questions of the first that go to the second."""
    second_lost: tuple[str, ...]


class HarmfulExample(msgspec.Struct, frozen=True, kw_only=True):
    """An example that draws other snippets' questions to its own, or that reads as if it belonged to another."""

    snippet: str
    example: str
    takes: tuple[str, ...]
    """Other snippets' questions for whose wrong candidate it spoke."""
    reads_as: str
    """The other snippet; empty when it reads as its own."""


class ThinSnippet(msgspec.Struct, frozen=True, kw_only=True):
    """A snippet with too few examples."""

    snippet: str
    examples: int
    wanted: int


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """One question to write next."""

    snippet: str
    like: str
    """The example whose neighbourhood is thinnest: what is missing is another wording of it."""
    confidence: float
    """How sure triage is of the right snippet when the example is not there."""
    confusion: str
    """The other snippet that comes nearest, from which the new question must differ; empty when there is none."""


class IslandEvaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything; lists are sorted, what matters most first."""

    island: str
    model: str
    target_precision: float
    expected: ExpectedQuality
    confusions: tuple[Confusion, ...]
    hurting: tuple[HarmfulExample, ...]
    thin: tuple[ThinSnippet, ...]
    advice: tuple[Suggestions, ...]


def evaluate_island(source: IslandSource, validation: CrossValidation, *, model: str) -> IslandEvaluation:
    """What the validation of `source` says."""
    return IslandEvaluation(
        island=f"{source.tenant}/{source.island}",
        model=model,
        target_precision=source.target_precision,
        expected=_expected(validation),
        confusions=_confusions(validation.in_scope),
        hurting=_hurting(validation.in_scope),
        thin=_thin(validation),
        advice=_advice(validation),
    )


def _expected(validation: CrossValidation) -> ExpectedQuality:
    in_scope = validation.in_scope
    answered = [one for one in in_scope if one.result.outcome is Outcome.ANSWER]
    return ExpectedQuality(
        questions=len(in_scope),
        answered=_share(one.result.outcome is Outcome.ANSWER for one in in_scope),
        precision=_share(_best(one) == one.snippet for one in answered),
        best_right=_share(_best(one) == one.snippet for one in in_scope),
        clarified=_share(one.result.outcome is Outcome.CLARIFY for one in in_scope),
        strange_answered=_share(one.result.outcome is Outcome.ANSWER for one in validation.out_of_scope),
    )


def _confusions(in_scope: Sequence[HeldOutQuestion]) -> tuple[Confusion, ...]:
    lost: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in in_scope:
        if _best(one) not in {one.snippet, ""}:
            lost[one.snippet, _best(one)].append(one.text)
    pairs = {(first, second) for first, second in lost if not _is_worse((second, first), (first, second), lost)}
    found = [
        Confusion(
            first=first,
            second=second,
            first_lost=tuple(lost.get((first, second), ())),
            second_lost=tuple(lost.get((second, first), ())),
        )
        for first, second in pairs
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.first_lost) - len(one.second_lost), one.first, one.second)))


def _is_worse(pair: tuple[str, str], than: tuple[str, str], lost: Mapping[tuple[str, str], Sequence[str]]) -> bool:
    """Whether more is lost in that direction; equal losses are told apart by name, so that one of the two is chosen."""
    return (len(lost.get(pair, ())), than) > (len(lost[than]), pair)


def _hurting(in_scope: Sequence[HeldOutQuestion]) -> tuple[HarmfulExample, ...]:
    takes: dict[tuple[str, str], list[HeldOutQuestion]] = defaultdict(list)
    reads_as: dict[tuple[str, str], str] = {}
    for one in in_scope:
        if _best(one) in {one.snippet, ""}:
            continue
        best = one.result.verdict.candidates[0]
        takes[best.snippet, best.nearest_example].append(one)
        if best.confidence >= READS_ELSEWHERE:
            reads_as[one.snippet, one.text] = best.snippet
    guilty = {place for place, taken in takes.items() if len(taken) >= TAKES or _answered_wrongly(taken)}
    found = [
        HarmfulExample(
            snippet=snippet,
            example=example,
            takes=tuple(one.text for one in takes.get((snippet, example), ())),
            reads_as=reads_as.get((snippet, example), ""),
        )
        for snippet, example in guilty | reads_as.keys()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.takes), not one.reads_as, one.snippet, one.example)))


def _thin(validation: CrossValidation) -> tuple[ThinSnippet, ...]:
    found = [
        ThinSnippet(snippet=snippet, examples=len(texts), wanted=RECOMMENDED_EXAMPLES)
        for snippet, texts in validation.examples.items()
        if len(texts) < RECOMMENDED_EXAMPLES
    ]
    return tuple(sorted(found, key=lambda one: (one.examples, one.snippet)))


def _advice(validation: CrossValidation) -> tuple[Suggestions, ...]:
    """The least sure example of the least sure snippets; a second one of each where there are fewer than five."""
    by_snippet: dict[str, list[Suggestions]] = defaultdict(list)
    for one in validation.in_scope:
        by_snippet[one.snippet].append(_advice_on(one))
    for snippet, texts in validation.examples.items():
        if snippet not in by_snippet and texts:
            by_snippet[snippet] = [Suggestions(snippet=snippet, like=texts[0], confidence=0.0, confusion="")]
    for those in by_snippet.values():
        those.sort(key=lambda advice: (advice.confidence, advice.like))
    worst_first = sorted(by_snippet.values(), key=_sureness)
    turns = [advice for turn in zip_longest(*worst_first) for advice in turn if advice]
    return tuple(turns[:ADVICE])


def _sureness(those: Sequence[Suggestions]) -> tuple[float, str]:
    """Mean confidence in a snippet's own questions, and its name."""
    return mean(one.confidence for one in those), those[0].snippet


def _advice_on(one: HeldOutQuestion) -> Suggestions:
    candidates = one.result.verdict.candidates
    return Suggestions(
        snippet=one.snippet,
        like=one.text,
        confidence=sum(candidate.confidence for candidate in candidates if candidate.snippet == one.snippet),
        confusion=next((candidate.snippet for candidate in candidates if candidate.snippet != one.snippet), ""),
    )


def _answered_wrongly(taken: Iterable[HeldOutQuestion]) -> bool:
    return any(one.result.outcome is Outcome.ANSWER for one in taken)


def _best(one: HeldOutQuestion) -> str:
    """The leading candidate's snippet; empty when there is none."""
    candidates = one.result.verdict.candidates
    return candidates[0].snippet if candidates else ""


def _share(outcomes: Iterable[bool]) -> float | None:
    found = list(outcomes)
    return sum(found) / len(found) if found else None
