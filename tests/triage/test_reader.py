"""`edge.triage.reader`: what a message tells of, and whether it asks anything."""

import tracemalloc
from itertools import pairwise
from zlib import crc32

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config import model_files
from edge.errors import Reason, RefusedError
from edge.records import Harm
from edge.triage import KINDS, MODEL_FILES, Matter, Reader, ReaderWeights, Triage, read_features, read_message
from edge.triage.reader import _REMEMBERED, OUTPUTS, reading_of, worst
from tests.triage.growth import grows_with_length

FILES = model_files(MODEL_FILES)
DATA, CARD = FILES["reader/reader.msgpack"], FILES["reader/card.toml"]

TOLD = {
    "i want to kill myself tonight": "self_harm",
    "my friend wants to hurt herself and i dont know what to do": "self_harm",
    "i will bring a gun to the venue and shoot everyone": "threat",
    "someone posted my home address in chat and is stalking me": "harassment",
    "a man collapsed in row 12 and he is not breathing": "emergency",
    "somebody used my card to order things, i did not make that payment": "fraud",
}
PLAIN = (
    "when does it ship", "this stream is amazing", "can i talk to a human", "i'm dead lol that was so funny",
    "this boss is killing me", "the price is a crime", "do you ship to canada", "where is my refund",
)  # fmt: skip

TALK = ("lol", "he is so good at this", "what a goal", "who else is from brazil", "pog pog pog", "i love this song")
ASKED = ("where can i buy a ticket", "my code does not work", "how much is shipping to germany", "is there a replay")


@pytest.mark.parametrize(("text", "kind"), TOLD.items())
def test_plain_words_of_harm(triage: Triage, text: str, kind: str) -> None:
    """Each kind is told from the others, and is likelier than not."""
    harm = reading(triage, text)[0]

    assert kind == max(KINDS[1:], key=lambda one: float(getattr(harm, one)))
    assert max(harm.safety, harm.fraud) > 0.5


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_words_tell_of_nothing(triage: Triage, text: str) -> None:
    """Also with the words of danger."""
    harm = reading(triage, text)[0]

    assert max(harm.safety, harm.fraud) < 0.15


def test_questions_ask_more_than_talk(triage: Triage) -> None:
    """Every one of these."""
    least = min(reading(triage, text)[1] for text in ASKED)

    assert max(reading(triage, text)[1] for text in TALK) < least


def reading(triage: Triage, text: str) -> tuple[Harm, float]:
    """What a text tells of."""
    normal = read_message(text).question
    found = triage.reader.read(normal, triage.encoder.encode(normal))
    return found.harm, found.asks


@given(st.text(max_size=300))
def test_any_text_has_probabilities(text: str) -> None:
    """Between nothing and certainty; those of harm add up to at most one."""
    reader = Reader.load(DATA, CARD)
    harm, asks = reader.read(read_message(text).words, np.ones(384, np.float32) / 384**0.5)
    total = sum(msgspec.structs.astuple(harm))

    assert 0 <= total <= 1.000001
    assert 0 <= asks <= 1


def test_scores_without_bounds_have_probabilities() -> None:
    """No overflow."""
    found = reading_of(np.array([-1e6] * len(KINDS) + [-1e9], np.float32))

    assert list(msgspec.structs.astuple(found.harm)) == pytest.approx([1 / 6] * 5)
    assert found.asks == pytest.approx(0)


@pytest.mark.parametrize("text", ["x" * 2_000, "x " * 1_000])
def test_time_grows_with_the_length_alone(triage: Triage, text: str) -> None:
    """Without a blank, or with one after each letter."""
    embedding = np.ones(384, np.float32) / 384**0.5

    assert grows_with_length(lambda words: triage.reader.read(words, embedding), text)


def test_features_of_a_long_word_are_bounded() -> None:
    """A word of two thousand letters has no more pieces than one of forty."""
    assert len(read_features(["x" * 2_000], has_mark=True)) < 50


@given(words=st.lists(st.text(min_size=1, max_size=50), max_size=8), has_mark=st.booleans())
def test_features_are_checksums_of_their_texts(words: list[str], has_mark: bool) -> None:
    """The weights were learned by these numbers: words, pieces, pairs, and pairs with one word between."""
    bounded = ["<", *words, "?" if has_mark else ">"]
    padded = [f"^{word[:40]}$" for word in words]
    texts = ["?"] * has_mark + words
    texts += ["#" + one[at : at + 4] for one in padded for at in range(max(1, len(one) - 3))]
    texts += [f"{left} {right}" for left, right in pairwise(bounded)]
    texts += [f"{left}_{right}" for left, right in zip(bounded, bounded[2:], strict=False)]

    assert [crc32(text.encode(errors="surrogatepass")) for text in texts] == read_features(words, has_mark=has_mark)


def test_long_words_are_not_remembered() -> None:
    """A stranger can send five hundred different ones of a thousand letters."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(500):
            read_features([f"{number:03}" * 300], has_mark=False)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert after - before < 100_000


def test_words_are_forgotten_some_day() -> None:
    """No viewer can fill the memory with words."""
    for number in range(3_000):
        read_features([f"word{number}"], has_mark=False)

    assert len(_REMEMBERED) <= 1_024


def test_worst_of_several_readings() -> None:
    """For each kind of harm the highest."""
    assert Harm(self_harm=0.4, fraud=0.9) == worst([Harm(self_harm=0.4, fraud=0.1), Harm(fraud=0.9)])


DAMAGED = {
    "another file than in the card": (DATA + b"\x00", CARD, "its sha256 is"),
    "no card": (DATA, b"name = 1", "sha256"),
}


@pytest.mark.parametrize(("data", "card", "words"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_reader_is_refused(data: bytes, card: bytes, words: str) -> None:
    """With what was found."""
    with pytest.raises(RefusedError) as refused:
        Reader.load(data, card)

    assert Reason.MODEL_MISMATCH is refused.value.reason
    assert words in refused.value.text


def test_weights_of_another_size_are_refused() -> None:
    """Before the first question."""
    weights = msgspec.msgpack.decode(DATA, type=ReaderWeights)
    short = msgspec.structs.replace(weights, bias=b"\x00" * 4 * (OUTPUTS - 1))

    with pytest.raises(ValueError, match="reshape"):
        Reader(short, fingerprint="")


def test_each_part_and_quote_is_read(triage: Triage, head: object) -> None:
    """The worst of them counts for the message."""
    matter = Matter("do you ship to canada i want to die", ("do you ship to canada", "i want to die"), ())
    quoted = Matter("is this allowed here", (), ("i will kill you all at the show tonight",))

    assert triage.judge(head, matter).harm.safety > 0.5  # type: ignore[arg-type]
    assert triage.judge(head, quoted).harm.safety > 0.3  # type: ignore[arg-type]
