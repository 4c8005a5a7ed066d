import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.triage.ngrams import NgramIndex, _buckets_of, _hashed

TEXTS = ["when does it ship", "can i get a refund", "what sizes are there"]


def test_similarities_of_a_text_itself() -> None:
    """A text has similarity 1 to itself and less to any other."""
    index = NgramIndex.build(TEXTS)

    for place, text in enumerate(TEXTS):
        found = index.similarities(text)
        assert found[place] == pytest.approx(1, abs=1e-5)
        assert (np.delete(found, place) < 0.5).all()


def test_similarities_of_a_misspelt_text() -> None:
    """With a typing error the right text is still by far the most similar."""
    found = NgramIndex.build(TEXTS).similarities("can i get a refnd")

    assert found.argmax() == 1
    assert found[1] > 0.5 + np.delete(found, 1).max()


def test_similarities_in_a_large_island() -> None:
    """Each of many texts is most similar to itself, also where places in the index need more than 16 bits."""
    texts = [f"how do i change number {number * number} of my order {number} today" for number in range(2_000)]
    index = NgramIndex.build(texts)

    assert index._members.size > 2**16
    assert [7, 1_200, 1_999] == [int(index.similarities(texts[place]).argmax()) for place in (7, 1_200, 1_999)]


def test_similarities_of_strange_letters() -> None:
    """A text that shares no n-gram with the examples has similarity 0."""
    assert NgramIndex.build(TEXTS).similarities("ξζφ").max() < 0.1


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_similarities_stay_between_zero_and_one(text: str) -> None:
    """Any text has a similarity between 0 and 1 with each entry of the index."""
    found = NgramIndex.build([*TEXTS, "a", ""]).similarities(text)

    assert found.shape == (5,)
    assert (found >= 0).all()
    assert (found <= 1 + 1e-5).all()


def bucket(signs: str) -> int:
    """The bucket of one n-gram in 32-bit arithmetic. It must not change: published golden questions depend on it."""
    golden_ratio, wrap = 0x9E3779B1, 0xFFFFFFFF
    found = ord(signs[0]) * golden_ratio & wrap
    for sign in signs[1:]:
        found = ((found ^ found >> 15) * golden_ratio + ord(sign)) & wrap
    return (found * golden_ratio & wrap) >> 16


def test_buckets_of_a_text() -> None:
    """The n-grams of a text between two spaces: three and four characters."""
    expected = [" ab", "abc", "bc ", " abc", "abc "]

    assert list(map(bucket, expected)) == _buckets_of("abc").tolist()


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4))
def test_buckets_of_examples_are_those_of_each(texts: list[str]) -> None:
    """Examples are hashed all at once, and none of their n-grams reaches into the next example."""
    buckets, owners = _hashed(texts)

    for place, text in enumerate(texts):
        assert _buckets_of(text).tolist() == buckets[owners == place].tolist()
