"""Turn a cross-validation into advice for the author: expected quality, confusions, and what to write next.

All shares are of the author's own questions. Two things make viewers' questions harder. They are worded otherwise:
`ExpectedSolved` has the own questions that are least like others. They are sometimes out of scope: `strange_answered`
shows that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from statistics import mean

import msgspec

from edge.publish.evaluate.cross_validate import CrossValidation, HeldOutQuestion
from edge.publish.evaluate.expected_solved import CostlySnippet, ExpectedSolved, costliest, expected_solved
from edge.publish.source import RECOMMENDED_EXAMPLES, IslandSource
from edge.records import Outcome

MAX_SUGGESTIONS = 5
"""After five new questions the evaluation is out of date, so more suggestions would be guesses."""

MISPLACED_FROM = 0.5
"""From this confidence, a question more likely belongs to another snippet than to the one that its author chose."""

HARMFUL_FROM = 2
"""One question drawn to a wrong snippet may be chance; two by the same example are a pattern."""


class ExpectedQuality(msgspec.Struct, frozen=True, kw_only=True):
    """Expected results in production, as shares from 0 to 1; None where there is nothing to measure."""

    questions: int
    """The author's questions, each asked of an island without it."""
    answered: float | None
    """Expected automation rate."""
    precision: float | None
    """Of the answers: the share with the right snippet."""
    best_right: float | None
    """Of the questions: the share whose best candidate is right, answered or not."""
    clarified: float | None
    strange_answered: float | None
    """Of questions out of scope: the share that is answered, wrongly."""


class Confusion(msgspec.Struct, frozen=True, kw_only=True):
    """Two cells of the confusion matrix: two snippets whose questions go to each other. `first` loses more."""

    first: str
    second: str
    first_lost: tuple[str, ...]
    """Questions of `first` whose best candidate is `second`."""
    second_lost: tuple[str, ...]
    """Questions of `second` whose best candidate is `first`."""


class HarmfulExample(msgspec.Struct, frozen=True, kw_only=True):
    """An example that draws other snippets' questions to its snippet, or that reads as if it belonged to another."""

    snippet: str
    example: str
    takes: tuple[str, ...]
    """Other snippets' questions whose wrong best candidate has this as its nearest example."""
    reads_as: str
    """The other snippet; empty if the example reads as its own."""


class ThinSnippet(msgspec.Struct, frozen=True, kw_only=True):
    """A snippet with fewer than `RECOMMENDED_EXAMPLES` examples."""

    snippet: str
    examples: int
    wanted: int


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """One question to write next."""

    snippet: str
    like: str
    """The example to write in other words: no other example of the snippet is close to it."""
    confidence: float
    """Probability given to the right snippet when the example is left out."""
    confusion: str
    """The likeliest other snippet, from which the new question must differ; empty if there is none."""


class IslandEvaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All findings. Lists are sorted, the most important entry first."""

    island: str
    model: str
    target_precision: float
    expected: ExpectedQuality
    confusions: tuple[Confusion, ...]
    hurting: tuple[HarmfulExample, ...]
    thin: tuple[ThinSnippet, ...]
    advice: tuple[Suggestions, ...]
    solved: ExpectedSolved = ExpectedSolved()
    costliest: tuple[CostlySnippet, ...] = ()


def evaluate_island(source: IslandSource, validation: CrossValidation, *, model: str) -> IslandEvaluation:
    """Findings from `validation`, the cross-validation of `source`."""
    return IslandEvaluation(
        island=f"{source.tenant}/{source.island}",
        model=model,
        target_precision=source.target_precision,
        expected=_expected_quality(validation),
        confusions=_confusions(validation.in_scope),
        hurting=_harmful_examples(validation.in_scope),
        thin=_thin_snippets(validation),
        advice=_suggestions(validation),
        solved=expected_solved(source, validation.in_scope),
        costliest=costliest(source, validation.in_scope),
    )


def _expected_quality(validation: CrossValidation) -> ExpectedQuality:
    in_scope = validation.in_scope
    answered = [question for question in in_scope if question.result.outcome is Outcome.ANSWER]
    return ExpectedQuality(
        questions=len(in_scope),
        answered=_share(question.result.outcome is Outcome.ANSWER for question in in_scope),
        precision=_share(question.result.snippet == question.snippet for question in answered),
        best_right=_share(_best(question) == question.snippet for question in in_scope),
        clarified=_share(question.result.outcome is Outcome.CLARIFY for question in in_scope),
        strange_answered=_share(question.result.outcome is Outcome.ANSWER for question in validation.out_of_scope),
    )


def _confusions(in_scope: Sequence[HeldOutQuestion]) -> tuple[Confusion, ...]:
    lost: dict[tuple[str, str], list[str]] = defaultdict(list)
    for question in in_scope:
        if _is_misjudged(question):
            lost[question.snippet, _best(question)].append(question.text)
    pairs = {(first, second) for first, second in lost if not _is_worse((second, first), (first, second), lost)}
    confusions = [
        Confusion(
            first=first,
            second=second,
            first_lost=tuple(lost.get((first, second), ())),
            second_lost=tuple(lost.get((second, first), ())),
        )
        for first, second in pairs
    ]
    return tuple(
        sorted(confusions, key=lambda pair: (-len(pair.first_lost) - len(pair.second_lost), pair.first, pair.second))
    )


def _is_worse(pair: tuple[str, str], than: tuple[str, str], lost: Mapping[tuple[str, str], Sequence[str]]) -> bool:
    """True if more questions are lost in the direction `pair`. Equal numbers go by name, so that one pair remains."""
    return (len(lost.get(pair, ())), than) > (len(lost[than]), pair)


def _harmful_examples(in_scope: Sequence[HeldOutQuestion]) -> tuple[HarmfulExample, ...]:
    takes: dict[tuple[str, str], list[HeldOutQuestion]] = defaultdict(list)
    reads_as: dict[tuple[str, str], str] = {}
    for question in in_scope:
        if not _is_misjudged(question):
            continue
        best = question.result.verdict.candidates[0]
        takes[best.snippet, best.nearest_example].append(question)
        if best.confidence >= MISPLACED_FROM:
            reads_as[question.snippet, question.text] = best.snippet
    drawing = {
        example for example, questions in takes.items() if len(questions) >= HARMFUL_FROM or _any_answered(questions)
    }
    harmful = [
        HarmfulExample(
            snippet=snippet,
            example=example,
            takes=tuple(question.text for question in takes.get((snippet, example), ())),
            reads_as=reads_as.get((snippet, example), ""),
        )
        for snippet, example in drawing | reads_as.keys()
    ]
    return tuple(
        sorted(harmful, key=lambda entry: (-len(entry.takes), not entry.reads_as, entry.snippet, entry.example))
    )


def _thin_snippets(validation: CrossValidation) -> tuple[ThinSnippet, ...]:
    thin = [
        ThinSnippet(snippet=snippet, examples=len(texts), wanted=RECOMMENDED_EXAMPLES)
        for snippet, texts in validation.examples.items()
        if len(texts) < RECOMMENDED_EXAMPLES
    ]
    return tuple(sorted(thin, key=lambda entry: (entry.examples, entry.snippet)))


def _suggestions(validation: CrossValidation) -> tuple[Suggestions, ...]:
    """The least certain example of each of the least certain snippets.

    With fewer than five snippets, the second least certain examples follow, and so on.
    """
    by_snippet: dict[str, list[Suggestions]] = defaultdict(list)
    for question in validation.in_scope:
        by_snippet[question.snippet].append(_suggestion(question))
    for snippet, texts in validation.examples.items():
        # A snippet's only example was not asked. It goes first: nothing is known of how the snippet would do.
        if snippet not in by_snippet and texts:
            by_snippet[snippet] = [Suggestions(snippet=snippet, like=texts[0], confidence=0.0, confusion="")]
    for suggestions in by_snippet.values():
        suggestions.sort(key=lambda suggestion: (suggestion.confidence, suggestion.like))
    least_certain_first = sorted(by_snippet.values(), key=_certainty)
    alternating = [suggestion for rank in zip_longest(*least_certain_first) for suggestion in rank if suggestion]
    return tuple(alternating[:MAX_SUGGESTIONS])


def _certainty(suggestions: Sequence[Suggestions]) -> tuple[float, str]:
    """Mean confidence in a snippet's own questions; equal ones are sorted by the snippet's name."""
    return mean(suggestion.confidence for suggestion in suggestions), suggestions[0].snippet


def _suggestion(question: HeldOutQuestion) -> Suggestions:
    candidates = question.result.verdict.candidates
    others = (candidate.snippet for candidate in candidates if candidate.snippet != question.snippet)
    return Suggestions(
        snippet=question.snippet,
        like=question.text,
        confidence=sum(candidate.confidence for candidate in candidates if candidate.snippet == question.snippet),
        confusion=next(others, ""),
    )


def _any_answered(questions: Iterable[HeldOutQuestion]) -> bool:
    return any(question.result.outcome is Outcome.ANSWER for question in questions)


def _is_misjudged(question: HeldOutQuestion) -> bool:
    """True if another snippet is the best candidate. A question without candidates is no other snippet's gain."""
    return _best(question) not in {question.snippet, ""}


def _best(question: HeldOutQuestion) -> str:
    """Snippet of the best candidate; empty if there is no candidate."""
    candidates = question.result.verdict.candidates
    return candidates[0].snippet if candidates else ""


def _share(flags: Iterable[bool]) -> float | None:
    values = list(flags)
    return sum(values) / len(values) if values else None
