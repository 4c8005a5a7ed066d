"""Groups of wordings that say nearly the same, by the encoder."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edge.publish.learn.evidence import Wording
from edge.publish.source import SIMILAR_COSINE
from edge.triage import Encoder, question_of

MAX_GROUPS = 500
"""Groups of one snippet, or without a snippet. They are begun by the most frequent wordings."""


def vectors_of(wordings: Sequence[Wording], encoder: Encoder) -> NDArray[np.float32]:
    """float32[wordings, dimensions], unit length."""
    return np.stack([encoder.encode(question_of(one.text)) for one in wordings])


def groups_of(wordings: Sequence[Wording], encoder: Encoder) -> list[list[Wording]]:
    """The wordings in groups, each within `SIMILAR_COSINE` of its first, which is the most frequent one."""
    ordered = sorted(wordings, key=lambda one: (-one.lines, len(one.text), one.text))
    if not ordered:
        return []
    vectors, is_free, found = vectors_of(ordered, encoder), np.ones(len(ordered), bool), []
    for first, wording in enumerate(ordered):
        if not is_free[first]:
            continue
        near = is_free & (vectors @ vectors[first] >= SIMILAR_COSINE)
        near[first] = False
        is_free[near], is_free[first] = False, False
        found.append([wording, *(ordered[index] for index in np.flatnonzero(near))])
        if len(found) >= MAX_GROUPS:
            break
    return found
