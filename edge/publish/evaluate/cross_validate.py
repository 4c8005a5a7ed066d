"""Cross-validate an island: how well would it do on its own questions?

Each question is asked of a head that was trained without it, through the PoP's own triage and policy. One fold leaves
out one question of every snippet. The number of folds is therefore the number of questions of the largest snippet, but
at most `MAX_FOLDS`: in an island with larger snippets, a fold leaves out two or more questions of them. A large island
has half as many folds.

Further folds leave out whole snippets and ask their questions. Viewers will ask things that the author has not thought
of, and these are the most similar questions that we have: near the island's subject, but out of its scope.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from edge.host import ignore
from edge.publish.compile import Progress, distinct, prepare_without_golden, quiet_training, remembering
from edge.publish.evaluate.dry_run import DryRun, DryRunResult
from edge.publish.source import MIN_SNIPPETS, IslandSource
from edge.triage import SNIPPETS_LEARNED, Triage, question_of

MAX_FOLDS = 10
"""As is usual. With 10 folds, a large snippet keeps 90 % of its questions in each."""

SNIPPET_FOLDS = 5
"""Folds that leave out whole snippets; each leaves out a fifth of them."""

LARGE = 2000
"""From so many questions on, an island has half as many folds that leave out questions: each fold trains a classifier,
which takes a second. A snippet then keeps 80 % of its questions in each."""

ENOUGH_STRANGE = 1500
"""No further snippets are left out after so many questions: the share of them that is answered is then known to two and
a half points or better (95 % confidence)."""


_Questions: TypeAlias = Mapping[str, tuple[str, ...]]
"""Texts by snippet id."""


class HeldOutQuestion(NamedTuple):
    """One of the author's questions, and what an island without it did with it."""

    snippet: str
    text: str
    result: DryRunResult


class CrossValidation(NamedTuple):
    """The results of all folds. A snippet's only question is never left out alone, so it is not in `in_scope`."""

    examples: dict[str, tuple[str, ...]]
    in_scope: tuple[HeldOutQuestion, ...]
    """Asked of an island that has the snippet, but not this question."""
    out_of_scope: tuple[HeldOutQuestion, ...]
    """Asked of an island without the snippet; empty for an island of fewer than `SNIPPETS_LEARNED` snippets."""


def leave_one_out(source: IslandSource, *, triage: Triage, progress: Progress = ignore) -> CrossValidation:
    """Ask the island its own questions. Deterministic: the same source and models give the same result.

    An island of 30 snippets with 15 questions each takes about three seconds.
    """
    # Folds share nearly all of their questions.
    triage, read = remembering(triage), cache(question_of)
    examples = {snippet.id: distinct(snippet.examples) for snippet in source.snippets}
    folds = [*_question_folds(examples), *_snippet_folds(examples)]
    in_scope: list[HeldOutQuestion] = []
    out_of_scope: list[HeldOutQuestion] = []
    with quiet_training():
        for count, fold in enumerate(folds, 1):
            results = out_of_scope if fold.leaves_out_snippets else in_scope
            results.extend(_ask(source, examples, fold.left_out, triage=triage, read=read))
            progress("cross-validating", count, len(folds))
    return CrossValidation(examples=examples, in_scope=tuple(in_scope), out_of_scope=tuple(out_of_scope))


class _Fold(NamedTuple):
    left_out: dict[str, tuple[str, ...]]
    leaves_out_snippets: bool


def _question_folds(examples: _Questions) -> Iterable[_Fold]:
    most = MAX_FOLDS if sum(map(len, examples.values())) < LARGE else MAX_FOLDS // 2
    count = min(max(map(len, examples.values())), most)
    for fold in range(count) if count > 1 else ():
        left_out = {}
        for shift, (snippet, texts) in enumerate(examples.items()):
            # Shifted by one from snippet to snippet. Without the shift, the first folds would leave out a question of
            # every snippet and the last ones only of the largest, so that folds would not be alike.
            chosen = tuple(text for index, text in enumerate(texts) if (index + shift) % count == fold)
            # A snippet without its only question would be no snippet.
            if chosen and len(texts) > 1:
                left_out[snippet] = chosen
        yield _Fold(left_out, leaves_out_snippets=False)


def _snippet_folds(examples: _Questions) -> Iterable[_Fold]:
    asked = 0
    for fold in range(SNIPPET_FOLDS) if len(examples) >= SNIPPETS_LEARNED else ():
        if asked >= ENOUGH_STRANGE:
            return
        left_out = {snippet: examples[snippet] for snippet in list(examples)[fold::SNIPPET_FOLDS]}
        asked += sum(map(len, left_out.values()))
        yield _Fold(left_out, leaves_out_snippets=True)


def _ask(
    source: IslandSource, examples: _Questions, left_out: _Questions, *, triage: Triage, read: Callable[[str], str]
) -> list[HeldOutQuestion]:
    """Ask the questions in `left_out` of the island without them."""
    training = {
        snippet: tuple(text for text in texts if text not in left_out.get(snippet, ()))
        for snippet, texts in examples.items()
    }
    snippets = tuple(
        replace(snippet, examples=training[snippet.id]) for snippet in source.snippets if training[snippet.id]
    )
    if len(snippets) < MIN_SNIPPETS:
        return []
    prepared = prepare_without_golden(replace(source, snippets=snippets), triage=triage, read=read)
    dry_run = DryRun(prepared, triage=triage, read=read)
    return [HeldOutQuestion(snippet, text, dry_run.ask(text)) for snippet, texts in left_out.items() for text in texts]
