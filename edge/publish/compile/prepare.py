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
    prepared = prepare_without_golden(source, triage=triage, progress=progress)
    texts = [text for snippet_examples in prepared.examples.values() for text in snippet_examples]
    progress("judging golden questions", 0, 1)
    with quiet_training():
        questions = golden(triage, Head(prepared.head, texts))
    progress("judging golden questions", 1, 1)
    return msgspec.structs.replace(prepared, golden=questions)


def prepare_without_golden(
    source: IslandSource,
    *,
    triage: Triage,
    progress: Progress = ignore,
    read: Callable[[str], str] = question_of,
) -> Prepared:
    """The same without golden questions: all that a dry run needs. `read` gives an example's normal form."""
    examples = {snippet.id: distinct(snippet.examples, read=read) for snippet in source.snippets}
    count_all = sum(map(len, examples.values()))
    with quiet_training():
        weights = train_head(
            triage.encoder,
            examples,
            titles={snippet.id: snippet.title or snippet.id for snippet in source.snippets},
            answers={snippet.id: snippet.answer for snippet in source.snippets},
            progress=lambda count: progress("reading questions", count, count_all),
        )
    about = own_names(source, triage.things)
    return Prepared(source=source, about=about, examples=examples, head=weights, golden=())


@contextmanager
def quiet_training() -> Iterator[None]:
    """Settings for the block: products of matrices by one thread, and no warning of scikit-learn about many classes.

    A head is small, and more threads only wait for each other (measured on two busy cores: 0.07 s with one thread, 2 to
    8 s with two; for one question to 280 snippets, 0.1 ms and 6 ms). The warning takes many snippets with few questions
    each for a regression.
    """
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater than 50%")
        yield


def distinct(examples: tuple[str, ...], *, read: Callable[[str], str] = question_of) -> tuple[str, ...]:
    """The questions with the first spelling of each. A second one would count as evidence and raise confidences."""
    first: dict[str, str] = {}
    for example in examples:
        first.setdefault(read(example), example)
    return tuple(first.values())
