"""Finds questions under two snippets that the encoder hardly distinguishes."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.publish.source.finding import Code, Fault, Severity, ValuePath
from edge.publish.source.island_file import IslandDraft
from edge.triage import Encoder, question_of

SIMILAR_COSINE = 0.8
"""Pairs of questions with a cosine from here on are similar. Measured on the sample islands: 24 of 25 everyday
rewordings of a question are above it (half of them above 0.91), and none of 100,000 pairs under two snippets (the
highest is 0.73). It is a warning and not an error: "when does the sale start" and "when does the sale end" are at 0.8
to 0.9, too, and only the author knows that they are two questions."""

_BLOCK = 256
"""Questions that are compared with all before them at once: 10 MB for 10,000 questions."""


class _Question(NamedTuple):
    at: ValuePath
    text: str
    snippet: str


def near_duplicate_faults(draft: IslandDraft, encoder: Encoder) -> Iterator[Fault]:
    """A warning for each question with a similar one before it under another snippet; it names the most similar."""
    questions = _questions(draft)
    if not questions:
        return
    embeddings = np.stack([encoder.encode(question.text) for question in questions])
    owners = np.array([question.at[1] for question in questions])
    for index, before, cosine in _similar_pairs(embeddings, owners):
        other = questions[before]
        line = draft.positions.position_of(other.at).line
        text = (
            f"hardly differs from the question at line {line}, under snippet {other.snippet!r} "
            f"(cosine {cosine:.2f}): say in both what tells them apart"
        )
        yield Fault(questions[index].at, Code.QUESTION_SIMILAR, text, Severity.WARNING)


def _similar_pairs(embeddings: NDArray[np.float32], owners: NDArray[np.int64]) -> Iterator[tuple[int, int, float]]:
    """Each question with the most similar one before it that another snippet owns, if it is similar; their cosine."""
    for start in range(0, len(owners), _BLOCK):
        end = min(start + _BLOCK, len(owners))
        cosines = embeddings[start:end] @ embeddings[:end].T
        is_later = np.arange(end) >= np.arange(start, end)[:, None]
        cosines[is_later | (owners[start:end, None] == owners[:end])] = -1
        nearest = cosines.argmax(axis=1)
        for row in np.flatnonzero(cosines.max(axis=1) >= SIMILAR_COSINE).tolist():
            yield start + row, int(nearest[row]), float(cosines[row, nearest[row]])


def _questions(draft: IslandDraft) -> list[_Question]:
    """The island's questions. Empty and repeated ones are left out, because other rules report them."""
    questions: dict[str, _Question] = {}
    for index, snippet in draft.values.get("snippets", {}).items():
        for number, example in snippet.get("examples", {}).items():
            at = ("snippets", index, "examples", number)
            questions.setdefault(question_of(example), _Question(at, example, snippet.get("id", "?")[:63]))
    questions.pop("", None)
    return list(questions.values())
