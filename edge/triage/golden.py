"""Golden questions: do this machine's models judge as the publisher's did when the island was compiled?"""

from collections.abc import Callable, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import Island, Verdict
from edge.triage.encoder import Encoder
from edge.triage.head import Head

_TOLERANCE = 0.1
"""With another CPU's rounding a question may pass another branch of a tree. A wrong model differs by far more."""

_KEPT = 16
"""Embeddings that a head keeps, 1.5 KB each. A publisher chooses eight questions."""


class GoldenEncoder:
    """Encodes golden questions, each once. What the revision before had encoded is taken from there."""

    def __init__(self, encoder: Encoder, before: Head | None) -> None:
        """`before`: the head that this process has checked of the revision before."""
        self._encoder = encoder
        # A checked head names the encoder that made its embeddings.
        is_same = before is not None and before.encoder == encoder.id
        self._known: Mapping[str, NDArray[np.float32]] = before.golden if before is not None and is_same else {}
        self._embeddings: dict[str, NDArray[np.float32]] = {}

    def __call__(self, text: str) -> NDArray[np.float32]:
        """The embedding of a corrected text."""
        embedding = self._known.get(text)
        self._embeddings[text] = self._encoder.encode(text) if embedding is None else embedding
        return self._embeddings[text]

    def kept(self) -> Mapping[str, NDArray[np.float32]]:
        """Embeddings for the next revision, of so many texts as a head may keep."""
        return dict(islice(self._embeddings.items(), _KEPT))


def check_fits(head: Head, encoder: Encoder) -> None:
    """Raise `RefusedError` for a head that was trained for another encoder, or for other dimensions."""
    if head.encoder != encoder.id:
        raise RefusedError(
            f"island's head was trained for encoder {head.encoder[:12]}, this one is {encoder.id[:12]}",
            reason=Reason.MODEL_SELFTEST_FAILED,
        )
    if head.dimensions != encoder.dimensions:
        raise RefusedError(
            f"island's head is for embeddings of {head.dimensions} dimensions, the encoder's have {encoder.dimensions}",
            reason=Reason.METADATA_INVALID,
        )


def check_golden(island: Island, judge: Callable[[str], Verdict]) -> None:
    """Raise `RefusedError` (`MODEL_SELFTEST_FAILED`) for the first golden question with another verdict by `judge`."""
    for index, golden in enumerate(island.golden):
        verdict = judge(golden.question)
        snippet = verdict.candidates[0].snippet if verdict.candidates else "no candidate"
        difference = abs(verdict.confidence - golden.confidence)
        if snippet != golden.snippet or not difference <= _TOLERANCE:
            raise RefusedError(
                f"golden question {index} gave {snippet} with confidence {verdict.confidence:.3f}, "
                f"expected {golden.snippet} with {golden.confidence:.3f} ± {_TOLERANCE}",
                reason=Reason.MODEL_SELFTEST_FAILED,
            )
