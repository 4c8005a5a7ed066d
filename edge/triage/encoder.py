"""A question's meaning as a vector: WordPiece tokens through an int8 ONNX graph.

The model's card (TOML) holds the hashes of the files, the longest input, and golden inputs with the embeddings that the
model gave when it was built. Loading computes these embeddings again. So a damaged file, or a machine with other
integer arithmetic, is refused before the first question.
"""

import base64
import hashlib
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS
from edge.triage.message import normalise
from edge.triage.runtime import onnxruntime

_LONGEST_CHARACTERS = 1024
"""Longer texts are cut before the tokenizer reads them. This is far more than the longest input in any language."""


_WORDS = 1024
"""Words whose pieces are remembered, at most: viewers of an event use the same words again and again. 100 KB."""

_LONGEST_WORD = 40
"""Characters of the longest word that is remembered: a stranger may send a thousand words of a thousand characters."""

_DISABLED = ["SkipLayerNormFusion"]
"""On a CPU the fused operator is slower than the two that it replaces: 0.97 ms a question with it, 0.73 ms without."""


class GoldenInput(msgspec.Struct, frozen=True, kw_only=True):
    """A text and the embedding that the model gave for it when it was built (base64 of little-endian float16)."""

    text: str
    embedding: str


class EncoderCard(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the model card that loading needs. The other fields are for people."""

    name: str
    max_tokens: int
    dimensions: int
    minimum_cosine: float
    sha256: dict[str, str]
    golden: tuple[GoldenInput, ...]


class Encoder:
    """Turns text into `embedding`: float32[dimensions], unit length. Thread-safe; `encode` releases the GIL.

    To make one takes about 100 ms and holds the GIL. So make it before the first question.
    """

    def __init__(self, *, model: bytes, tokenizer: bytes, max_tokens: int, sha256: str = "") -> None:
        """`sha256` is the model's, in hexadecimal, if it is known: to compute it takes some ten milliseconds."""
        self.id = sha256 or hashlib.sha256(model).hexdigest()
        self._tokenizer: Any = Tokenizer.from_str(tokenizer.decode())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        # "[SEP]" in a viewer's text is five characters, not the special token.
        self._tokenizer.encode_special_tokens = True
        self._begin, self._end = (_as_bytes((one,)) for one in self._tokenizer.encode("").ids)
        self._most = (max_tokens - 1) * len(self._end)
        self._pieces: dict[str, bytes] = {}
        self._session = open_session(model)
        self._outputs = [self._session.get_outputs()[0].name]
        self.dimensions: int = self._session.get_outputs()[0].shape[-1]

    @classmethod
    def load(cls, *, model: bytes, tokenizer: bytes, card: bytes) -> Self:
        """The encoder that `card` describes.

        Raises `RefusedError`: `MODEL_MISMATCH` if a file is not the one in the card (install the models of this
        release), `MODEL_SELFTEST_FAILED` if this machine computes other embeddings than those in the card.
        """
        described = _read_card(card)
        _check_hash("model.onnx", model, described)
        _check_hash("tokenizer.json", tokenizer, described)
        sha256 = described.sha256["model.onnx"]
        encoder = cls(model=model, tokenizer=tokenizer, max_tokens=described.max_tokens, sha256=sha256)
        encoder.check_golden(described)
        return encoder

    def encode(self, text: str) -> NDArray[np.float32]:
        """The embedding of the normal form of `text`, which is cut at the model's longest input.

        Raises `RefusedError` (`MODEL_UNAVAILABLE`) if the tokenizer panics.
        """
        ids = np.frombuffer(self._ids(text[:_LONGEST_CHARACTERS]), np.int64)
        (embeddings,) = self._session.run(self._outputs, {"input_ids": ids.reshape(1, -1)})
        embedding: NDArray[np.float32] = embeddings[0]
        return embedding

    def _ids(self, text: str) -> bytes:
        """The model's input: the word pieces of a text's normal form, between those of its two ends, as int64."""
        # A text of words that are known in normal form is in normal form.
        pieces = [self._pieces.get(word) for word in text.split()]
        if None in pieces:
            pieces = list(map(self._pieces_of, normalise(text).split()))
        # Bytes are joined: a list would make an object of each number that an array takes apart again.
        return b"".join((self._begin, *pieces))[: self._most] + self._end  # type: ignore[arg-type]

    def _pieces_of(self, word: str) -> bytes:
        """The word pieces of a word in normal form, by their numbers. No piece goes over a blank."""
        pieces = self._pieces.get(word)
        if pieces is None:
            try:
                whole = self._whole(word)
                ids = self._tokenizer.encode(word, add_special_tokens=False).ids if whole is None else (whole,)
            except BaseException as error:  # noqa: BLE001 - as `_understood` says
                raise _understood(error) from None
            pieces = _as_bytes(ids)
            if len(word) > _LONGEST_WORD:
                return pieces
            # All are forgotten at once: a dict alone needs no lock.
            if len(self._pieces) >= _WORDS:
                self._pieces.clear()
            self._pieces[word] = pieces
        return pieces

    def _whole(self, word: str) -> int | None:
        """The one piece of a word of plain letters and digits; None if it has several or other characters."""
        piece: int | None = self._tokenizer.token_to_id(word) if word.isascii() and word.isalnum() else None
        return piece

    def knows(self, word: str) -> bool:
        """True if `word`, in normal form, is one token. Then it is an ordinary word and not a misspelling."""
        try:
            return self._tokenizer.token_to_id(word) is not None
        except BaseException as error:  # noqa: BLE001 - as `_understood` says
            raise _understood(error) from None

    def check_golden(self, card: EncoderCard) -> None:
        """Compare this machine's embeddings with the card's. Raises `RefusedError` (`MODEL_SELFTEST_FAILED`)."""
        check_embeddings(self.encode, card.golden, minimum_cosine=card.minimum_cosine)


def _as_bytes(ids: Sequence[int]) -> bytes:
    return struct.pack(f"={len(ids)}q", *ids)


def check_embeddings(
    encode: Callable[[str], NDArray[np.float32]], golden_inputs: Iterable[GoldenInput], *, minimum_cosine: float
) -> None:
    """Compare what `encode` gives on this machine with a card. Raises `RefusedError` (`MODEL_SELFTEST_FAILED`)."""
    for index, golden in enumerate(golden_inputs):
        expected = np.frombuffer(base64.b64decode(golden.embedding), "<f2").astype(np.float32)
        computed = encode(golden.text)
        if computed.shape != expected.shape:
            raise RefusedError(
                f"encoder gives {computed.size} dimensions, expected {expected.size} as its card says",
                reason=Reason.MODEL_SELFTEST_FAILED,
            )
        cosine = float(computed @ expected / np.linalg.norm(expected))
        if not cosine >= minimum_cosine:
            raise RefusedError(
                f"encoder's golden input {index} has cosine {cosine:.4f} to its embedding in the card, "
                f"expected at least {minimum_cosine}",
                reason=Reason.MODEL_SELFTEST_FAILED,
            )


def _understood(error: BaseException) -> BaseException:
    """The error as callers handle it: a panic of the tokenizer, which is in Rust, is no `Exception`.

    Without this, it would end the task that waits for an island, and the PoP with it.
    """
    if type(error).__name__ != "PanicException":
        return error
    text = "the tokenizer panicked at a word, expected word pieces of it"
    return RefusedError(text, reason=Reason.MODEL_UNAVAILABLE)


def open_session(model: bytes) -> Any:
    """A session of onnxruntime for a graph of ours: one thread that never spins."""
    session = onnxruntime.InferenceSession(
        model, _session_options(), providers=["CPUExecutionProvider"], disabled_optimizers=_DISABLED
    )
    # The session keeps the model's 23 MB so that it can restart with another provider. We never do that.
    session._model_bytes = None  # noqa: SLF001
    return session


def _session_options() -> Any:
    """Options for one thread that never spins. The arena keeps a few MB and saves a fifth of the time."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = True
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return options


def _read_card(card: bytes) -> EncoderCard:
    try:
        return msgspec.toml.decode(card, type=EncoderCard)
    except DECODE_ERRORS as error:
        raise RefusedError(f"encoder/card.toml is not a model card: {error}", reason=Reason.MODEL_MISMATCH) from None


def _check_hash(name: str, content: bytes, card: EncoderCard) -> None:
    sha256, expected = hashlib.sha256(content).hexdigest(), card.sha256.get(name, "no such file")
    if sha256 != expected:
        raise RefusedError(
            f"encoder/{name} has sha256 {sha256}, expected {expected} as its card says", reason=Reason.MODEL_MISMATCH
        )
