"""May a message in another language tell of harm or fraud? Only a guard: it stops offers, and answers nothing.

Linear over the second model's embedding, learned from English lines. What tells languages apart was taken out of the
embedding before (`models/multilingual/train_harm.py`), and was measured in six languages. In a script of none of them
nothing is known of harm, so nothing is read at all.
"""

import unicodedata
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import Harm
from edge.triage.model_file import model_file
from edge.triage.reader import KINDS

HARM_FILES = ("languages/harm.msgpack", "languages/card.toml")
"""The files of the guard, among those of the program."""

_SCRIPTS = ("LATIN", "DEVANAGARI", "HIRAGANA", "KATAKANA", "CJK")
"""Scripts of the languages in which it was measured, by the first word of their characters' names."""

_KANA = ("HIRAGANA", "KATAKANA")


class HarmWeights(msgspec.Struct, frozen=True, kw_only=True):
    """Content of the guard's file. Arrays are little-endian bytes."""

    encoder: str
    """sha256 (hexadecimal) of the second model's graph, whose embeddings it was trained on."""
    weights: bytes
    """float32[kinds, dimensions]."""
    bias: bytes
    """float32[kinds]."""


class HarmAcross:
    """Reads embeddings of the second model. Thread-safe."""

    def __init__(self, weights: HarmWeights) -> None:
        """Raises `ValueError` if the arrays do not fit each other."""
        self.encoder = weights.encoder
        self._weights = np.frombuffer(weights.weights, "<f4").reshape(len(KINDS), -1)
        self._bias = np.frombuffer(weights.bias, "<f4").reshape(len(KINDS))

    @classmethod
    def load(cls, data: bytes, card: bytes, *, encoder: str) -> Self:
        """The guard in `data`, which `card` describes, for the second model whose graph has the sha256 `encoder`.

        Raises `RefusedError` (`MODEL_MISMATCH`) if one of them belongs to another release.
        """
        with model_file(HARM_FILES[0], data, card):
            guard = cls(msgspec.msgpack.decode(data, type=HarmWeights))
        if guard.encoder != encoder:
            text = f"{HARM_FILES[0]} is for the second model {guard.encoder}, expected {encoder}"
            raise RefusedError(text, reason=Reason.MODEL_MISMATCH)
        return guard

    def read(self, embedding: NDArray[np.float32]) -> Harm:
        """What the text of this embedding (float32[dimensions]) may tell of, as for the reader's mix of messages."""
        scores = self._weights @ embedding + self._bias
        kinds = np.exp(scores - scores.max())
        return Harm(**dict(zip(KINDS[1:], (kinds[1:] / kinds.sum()).tolist(), strict=True)))


def is_script_known(text: str) -> bool:
    """True if the guard was measured in the script of every letter of `text`. Chinese characters need kana by them."""
    scripts = {_script(letter) for letter in text if letter.isalpha()}
    return scripts <= set(_SCRIPTS) and ("CJK" not in scripts or any(kana in scripts for kana in _KANA))


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), name)
