import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import Reason, RefusedError
from edge.triage import Encoder, Triage, normalise


def load(files: dict[str, bytes], **changed: bytes) -> Encoder:
    """The shipped encoder with some of its files changed."""
    given = {
        "model": files["encoder/model.onnx"],
        "tokenizer": files["encoder/tokenizer.json"],
        "card": files["encoder/card.toml"],
    }
    return Encoder.load(**{**given, **changed})


def flipped(content: bytes, at: int) -> bytes:
    """`content` with one bit of one byte turned over."""
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_encode_gives_unit_vectors(triage: Triage) -> None:
    """An embedding has 384 dimensions and unit length."""
    embedding = triage.encoder.encode("when does it ship")

    assert embedding.shape == (384,)
    assert embedding.dtype == np.float32
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-5)


def test_encode_brings_meanings_together(triage: Triage) -> None:
    """Two ways to ask the same are nearer than two questions."""
    ask, same, other = map(
        triage.encoder.encode, ["can i get a refund", "i want my money back", "what sizes are there"]
    )

    assert ask @ same > ask @ other + 0.2


def test_encode_reads_typed_special_tokens_as_text(triage: Triage) -> None:
    """The tokenizer's own marks in a viewer's text are ordinary characters."""
    assert triage.encoder.encode("[SEP] [CLS]") @ triage.encoder.encode("sep cls") == pytest.approx(1, abs=1e-4)


def test_encode_cuts_long_text_off(triage: Triage) -> None:
    """Four thousand characters cost no more than the longest input, and what lies beyond it changes nothing."""
    long = "when does the hoodie ship to me " * 125

    assert np.array_equal(triage.encoder.encode(long), triage.encoder.encode(long + "refund"))


@pytest.mark.parametrize("text", ["", " ", "\ud800", "😂", "ﷺ" * 500, "\x00"])
def test_encode_never_raises(triage: Triage, text: str) -> None:
    """Any string has an embedding."""
    assert np.isfinite(triage.encoder.encode(text)).all()


@settings(max_examples=60)
@given(st.text(max_size=60) | st.text("abc\u0301\u00df\u4e2d\u0e33\u0645 '.5", max_size=200))
def test_words_are_read_one_by_one_as_all_at_once(triage: Triage, text: str) -> None:
    """The word pieces of a text are those of its words."""
    encoder = triage.encoder

    expected = encoder._tokenizer.encode(normalise(text)).ids
    assert all(expected == np.frombuffer(encoder._ids(text), np.int64).tolist() for _ in range(2))


def test_plain_word_that_is_one_piece(triage: Triage) -> None:
    """Each such word of the vocabulary is the piece that the tokenizer makes of it."""
    tokenizer = triage.encoder._tokenizer
    words = [word for word in tokenizer.get_vocab() if word.isascii() and word.isalnum()]

    read = [one.ids for one in tokenizer.encode_batch(words, add_special_tokens=False)]

    assert len(words) > 20_000
    assert read == [[triage.encoder._whole(word)] for word in words]


def test_word_pieces_of_a_word_are_forgotten_some_day(triage: Triage) -> None:
    """No viewer can fill the memory with words."""
    for number in range(3_000):
        triage.encoder._ids(f"word {number}")

    assert len(triage.encoder._pieces) <= 1_024


def test_long_words_are_not_remembered(triage: Triage) -> None:
    """A stranger can send a thousand different ones. They are read all the same."""
    encoder, long = triage.encoder, [f"{number:03}" * 14 for number in range(20)]
    known = set(encoder._pieces)

    read = [np.frombuffer(encoder._ids(word), np.int64).tolist() for word in long]

    assert [encoder._tokenizer.encode(word).ids for word in long] == read
    assert known == set(encoder._pieces)


def test_encode_agrees_between_threads(triage: Triage) -> None:
    """Threads that share an encoder get the same embeddings as one alone."""
    texts = [f"question number {number} about my order" for number in range(40)]
    alone = [triage.encoder.encode(text) for text in texts]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(triage.encoder.encode, texts))

    assert np.array_equal(alone, together)


def test_load_refuses_flipped_byte_in_model(model_files: dict[str, bytes]) -> None:
    """A damaged model file is refused, with both hashes."""
    damaged = flipped(model_files["encoder/model.onnx"], 9_000_000)

    with pytest.raises(
        RefusedError, match=r"^encoder/model.onnx has sha256 [0-9a-f]{64}, expected [0-9a-f]{64} as its card says$"
    ) as caught:
        load(model_files, model=damaged)

    assert caught.value.reason is Reason.MODEL_MISMATCH


def test_load_refuses_other_tokenizer(model_files: dict[str, bytes]) -> None:
    """A tokenizer that is not the card's is refused."""
    with pytest.raises(RefusedError, match=r"^encoder/tokenizer.json has sha256 .* as its card says$") as caught:
        load(model_files, tokenizer=model_files["encoder/tokenizer.json"] + b" ")

    assert caught.value.reason is Reason.MODEL_MISMATCH


def test_load_refuses_card_that_is_no_card(model_files: dict[str, bytes]) -> None:
    """A card that cannot be read is refused, and says why."""
    for card in (b"name = ", b"name = 'x'", b"\xff"):
        with pytest.raises(RefusedError, match=r"^encoder/card.toml is not a model card: ") as caught:
            load(model_files, card=card)

        assert caught.value.reason is Reason.MODEL_MISMATCH


def test_load_refuses_other_embeddings(model_files: dict[str, bytes]) -> None:
    """A machine that computes other embeddings than the card holds is refused before it serves."""
    card = model_files["encoder/card.toml"].decode()
    swapped = card.replace('text = "hi"', 'text = "goodbye for ever"')

    with pytest.raises(
        RefusedError,
        match=r"^encoder's golden input 5 has cosine [-0-9.]+ to its embedding in the card, expected at least 0.99$",
    ) as caught:
        load(model_files, card=swapped.encode())

    assert caught.value.reason is Reason.MODEL_SELFTEST_FAILED


def test_load_refuses_other_dimensions(model_files: dict[str, bytes]) -> None:
    """Golden embeddings of another size are refused."""
    card = re.sub(r"embedding = '[^']{8}", "embedding = '", model_files["encoder/card.toml"].decode())

    with pytest.raises(RefusedError, match=r"^encoder gives 384 dimensions, expected 381 as its card says$") as caught:
        load(model_files, card=card.encode())

    assert caught.value.reason is Reason.MODEL_SELFTEST_FAILED


class PanicException(BaseException):
    """A panic of a library in Rust: no `Exception`."""


@pytest.mark.parametrize(("raised", "seen"), [(PanicException, RefusedError), (KeyboardInterrupt, KeyboardInterrupt)])
def test_tokenizer_that_panics(
    model_files: dict[str, bytes], raised: type[BaseException], seen: type[BaseException]
) -> None:
    """The text is refused, without its words, so that one island or question fails, and not the PoP. Ctrl-C ends it."""
    encoder = load(model_files)

    def panic(*_: object, **__: object) -> None:
        raise raised("byte index 1 is not a char boundary of `secret`")

    encoder._tokenizer = SimpleNamespace(encode=panic, token_to_id=panic)
    texts = []
    for work in (encoder.encode, encoder.knows):
        with pytest.raises(seen) as caught:
            work("secret")
        texts.append(getattr(caught.value, "text", ""))

    refused = "the tokenizer panicked at a word, expected word pieces of it"
    assert [refused if seen is RefusedError else ""] * 2 == texts
