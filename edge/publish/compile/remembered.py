"""Triage that reads each text once: checking, compiling and rehearsing an island ask for the same embeddings."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from edge.triage import Encoder, Mention, Things, Triage


def remembering(triage: Triage) -> Triage:
    """The same triage, which computes each embedding and finds the things in each text once, and keeps them.

    That is 1.5 kB a text, so it is for one command and not for a daemon.

    One text a run, as on a PoP: in a batch, texts share the scale of their integers, so embeddings would differ.
    """
    if isinstance(triage.encoder, _RememberingEncoder):
        return triage
    encoder, things = _RememberingEncoder(triage.encoder), _RememberingThings(triage.things)
    return Triage(encoder, triage.acceptor, triage.reader, things)


class _RememberingEncoder(Encoder):
    """An encoder with a memory of its embeddings."""

    def __init__(self, encoder: Encoder) -> None:
        self.id = encoder.id
        self.dimensions = encoder.dimensions
        self._encoder = encoder
        self._embeddings: dict[str, NDArray[np.float32]] = {}

    def knows(self, word: str) -> bool:
        """As the encoder behind it."""
        return self._encoder.knows(word)

    def encode(self, text: str) -> NDArray[np.float32]:
        """As the encoder behind it."""
        if text not in self._embeddings:
            self._embeddings[text] = self._encoder.encode(text)
        return self._embeddings[text]


class _RememberingThings(Things):
    """Things with a memory of the texts that they were looked for in."""

    def __init__(self, things: Things) -> None:
        vars(self).update(vars(things))
        self._found: dict[tuple[bool, str], tuple[Mention, ...]] = {}

    def mentions(self, words: Sequence[str], *, vague: bool = False) -> Iterator[Mention]:
        """As the things behind it."""
        text = (vague, " ".join(words))
        if text not in self._found:
            self._found[text] = tuple(super().mentions(words, vague=vague))
        return iter(self._found[text])
