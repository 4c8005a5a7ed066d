"""What does a message tell of, and does it ask anything of the event's team? Judgements that know no island.

Two linear models read the words, pairs of words and pieces of words, and the embedding. They were learned from lines
that were written for it (`models/reading`, `models/train_reader.py`). Their probabilities are calibrated for a mix of
messages that the card names: one in so many tells of harm, one in so many lines of a public chat asks for something.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, Self
from zlib import crc32

import msgspec
import numpy as np
from msgspec.structs import astuple
from numpy.typing import NDArray

from edge.records import Harm
from edge.triage.model_file import model_file

KINDS = ("none", "self_harm", "threat", "harassment", "emergency", "fraud")
"""What a message may tell of. All but the first are the fields of `Harm`."""

OUTPUTS = len(KINDS) + 1
"""Scores of a reading: one for each kind, and one for a message that asks."""

_PIECE = 4
"""Characters of a piece of a word. A misspelt word shares most of its pieces with the right one."""

_LANES = 8
"""Bytes of a bucket's weights: one for each output, and one that is free."""

Floats = NDArray[np.float32]

_MAX, _SUM = np.maximum.reduce, np.add.reduce
"""What an array's methods call in the end."""


class Reading(NamedTuple):
    """What a text tells of."""

    harm: Harm
    asks: float
    """Probability that it asks the event's team for something, as a line of a stream's chat."""


class ReaderWeights(msgspec.Struct, frozen=True, kw_only=True):
    """Content of the reader's file. Arrays are little-endian bytes."""

    name: str
    encoder: str
    """sha256 (hexadecimal) of the encoder whose embeddings it was trained on."""
    buckets: int
    """Number of hash buckets for words and pieces."""
    words: bytes
    """int8[buckets, OUTPUTS]: weights of the buckets, in steps of `scale`."""
    scale: bytes
    """float32[OUTPUTS]."""
    embedding: bytes
    """float32[OUTPUTS, dimensions]: weights of the embedding."""
    bias: bytes
    """float32[OUTPUTS]."""


class Reader:
    """Reads texts in normal form. Thread-safe."""

    def __init__(self, weights: ReaderWeights, *, fingerprint: str) -> None:
        self.id = fingerprint
        self.encoder = weights.encoder
        self._buckets = weights.buckets
        words = np.zeros((weights.buckets, _LANES), np.int8)
        words[:, :OUTPUTS] = np.frombuffer(weights.words, np.int8).reshape(weights.buckets, OUTPUTS)
        self._words = words.view(np.int64).ravel()
        """A bucket's weights as one number of eight bytes: to gather those takes half as long."""
        self._scale = np.frombuffer(weights.scale, "<f4").reshape(OUTPUTS)
        self._embedding = np.frombuffer(weights.embedding, "<f4").reshape(OUTPUTS, -1)
        self._bias = np.frombuffer(weights.bias, "<f4").reshape(OUTPUTS)

    @classmethod
    def load(cls, data: bytes, card: bytes) -> Self:
        """The reader in `data`, which `card` describes.

        Raises `RefusedError` (`MODEL_MISMATCH`) if the card describes another file, or if the file is damaged; the
        operator must install the models of this release.
        """
        with model_file("reader/reader.msgpack", data, card) as sha256:
            return cls(msgspec.msgpack.decode(data, type=ReaderWeights), fingerprint=sha256)

    def read(self, normal: str, embedding: Floats, *, has_mark: bool = False) -> Reading:
        """The reading of a text in normal form with its embedding (float32[dimensions]).

        `has_mark`: it was written with a question mark, which a normal form has not.
        """
        return self.read_rest(self.read_words(normal, has_mark=has_mark), embedding)

    def read_words(self, normal: str, *, has_mark: bool) -> Floats:
        """float32[`OUTPUTS`]: what the words alone say, for `read_rest`."""
        found = list({feature % self._buckets for feature in read_features(normal.split(), has_mark=has_mark)})
        weights = self._words.take(np.array(found, np.intp)).view(np.int8).reshape(-1, _LANES)
        # Whole numbers of this size are exact in float32, and to add them up takes one step less.
        sums = _SUM(weights.astype(np.float32), axis=0).astype(np.float64)[:OUTPUTS]
        sums /= math.sqrt(max(1, len(found)))
        scores: Floats = sums.astype(np.float32)
        scores *= self._scale
        scores += self._bias
        return scores

    def read_rest(self, words: Floats, embedding: Floats) -> Reading:
        """The reading of a text of which `read_words` has read the words."""
        return reading_of(self._with(words, embedding))

    def scores(self, normal: str, embedding: Floats, *, has_mark: bool) -> Floats:
        """float32[`OUTPUTS`]: log odds, of the kinds against each other, and of asking."""
        return self._with(self.read_words(normal, has_mark=has_mark), embedding)

    def _with(self, words: Floats, embedding: Floats) -> Floats:
        scores: Floats = self._embedding @ embedding
        scores += words
        return scores


