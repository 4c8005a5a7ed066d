"""Array code compared with results by hand or in plain Python: forest, features, n-grams and a snippet's rows."""

import math
from collections import Counter
from random import Random
from typing import Any

import numpy as np
import pytest

from edge.errors import RefusedError
from edge.triage import FEATURES, Evidence, shares
from edge.triage.acceptor import BoostedTrees, Forest
from edge.triage.evidence import KINDS_OF_EVIDENCE, NeighbourhoodStats, RowsBySnippet, neighbourhood_of
from edge.triage.features import best_first, feature_row
from edge.triage.head import _array, _owners, _unambiguous
from edge.triage.ngrams import NgramIndex, _hashed

TREES = BoostedTrees(
    depth=2,
    base=-0.25,
    feature=[[0, 1, 2], [2, 0, 1]],
    threshold=[[0.5, 1.0, -1.0], [0.0, 2.0, 3.0]],
    leaf=[[0.1, 0.2, 0.4, 0.8], [1.0, 2.0, 4.0, 8.0]],
)

FALLS: dict[str, tuple[tuple[float, float, float], float]] = {
    "not above at every node": ((0.0, 0.0, -2.0), 0.1 + 1.0),
    "exactly at a threshold is not above it": ((0.5, 1.0, 0.0), 0.1 + 1.0),
    "above at every node": ((3.0, 4.0, 1.0), 0.8 + 8.0),
    "above in the first node only": ((1.0, 4.0, -2.0), 0.4 + 1.0),
    "above in the second only": ((0.0, 2.0, -2.0), 0.2 + 1.0),
    "above in the other tree's second": ((2.5, 0.0, -0.5), 0.8 + 2.0),
}


@pytest.mark.parametrize(("row", "leaves"), FALLS.values(), ids=FALLS.keys())
def test_forest_adds_up_the_leaves_that_a_row_falls_into(row: tuple[float, float, float], leaves: float) -> None:
    """The probability is the sigmoid of the leaves' sum."""
    (found,) = Forest(TREES).probabilities(np.array(row, np.float32))

    assert 1 / (1 + math.exp(0.25 - leaves)) == pytest.approx(found)


def test_forest_keeps_its_groups_apart() -> None:
    """Several `BoostedTrees` give the probabilities that each gives alone."""
    other = BoostedTrees(
        depth=2, base=1.0, feature=[[1, 1, 0]], threshold=[[0.0, -2.0, 1.0]], leaf=[[1.0, -1.0, 2.0, 3.0]]
    )
    row = np.array((2.5, 0.0, -0.5), np.float32)

    alone = [*Forest(TREES).probabilities(row), *Forest(other).probabilities(row)]

    assert alone == Forest(TREES, other).probabilities(row)


INCOMPLETE = {
    "a node is missing": {"feature": [[0, 1], [2, 0]], "threshold": [[0.5, 1.0], [0.0, 2.0]]},
    "a leaf is missing": {"leaf": [[0.1, 0.2, 0.4], [1.0, 2.0, 4.0]]},
    "a tree is missing": {"leaf": [[0.1, 0.2, 0.4, 0.8]]},
}


@pytest.mark.parametrize("fields", INCOMPLETE.values(), ids=INCOMPLETE.keys())
def test_incomplete_trees_are_refused(fields: dict[str, Any]) -> None:
    """Incomplete trees are refused when they are loaded."""
    whole = {name: getattr(TREES, name) for name in ("depth", "base", "feature", "threshold", "leaf")}
    with pytest.raises(ValueError, match="trees are not complete at depth 2"):
        Forest(BoostedTrees(**(whole | fields)))


def evidence(count: int, *, words: int = 3) -> Evidence:
    """Evidence of four snippets, or of only the first, with numbers that are easy to distinguish."""

    def row(*values: float) -> Any:
        return np.array(values[:count], np.float32)

    return Evidence(
        kinds=np.array(
            [
                row(-3.0, -0.1, -2.0, -4.0),
                row(0.4, 0.7, 0.6, 0.1),
                row(0.5, 0.8, 0.9, 0.2),
                row(0.35, 0.3, 0.2, 0.05),
                row(0.45, 0.35, 0.25, 0.1),
            ],
            np.float64,
        ),
        cosines=row(0.5, 0.8, 0.9, 0.2),
        words=words,
        neighbourhood=NeighbourhoodStats(
            own=row(0.8, 0.6, 0.7, 0.9),
            other=row(0.2, 0.3, 0.1, 0.4),
            examples=row(5, 7, 11, 13),
            island_own=0.75,
            island_other=0.25,
        ),
    )


