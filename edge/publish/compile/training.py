"""Training of an island's head on its author's examples, and the choice of its golden questions."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from edge.host import ignore
from edge.publish.compile.sentences import sentences_of
from edge.publish.compile.unseen import Unseen
from edge.records import Golden, HeadWeights
from edge.triage import NEIGHBOURS, Encoder, Head, Triage, normalise, question_of

_INVERSE_PENALTY = 5.0
"""scikit-learn's C. On three public sets the right snippet is first 0.3 % less often with 20, and 0.9 % with 60."""
_ITERATIONS = 500
_DEFAULT_OWN_SIMILARITY = 0.5
"""The similarity of a snippet's examples to each other, if no snippet has two. On public sets with two examples each it
is 0.51 to 0.66. With 0, islands with one text for each snippet gave every question a high confidence."""
_BETWEEN_WORDS = re.compile(r"[-_./]+|(?<=[a-z])(?=[A-Z])")
_GOLDEN = 8
"""Eight questions show that a PoP has another model, and cost it only ten milliseconds."""

Floats = NDArray[np.float32]


def train_head(
    encoder: Encoder,
    examples: Mapping[str, Sequence[str]],
    *,
    titles: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    progress: Callable[[int], None] = ignore,
) -> HeadWeights:
    """A head for the snippets of `examples`, which has at least one example by snippet id.

    `titles` and `answers`, also by snippet id, are optional. `progress` is called with the number of examples encoded
    so far. The same texts and encoder give the same head.
    """
    texts = [text for snippet_examples in examples.values() for text in snippet_examples]
    owner = np.repeat(np.arange(len(examples)), [len(snippet_examples) for snippet_examples in examples.values()])
    rows = []
    for count, text in enumerate(texts, 1):
        rows.append(encoder.encode(text))
        progress(count)
    title_words = {index: in_words((titles or {}).get(snippet, "")) for index, snippet in enumerate(examples)}
    title_vectors = {index: encoder.encode(title) for index, title in title_words.items() if title}
    sentences = {index: sentences_of((answers or {}).get(snippet, "")) for index, snippet in enumerate(examples)}
    answer_vectors = {index: [encoder.encode(text) for text in texts] for index, texts in sentences.items()}
    return compile_head(
        encoder.id, tuple(examples), np.stack(rows), owner, titles=title_vectors, answers=answer_vectors
    )


@lru_cache(maxsize=1024)  # as `sentences_of`
def in_words(name: str) -> str:
    """A title, an id or a label in the normal form of questions: `cardArrival_late` becomes three words."""
    return normalise(_BETWEEN_WORDS.sub(" ", name))


def compile_head(
    encoder: str,
    snippets: tuple[str, ...],
    vectors: Floats,
    owner: NDArray[np.int64],
    *,
    titles: Mapping[int, Floats],
    answers: Mapping[int, Sequence[Floats]] | None = None,
) -> HeadWeights:
    """A head for examples that are already encoded. A class is the index of a snippet in `snippets`.

    `vectors`: float32[examples, dimensions]. `owner`: each example's class. `titles`: float32[dimensions] by class;
    `answers`: those of an answer's sentences. Both count only if they fit (`Unseen.fitting`).
    """
    typical = _typical(vectors, owner, len(snippets))
    # After `_typical`, which describes questions: a title is none, and neither is a sentence of an answer.
    unseen = Unseen.of(titles, answers or {}, vectors.shape[1])
    fitting = unseen.fitting(vectors, owner)
    vectors = np.vstack([vectors, unseen.vectors[fitting]])
    owner = np.append(owner, unseen.owner[fitting])
    weights, bias = _classifier(vectors, owner, len(snippets))
    scale = np.abs(vectors).max(axis=1, keepdims=True) / 127
    return HeadWeights(
        encoder=encoder,
        snippets=snippets,
        weights=weights.astype("<f2").tobytes(),
        bias=bias.astype("<f4").tobytes(),
        examples=np.rint(vectors / scale).astype("i1").tobytes(),
        example_scale=scale.astype("<f4").tobytes(),
        example_class=owner.astype("<u2").tobytes(),
        typical=typical.astype("<f4").tobytes(),
    )


def _typical(vectors: Floats, owner: NDArray[np.int64], classes: int) -> Floats:
    """float32[classes, 2]: mean similarity of a snippet's examples to the nearest others of it, and to those of others.

    It is 0 to its own for a snippet with one example, and 0 to others for an island with one snippet. If every snippet
    has one example, which the acceptor was not trained on, the default stands for the similarity to its own.
    """
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    own = np.zeros(len(owner), np.float32)
    for index in range(classes):
        rows = np.flatnonzero(owner == index)
        block = np.ix_(rows, rows)
        own[rows] = _mean_of_highest(cosines[block])
        cosines[block] = -1
    if len(owner) == classes:
        own[:] = _DEFAULT_OWN_SIMILARITY
    per_example = np.stack([own, _mean_of_highest(cosines)], axis=1)
    return np.stack([per_example[owner == index].mean(axis=0) for index in range(classes)])


def _mean_of_highest(rows: Floats) -> Floats:
    """Mean of each row's `NEIGHBOURS` highest values above -1, which marks pairs that do not count; 0 without any."""
    rows, every = rows.copy(), np.arange(len(rows))
    highest = np.full((len(rows), NEIGHBOURS), -1, np.float32)
    # A pass for each is faster than sorting or partitioning all.
    for rank in range(min(NEIGHBOURS, rows.shape[1])):
        nearest = rows.argmax(axis=1)
        highest[:, rank] = rows[every, nearest]
        rows[every, nearest] = -1
    counts = highest > -1
    mean: Floats = np.where(counts, highest, 0).sum(axis=1) / np.maximum(counts.sum(axis=1), 1)
    return mean


def golden(triage: Triage, head: Head) -> tuple[Golden, ...]:
    """Golden questions with their verdicts by these models: examples of at most eight snippets.

    Each example loses its longest word, so that it is a question which the head does not have.
    """
    first_examples: dict[int, str] = {}
    for example, snippet in zip(head.examples, head.owners, strict=True):
        first_examples.setdefault(snippet, example)
    chosen = list(first_examples.values())[:: max(1, len(first_examples) // _GOLDEN)][:_GOLDEN]
    golden_questions = []
    for question in map(_without_longest_word, chosen):
        verdict = triage.weigh(head, triage.corrected(head, question_of(question)))
        if verdict.candidates:
            snippet_id = verdict.candidates[0].snippet
            golden_questions.append(Golden(question=question, snippet=snippet_id, confidence=verdict.confidence))
    return tuple(golden_questions)


def _without_longest_word(text: str) -> str:
    words = normalise(text).split()
    if len(words) > 1:
        words.remove(max(words, key=len))
    return " ".join(words)


def _classifier(vectors: Floats, owner: NDArray[np.int64], classes: int) -> tuple[Floats, Floats]:
    """Weights float32[classes, dimensions] and bias float32[classes] of a linear classifier; zeros for one class."""
    if classes == 1:
        return np.zeros((1, vectors.shape[1]), np.float32), np.zeros(1, np.float32)
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=_ITERATIONS, class_weight="balanced").fit(vectors, owner)
    weights, bias = model.coef_, model.intercept_
    if classes == 2:  # noqa: PLR2004 scikit-learn gives one row of log odds for two classes
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights.astype(np.float32), bias.astype(np.float32)
