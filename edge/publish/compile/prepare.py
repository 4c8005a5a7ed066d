"""The slow part of compiling an island: training its head and judging its golden questions, without key or revision."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import msgspec
from threadpoolctl import threadpool_limits

from edge.host import ignore
from edge.publish.compile.about import own_names
from edge.publish.compile.training import golden, train_head
from edge.publish.source import IslandSource
from edge.records import Golden, HeadWeights
from edge.triage import Head, Triage, question_of

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the phase's name, the number of steps done in it, and the number of its steps."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of an island that do not depend on its revision. `examples` by snippet id, each normal form once."""

    source: IslandSource
    about: tuple[str, ...]
    """Names of what the island is about (`own_names`)."""
    examples: dict[str, tuple[str, ...]]
    head: HeadWeights
    golden: tuple[Golden, ...]


def prepare_island(source: IslandSource, *, triage: Triage, progress: Progress = ignore) -> Prepared:
    """Train the island's head and judge its golden questions. The same source and models give the same result."""
    examples = {snippet.id: distinct(snippet.examples) for snippet in source.snippets}
    texts = [text for snippet_examples in examples.values() for text in snippet_examples]
    with _quiet_training():
        weights = train_head(
            triage.encoder,
            examples,
            titles={snippet.id: snippet.title or snippet.id for snippet in source.snippets},
            progress=lambda count: progress("reading questions", count, len(texts)),
        )
    progress("judging golden questions", 0, 1)
    questions = golden(triage, Head(weights, texts))
    progress("judging golden questions", 1, 1)
    return Prepared(
        source=source, about=own_names(source, triage.things), examples=examples, head=weights, golden=questions
    )


@contextmanager
def _quiet_training() -> Iterator[None]:
    """Settings of scikit-learn for the block: one thread, and no warning about many classes.

    A head is small, and more threads only wait for each other (measured on two busy cores: 0.07 s with one thread, 2 to
    8 s with two). The warning takes many snippets with few questions each for a regression.
    """
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater than 50%")
        yield


def distinct(examples: tuple[str, ...]) -> tuple[str, ...]:
    """The questions with the first spelling of each. A second one would count as evidence and raise confidences."""
    first: dict[str, str] = {}
    for example in examples:
        first.setdefault(question_of(example), example)
    return tuple(first.values())