def described(found: Evidence, *share: float) -> dict[str, float]:
    """The features by name."""
    shared = np.array(share)
    return dict(zip(FEATURES, feature_row(found, shared, best_first(shared)).tolist(), strict=True))


def test_features_of_a_question() -> None:
    """The features if the second snippet leads, the third is next, and the fourth is not listed."""
    expected = {
        "share": 0.5, "lead": 0.2, "listed_share": 0.95,
        "entropy": -sum(part * math.log(part) for part in (0.15, 0.5, 0.3, 0.05)),
        "log_probability": -0.1, "nearest": 0.7, "nearest_lead": 0.1, "best": 0.8, "best_anywhere": 0.9,
        "spelling": 0.3, "spelling_lead": -0.05, "best_spelling": 0.35,
        "classifier_agrees": 1, "nearest_agrees": 1, "spelling_agrees": 0,
        "words": 3, "one_or_two_words": 0,
        "snippets": 4, "examples": 36, "examples_of_first": 7, "examples_of_second": 11,
        "nearest_above_own": 0.1, "nearest_above_other": 0.4, "nearest_above_island": -0.05,
        "best_above_island": 0.05,
    }  # fmt: skip

    assert expected == pytest.approx(described(evidence(4), 0.15, 0.5, 0.3, 0.05), abs=1e-5)


def test_features_of_an_island_of_one_snippet() -> None:
    """A single snippet leads by its whole value, and counts as its own second."""
    found = described(evidence(1), 1.0)

    assert {"share": 1, "lead": 1, "listed_share": 1, "nearest_lead": 0.4, "examples_of_second": 5} == pytest.approx(
        {name: found[name] for name in ("share", "lead", "listed_share", "nearest_lead", "examples_of_second")}
    )
    assert 0 == pytest.approx(found["entropy"], abs=1e-6)


@pytest.mark.parametrize(("words", "is_short"), [(1, 1.0), (2, 1.0), (3, 0.0)])
def test_one_or_two_words(words: int, is_short: float) -> None:
    """One or two words are few, three are not."""
    assert is_short == described(evidence(4, words=words), 0.4, 0.3, 0.2, 0.1)["one_or_two_words"]


def test_shares_are_the_softmax_of_the_mixture() -> None:
    """The shares use each kind of evidence with its weight."""
    found = evidence(2)
    scores = [1 * -3.0 + 2 * 0.4 + 3 * 0.5 + 4 * 0.35 + 5 * 0.45, 1 * -0.1 + 2 * 0.7 + 3 * 0.8 + 4 * 0.3 + 5 * 0.35]
    total = sum(math.exp(score) for score in scores)

    assert [math.exp(score) / total for score in scores] == pytest.approx(
        shares(found, np.array((1, 2, 3, 4, 5), np.float32)).tolist(), rel=1e-5
    )


TEXTS = ["when does it ship", "when will it ship", "can i get a refund", "refund refund", "ok"]


def grams(text: str) -> set[str]:
    """The n-grams of a text: three and four characters, with a space on either side."""
    padded = f" {text} "
    return {padded[at : at + size] for size in (3, 4) for at in range(len(padded) - size + 1)}


def likeness(text: str, example: str) -> float:
    """Cosine over n-grams weighted by how rare they are among the examples."""
    known = [grams(one) for one in TEXTS]

    def squared(gram: str) -> float:
        return float((math.log((1 + len(TEXTS)) / (1 + sum(gram in one for one in known))) + 1) ** 2)

    def length(of: set[str]) -> float:
        return math.sqrt(sum(map(squared, of)))

    shared = sum(map(squared, grams(text) & grams(example)))
    return shared / (length(grams(text)) * length(grams(example)))


@pytest.mark.parametrize("text", [*TEXTS, "when can it ship", "refnd", "shipship", "a", "o", "ship when does"])
def test_similarities_are_the_cosines_of_their_ngrams(text: str) -> None:
    """No two n-grams of these texts share a bucket."""
    expected = [likeness(text, example) for example in TEXTS]

    assert expected == pytest.approx(NgramIndex.build(TEXTS).similarities(text).tolist(), abs=1e-5)


