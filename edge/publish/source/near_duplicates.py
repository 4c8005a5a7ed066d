"""Finds questions under two snippets that the encoder can hardly tell apart."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from edge.publish.source.finding import Code, Fault, Severity, ValuePath
from edge.publish.source.island_file import IslandDraft
from edge.triage import Encoder, normalise

SIMILAR_COSINE = 0.8
"""Measured: of 25 everyday rewordings of the sample islands' questions 24 lie above it (half of them above 0.91), of
their 100,000 pairs under two snippets none (the highest is 0.73). A warning, no error: "when does the sale
start" and "when does the sale end" lie at 0.8 to 0.9 too, and only the author knows that they are two questions."""


class _Question(NamedTuple):
    at: ValuePath
    text: str
    snippet: str


def near_duplicate_faults(draft: IslandDraft, encoder: Encoder) -> Iterator[Fault]:
    """A warning at the later question of every pair; each question is reported with the nearest one before it."""
    questions = _questions(draft)
    if not questions:
        return
    embeddings = np.stack([encoder.encode(question.text) for question in questions])
    owners = np.array([question.at[1] for question in questions])
    for index, question in enumerate(questions):
        cosines = np.where(owners[:index] == owners[index], -1.0, embeddings[:index] @ embeddings[index])
        if index == 0 or cosines.max() < SIMILAR_COSINE:
            continue
        other = questions[int(cosines.argmax())]
        line = draft.positions.position_of(other.at).line
        text = (
            f"hardly differs from the question at line {line}, under snippet {other.snippet!r} "
            f"(cosine {cosines.max():.2f}): say in both what tells them apart"
        )
        yield Fault(question.at, Code.QUESTION_SIMILAR, text, Severity.WARNING)


def _questions(draft: IslandDraft) -> list[_Question]:
    """The island's questions, without those that are empty or stand there before, which is another rule's business."""
    questions: dict[str, _Question] = {}
    for index, snippet in draft.values.get("snippets", {}).items():
        for place, example in snippet.get("examples", {}).items():
            at = ("snippets", index, "examples", place)
            questions.setdefault(normalise(example), _Question(at, example, snippet.get("id", "?")[:63]))
    questions.pop("", None)
    return list(questions.values())
