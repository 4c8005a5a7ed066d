"""How an island would do, found out from its own questions before it is published.

Each question is asked of a head that was trained without it, by the PoP's own triage and policy (leave one out). A
round leaves out one question of every snippet at once, so an island needs as many heads as its fullest snippet has
questions, and at most `MAX_ROUNDS`; with more questions than that, some snippets lack two or more at a time.

Then whole snippets are left out and their questions asked: viewers will ask what the author has not thought of, and
these are the nearest such questions at hand.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from edge.host import ignore
from edge.publish.compile import Progress, distinct, prepare_island
from edge.publish.evaluate.dry_run import DryRun, DryRunResult
from edge.publish.source import MIN_SNIPPETS, IslandSource
from edge.triage import SNIPPETS_LEARNED, Encoder, Triage

MAX_ROUNDS = 20
"""So much of a snippet stays in any round: 95 %."""

SUBJECT_ROUNDS = 5


_Questions: TypeAlias = Mapping[str, tuple[str, ...]]
"""By snippet."""


class HeldOutQuestion(NamedTuple):
    """One of the author's questions, and what came of it."""

    snippet: str
    text: str
    result: DryRunResult


class CrossValidation(NamedTuple):
    """All of them. A snippet's only question is never left out, so it is not judged."""

    examples: dict[str, tuple[str, ...]]
    in_scope: tuple[HeldOutQuestion, ...]
    """Asked of an island that lacks the question."""
    out_of_scope: tuple[HeldOutQuestion, ...]
    """Asked of an island that lacks the whole snippet; empty for small islands."""


def leave_one_out(source: IslandSource, *, triage: Triage, progress: Progress = ignore) -> CrossValidation:
    """Ask the island its own questions; the same source and models give the same result.

    An island of 30 snippets with 15 questions each takes about three seconds.
    """
    remembering = Triage(_RememberingEncoder(triage.encoder), triage.acceptor)
    examples = {snippet.id: distinct(snippet.examples) for snippet in source.snippets}
    rounds = [*_question_rounds(examples), *_subject_rounds(examples)]
    in_scope: list[HeldOutQuestion] = []
    out_of_scope: list[HeldOutQuestion] = []
    for count, (left_out, whole) in enumerate(rounds, 1):
        (out_of_scope if whole else in_scope).extend(_ask(source, examples, left_out, triage=remembering))
        progress("rehearsing", count, len(rounds))
    return CrossValidation(examples=examples, in_scope=tuple(in_scope), out_of_scope=tuple(out_of_scope))


class _Round(NamedTuple):
    left_out: dict[str, tuple[str, ...]]
    is_whole: bool


def _question_rounds(examples: _Questions) -> Iterable[_Round]:
    rounds = min(max(map(len, examples.values())), MAX_ROUNDS)
    for number in range(rounds) if rounds > 1 else ():
        left_out = {}
        for place, (snippet, texts) in enumerate(examples.items()):
            # Snippets take turns, so that rounds are alike also where most snippets have few questions.
            turn = tuple(text for at, text in enumerate(texts) if (at + place) % rounds == number)
            if turn and len(texts) > 1:
                left_out[snippet] = turn
        yield _Round(left_out, is_whole=False)


def _subject_rounds(examples: _Questions) -> Iterable[_Round]:
    for number in range(SUBJECT_ROUNDS) if len(examples) >= SNIPPETS_LEARNED else ():
        snippets = list(examples)[number::SUBJECT_ROUNDS]
        yield _Round({snippet: examples[snippet] for snippet in snippets}, is_whole=True)


def _ask(source: IslandSource, examples: _Questions, left_out: _Questions, *, triage: Triage) -> list[HeldOutQuestion]:
    """The questions left out, asked of the island that lacks them."""
    kept = {
        snippet: tuple(text for text in texts if text not in left_out.get(snippet, ()))
        for snippet, texts in examples.items()
    }
    snippets = tuple(replace(snippet, examples=kept[snippet.id]) for snippet in source.snippets if kept[snippet.id])
    if len(snippets) < MIN_SNIPPETS:
        return []
    dry_run = DryRun(prepare_island(replace(source, snippets=snippets), triage=triage), triage=triage)
    return [HeldOutQuestion(snippet, text, dry_run.ask(text)) for snippet, texts in left_out.items() for text in texts]


class _RememberingEncoder(Encoder):
    """Another encoder's embeddings, each computed once: rounds differ in a few questions."""

    def __init__(self, encoder: Encoder) -> None:
        self.id = encoder.id
        self.dimensions = encoder.dimensions
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def knows(self, word: str) -> bool:
        """As the other encoder."""
        return self._encoder.knows(word)

    def encode(self, text: str) -> NDArray[np.float32]:
        """As the other encoder."""
        if text not in self._known:
            self._known[text] = self._encoder.encode(text)
        return self._known[text]