def test_similarities_in_an_index_as_full_as_a_large_islands() -> None:
    """With four hundred texts all neighbouring buckets are in use, and are not mixed up."""
    rng = Random(7)
    texts = ["".join(rng.choices("abcdefghijklmnop ", k=40)).strip() for _ in range(400)]
    buckets = [set(_hashed([text])[0].tolist()) for text in texts]
    counts = Counter(bucket for one in buckets for bucket in one)
    squared = {bucket: (math.log(401 / (1 + count)) + 1) ** 2 for bucket, count in counts.items()}
    lengths = [math.sqrt(sum(squared[bucket] for bucket in one)) for one in buckets]
    shared = [sum(squared[bucket] for bucket in buckets[0] & one) for one in buckets]

    assert [part / length / lengths[0] for part, length in zip(shared, lengths, strict=True)] == pytest.approx(
        NgramIndex.build(texts).similarities(texts[0]).tolist(), abs=0.002
    )


def test_text_without_a_sign_is_like_nothing() -> None:
    """A text without n-grams is similar to nothing, and nothing to an example without n-grams."""
    assert [0.0, 0.0] == NgramIndex.build(["ok then", ""]).similarities("").tolist()
    assert 0.0 == NgramIndex.build(["ok then", ""]).similarities("ok then")[1]


ROWS = RowsBySnippet(np.array([1, 0, 1, 1, 1, 0, 1], np.uint16), 6, 2)
"""Six examples and a title. The second snippet has four examples, the first has two."""

COSINES = (0.1, -0.9, 0.5, 0.3, 0.2, -0.7, 0.6)
SPELLING = (0.0, 0.2, 0.9, 0.4, 0.1, 0.3)


def test_three_nearest_speak_for_a_snippet() -> None:
    """The mean is over three rows, or as many as a snippet has. A title has a cosine, and no spelling."""
    values, cosines, spelling = ROWS.new_values()
    cosines[:], spelling[:] = COSINES, SPELLING
    kinds = np.zeros((KINDS_OF_EVIDENCE, 2))

    ROWS.put_highest(values, kinds)

    assert [-0.8, (0.6 + 0.5 + 0.3) / 3, -0.7, 0.6] == pytest.approx(kinds[1:3].ravel().tolist())
    assert [0.25, (0.9 + 0.4 + 0.1) / 3, 0.3, 0.9] == pytest.approx(kinds[3:].ravel().tolist())
    assert [2, 4] == ROWS.counts.tolist()


def test_very_nearest_row_of_a_snippet() -> None:
    """The nearest example: its index among all of them. A title is none."""
    assert [5, 2] == [ROWS.nearest(np.array(COSINES, np.float32), snippet) for snippet in (0, 1)]


def test_neighbourhood_weighs_snippets_by_their_examples() -> None:
    """In the island's mean a snippet counts by its number of examples."""
    found = neighbourhood_of(np.array([[0.8, 0.2], [0.4, 0.1]], np.float32), np.array([1, 3]))

    assert [0.5, 0.125] == pytest.approx([found.island_own, found.island_other])
    assert [0.8, 0.4] == pytest.approx(found.own.tolist())
    assert [0.2, 0.1] == pytest.approx(found.other.tolist())


def test_contested_text_is_no_exact_match() -> None:
    """Twice under one snippet gives the first example; under two snippets none matches; an empty one never matches."""
    found = _unambiguous(["a", "b", "a", "b", ""], [0, 0, 0, 1, 1])

    assert {"a": (0, 0)} == found


@pytest.mark.parametrize(("count", "is_enough"), [(2, True), (3, False)])
def test_owners_for_every_example(count: int, is_enough: bool) -> None:
    """There may be more rows than examples (titles), but not fewer."""

    def owned() -> bool:
        try:
            return len(_owners(b"\x00\x00\x01\x00", count)) == 2
        except RefusedError:
            return False

    assert is_enough is owned()


def test_part_of_a_head_of_another_size() -> None:
    """The error names the array, its size and the expected shape."""
    with pytest.raises(RefusedError) as caught:
        _array(b"123", "<f4", (1,), "bias")

    assert "island's head has 3 bytes of bias, expected <f4 in the shape (1,)" == caught.value.text
