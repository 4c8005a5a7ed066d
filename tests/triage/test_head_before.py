"""A head that is made from the one before is the same, byte for byte, as one that is made from nothing."""

import gc
from typing import NamedTuple
from weakref import ref

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.records import HeadWeights
from edge.triage import Head

DIMENSIONS = 4

WORDS = ["ship", "shop", "chip", "coop", "cop", "poop", "hoodie", "hoody", "sizes", "size", "is", "a", "when", "don't"]
"""Many are one letter apart, so that they share entries of a speller's index."""

TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: f"Hi, {' '.join(words)}?? THANKS"),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
NAMES = st.lists(st.sampled_from(["hoodie", "hoodies", "t shirt", "", "size  chart"]), max_size=3).map(tuple)


class Questions(NamedTuple):
    """What of an island its head is made of."""

    snippets: list[list[str]]
    """The examples of each snippet."""
    titles: list[int]
    """The snippets with a title."""
    about: tuple[str, ...] = ()
    not_about: tuple[str, ...] = ()


@st.composite
def revisions(draw: st.DrawFn) -> list[Questions]:
    """Some revisions of an island: each has edits of the one before."""
    made = [draw(_questions)]
    for _ in range(draw(st.integers(1, 3))):
        last = made[-1]
        snippets = [list(examples) for examples in last.snippets]
        for _ in range(draw(st.integers(0, 3))):
            _edit(draw, snippets)
        titles = [title for title in last.titles if title < len(snippets)]
        names = draw(st.one_of(st.just((last.about, last.not_about)), st.tuples(NAMES, NAMES)))
        made.append(Questions(snippets, titles, *names))
    return made


_questions = st.builds(
    Questions,
    st.lists(st.lists(TEXTS, min_size=1, max_size=6), min_size=1, max_size=3),
    st.just([0]),
    NAMES,
    NAMES,
)


def _edit(draw: st.DrawFn, snippets: list[list[str]]) -> None:
    examples = draw(st.sampled_from(snippets))
    at = draw(st.integers(0, len(examples) - 1))
    match draw(st.sampled_from(["add", "remove", "change", "reorder", "add snippet", "remove snippet"])):
        case "add":
            examples.insert(at, draw(TEXTS))
        case "remove" if len(examples) > 1:
            del examples[at]
        case "change":
            examples[at] = draw(TEXTS)
        case "reorder":
            snippets[0].reverse()
            snippets.reverse()
        case "add snippet":
            snippets.append([draw(TEXTS)])
        case "remove snippet" if len(snippets) > 1:
            snippets.remove(examples)


def head_of(questions: Questions, before: Head | None = None) -> Head:
    """A head whose numbers depend on the questions alone."""
    owners = [snippet for snippet, examples in enumerate(questions.snippets) for _ in examples] + questions.titles
    classes, rows = len(questions.snippets), len(owners)
    rng = np.random.default_rng(rows)
    weights = HeadWeights(
        encoder="e" * 64,
        snippets=tuple(f"snippet-{number}" for number in range(classes)),
        weights=rng.standard_normal((classes, DIMENSIONS)).astype("<f2").tobytes(),
        bias=rng.standard_normal(classes).astype("<f4").tobytes(),
        examples=rng.integers(-127, 127, (rows, DIMENSIONS)).astype("i1").tobytes(),
        example_scale=rng.random(rows).astype("<f4").tobytes(),
        example_class=np.array(owners, "<u2").tobytes(),
        typical=rng.random((classes, 2)).astype("<f4").tobytes(),
    )
    examples = [text for those in questions.snippets for text in those]
    return Head(weights, examples, about=questions.about, not_about=questions.not_about, before=before)


def content(value: object) -> object:
    """All that an object holds, also in its parts, in a form that can be compared."""
    match value:
        case np.ndarray():
            return value.dtype.str, value.shape, value.tobytes()
        case str() | bytes() | int() | float() | None | frozenset():
            return value
        case dict():
            return {key: content(one) for key, one in value.items()}
        case tuple() | list():
            return [content(one) for one in value]
    return type(value).__name__, {name: content(one) for name, one in vars(value).items()}


@given(revisions())
def test_head_after_another_is_the_same_as_alone(islands: list[Questions]) -> None:
    """Examples, snippets and names are added, removed, reordered and changed, through several revisions."""
    head = None
    for questions in islands:
        head = head_of(questions, head)

        assert content(head_of(questions)) == content(head)


QUESTIONS = Questions([["when does it ship", "ship it"], ["is it sold out", "any left"]], [0, 1], ("hoodie",))


def test_parts_that_stay_are_shared() -> None:
    """The same words in other examples: neither the speller's index, rows nor names are in memory twice."""
    before = head_of(QUESTIONS)
    after = head_of(
        QUESTIONS._replace(snippets=[["ship it", "when it does ship"], ["any left", "is it sold out"]]), before
    )

    assert after.speller.index_of(dict.fromkeys(after.speller.words, 1)) is before.speller.index_of(
        dict.fromkeys(before.speller.words, 1)
    )
    assert after.rows is before.rows
    assert after.own.names.own is before.own.names.own
    assert after.words[0] is before.words[1]
    assert head_of(QUESTIONS._replace(titles=[0]), before).ngrams is before.ngrams


def test_head_before_is_not_kept() -> None:
    """Else each revision would hold all that were before it."""
    before = head_of(QUESTIONS)
    after = head_of(QUESTIONS._replace(about=("hoodies",)), before)
    gone = ref(before)

    del before
    gc.collect()

    assert after.owners == (0, 0, 1, 1)
    assert gone() is None