def reading_of(scores: Floats) -> Reading:
    """The reading with these scores."""
    kinds = scores[: len(KINDS)] - _MAX(scores[: len(KINDS)])
    np.exp(kinds, out=kinds)
    self_harm, threat, harassment, emergency, fraud = (kinds[1:] / _SUM(kinds)).tolist()
    harm = Harm(self_harm=self_harm, threat=threat, harassment=harassment, emergency=emergency, fraud=fraud)
    return Reading(harm, 1 / (1 + math.exp(-min(max(float(scores[len(KINDS)]), -30.0), 30.0))))


def read_features(words: Sequence[str], *, has_mark: bool) -> list[int]:
    """The features of a text as numbers of 32 bits: its words, words that follow each other, and pieces of words.

    A feature's number is the CRC-32 of its bytes. `crc32(tail, crc32(head))` is that of `head + tail`: the number of
    two words goes on from that of the first.
    """
    read = [_REMEMBERED.get(word) or _read_word(word) for word in words]
    alone = [one.alone for one in read]
    features = [crc32(b"?"), *alone] if has_mark else list(alone)
    for one in read:
        features += one.pieces
    lefts, rights = [_OPENING, *alone], [*(one.encoded for one in read), b"?" if has_mark else b">"]
    features += [crc32(b" " + right, left) for left, right in zip(lefts, rights, strict=True)]
    features += [crc32(b"_" + right, left) for left, right in zip(lefts, rights[1:], strict=False)]
    return features


class _ReadWord(NamedTuple):
    """What a word alone adds to the features of its text."""

    encoded: bytes
    alone: int
    pieces: tuple[int, ...]


def _read_word(word: str) -> _ReadWord:
    encoded, padded = word.encode(errors="surrogatepass"), f"^{word[:_LONGEST_WORD]}$"
    texts = (padded[at : at + _PIECE] for at in range(max(1, len(padded) - _PIECE + 1)))
    pieces = tuple(crc32(text.encode(errors="surrogatepass"), _SHARP) for text in texts)
    read = _ReadWord(encoded, crc32(encoded), pieces)
    if len(word) <= _LONGEST_WORD:
        # All are forgotten at once: a dict alone needs no lock, and half of the time of one that knows an order.
        if len(_REMEMBERED) >= _WORDS:
            _REMEMBERED.clear()
        _REMEMBERED[word] = read
    return read


_REMEMBERED: dict[str, _ReadWord] = {}
"""Viewers of an event use the same words again and again. 900 KB at most, because no longer words are remembered."""

_WORDS = 1024

_SHARP, _OPENING = crc32(b"#"), crc32(b"<")
"""What stands before a piece of a word, and before a text's first word."""

_LONGEST_WORD = 40
"""Of a longer word only so many characters are read."""


def worst(harms: Sequence[Harm]) -> Harm:
    """For each kind of harm the highest probability."""
    return Harm(**dict(zip(KINDS[1:], map(max, zip(*map(astuple, harms), strict=True)), strict=True)))
