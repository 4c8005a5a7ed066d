"""The slow part of compiling an island, without key or revision: its head trained, its golden questions judged."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import msgspec
from threadpoolctl import threadpool_limits

from edge.host import ignore
from edge.publish.compile.training import golden, train_head
from edge.publish.source import IslandSource
from edge.records import Golden, HeadWeights
from edge.triage import Head, Triage, normalise

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told the phase, and how many of how many steps of it are done."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """An island with all that does not depend on its revision. `examples` by snippet, each normal form once."""

    source: IslandSource
    examples: dict[str, tuple[str, ...]]
    head: HeadWeights
    golden: tuple[Golden, ...]


def prepare_island(source: IslandSource, *, triage: Triage, progress: Progress = ignore) -> Prepared:
    """Train the island's head and judge its golden questions; the same source and models give the same result."""
    examples = {snippet.id: distinct(snippet.examples) for snippet in source.snippets}
    texts = [text for those in examples.values() for text in those]
    with _training():
        weights = train_head(
            triage.encoder,
            examples,
            titles={snippet.id: snippet.title or snippet.id for snippet in source.snippets},
            progress=lambda count: progress("reading questions", count, len(texts)),
        )
    progress("judging golden questions", 0, 1)
    questions = golden(triage, Head(weights, texts))
    progress("judging golden questions", 1, 1)
    return Prepared(source=source, examples=examples, head=weights, golden=questions)


@contextmanager
def _training() -> Iterator[None]:
    """How scikit-learn is to behave meanwhile.

    One thread: a head is small, more of them only wait for each other (measured on two busy cores: 0.07 s with one,
    2 to 8 s with two). And no warning that so many snippets with so few questions might be a regression.
    """
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater than 50%")
        yield


def distinct(examples: tuple[str, ...]) -> tuple[str, ...]:
    """One spelling of each question; a second one would make triage look surer than it is."""
    first: dict[str, str] = {}
    for example in examples:
        first.setdefault(normalise(example), example)
    return tuple(first.values())
