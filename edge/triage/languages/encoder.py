"""A text's meaning as a vector, in a hundred languages: multilingual-e5-small, an int8 ONNX graph behind a word table.

Small letters, because pieces with capitals are left out of the vocabulary. Otherwise the text is read as it is: a
normal form for English ("y" for "why") would mean something else in other languages. Questions and examples both get
the model's prefix for questions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS
from edge.triage.encoder import GoldenInput, check_embeddings, open_session
from edge.triage.languages.pieces import Pieces
from edge.triage.languages.words import BLOCK, BLOCK_BYTES, WordBytes, WordRows

CARD_FORMAT = 1
"""Version of the package's files. A program reads no other."""

PACKAGE_FILES = ("model.onnx", "words.q4", "pieces.txt", "scores.f32")
"""The files that the card has hashes of."""

_LONGEST_CHARACTERS = 400
"""Longer texts are cut first: 64 tokens are about 250 characters."""

_PREFIX = "query: "


class LikelyCard(msgspec.Struct, frozen=True, kw_only=True):
    """How scores become probabilities (`edge.triage.languages.likely`)."""

    spread: float
    none: float


class LanguagesCard(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the package's card that loading needs. The other fields are for people."""

    format: int
    version: str
    name: str
    max_tokens: int
    dimensions: int
    minimum_cosine: float
    sha256: dict[str, str]
    likely: LikelyCard
    golden: tuple[GoldenInput, ...]


@dataclass(frozen=True, kw_only=True)
class LanguagesFiles:
    """The package's files. `rows` may stay on the disk; the others are read once."""

    model: bytes
    pieces: str
    scores: bytes
    rows: WordBytes


class MultilingualEncoder:
    """Turns text into `embedding`: float32[dimensions], unit length. Thread-safe; `encode` mostly releases the GIL."""

    def __init__(self, files: LanguagesFiles, card: LanguagesCard, *, pause: Callable[[], None] = lambda: None) -> None:
        self.name, self.dimensions, self.likely = card.name, card.dimensions, card.likely
        self._most = card.max_tokens
        self._pieces = Pieces(files.pieces, files.scores, pause=pause)
        row_bytes = card.dimensions // BLOCK * BLOCK_BYTES
        if files.rows.size != len(self._pieces) * row_bytes:
            raise ValueError(
                f"word table has {files.rows.size} bytes, expected {len(self._pieces)} rows of {row_bytes}"
            )
        self._words = WordRows(files.rows, row_bytes)
        self._session = open_session(files.model)

    @classmethod
    def load(cls, files: LanguagesFiles, card: LanguagesCard, *, pause: Callable[[], None] = lambda: None) -> Self:
        """The encoder of a package whose files have the hashes of its card.

        `pause`: as in `Pieces`. Raises `RefusedError`: `MODEL_MISMATCH` if the files do not fit each other,
        `MODEL_SELFTEST_FAILED` if this machine computes other embeddings than those in the card.
        """
        try:
            encoder = cls(files, card, pause=pause)
        except (ValueError, IndexError) as error:
            raise RefusedError(f"the files do not fit each other: {error}", reason=Reason.MODEL_MISMATCH) from None
        check_embeddings(encoder.encode, card.golden, minimum_cosine=card.minimum_cosine)
        return encoder

    def encode(self, text: str) -> NDArray[np.float32]:
        """The embedding of `text`, in any language; it is cut at the model's longest input."""
        ids = self._pieces.ids(_PREFIX + text[:_LONGEST_CHARACTERS].lower(), most=self._most)
        (embeddings,) = self._session.run(None, {"words": self._words.vectors(ids)[np.newaxis]})
        embedding: NDArray[np.float32] = embeddings[0]
        return embedding


def read_languages_card(content: bytes) -> LanguagesCard:
    """The package's card. Raises `RefusedError` (`MODEL_MISMATCH`) if it is none, or of another format."""
    try:
        card = msgspec.toml.decode(content, type=LanguagesCard)
    except DECODE_ERRORS as error:
        raise RefusedError(f"card.toml is not a model card: {error}", reason=Reason.MODEL_MISMATCH) from None
    if card.format != CARD_FORMAT:
        text = f"card.toml has format {card.format}, expected {CARD_FORMAT}"
        raise RefusedError(text, reason=Reason.MODEL_MISMATCH)
    return card


def check_hashes(card: LanguagesCard, found: Mapping[str, str]) -> None:
    """Compare the files' sha256 (hexadecimal) with the card's. Raises `RefusedError` (`MODEL_MISMATCH`)."""
    for name in PACKAGE_FILES:
        sha256, expected = found[name], card.sha256.get(name, "no such file")
        if sha256 != expected:
            text = f"{name} has sha256 {sha256}, expected {expected} as its card says"
            raise RefusedError(text, reason=Reason.MODEL_MISMATCH)
