"""Learn how much the cues of a message's stance say, and compare them with n-grams of words.

    python models/wording/train_stance.py

Reads `reading/learn/settled.csv` (lines about intents of the public sets that ask, refuse, are settled, or are about
another matter) and questions of `reading/learn/by_kind.csv`. Prints figures on families that were left out, on sets
that were left out, and the weights that `edge/triage/stance/stance.py` holds. The same files and libraries give the
same weights.
"""

import csv
import itertools
import random
from collections.abc import Callable, Hashable, Sequence
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from edge.triage import question_of
from edge.triage.stance import Stance, stance_of

MODELS = Path(__file__).parents[1]
SEED = 7
FOLDS = 5
LOST = 0.02
"""Share of the messages that ask which may fall below the threshold."""

PLAIN = 400
"""Plain questions to learn from."""

BUCKETS = 1 << 14
N_GRAMS = HashingVectorizer(
    n_features=BUCKETS, ngram_range=(1, 3), tokenizer=str.split, token_pattern=None, alternate_sign=False, binary=True
)
N_GRAMS_WEIGHT = 3.0
"""A row of n-grams has length one, and cues count up to three: without it the penalty would silence n-grams."""

Matrix = Any
Floats = NDArray[np.float64]


class Line(NamedTuple):
    """One message to learn from."""

    text: str
    label: str
    """`asked`, `negated`, `settled` or `other_matter`; `original` for a plain question."""
    source: str
    """The public set whose matter it has; `chats` for a plain question."""
    family: Hashable
    """Lines of one family are never both learned from and judged."""


def read_lines(folder: Path) -> list[Line]:
    """The lines to learn from, each in normal form."""
    with folder.joinpath("settled.csv").open(encoding="utf-8", newline="") as file:
        # A line of an intent may paraphrase another one.
        lines = [
            Line(question_of(row["text"]), row["label"], row["set"], (row["set"], row["intent"]))
            for row in csv.DictReader(file)
        ]
    with folder.joinpath("by_kind.csv").open(encoding="utf-8", newline="") as file:
        asked = [row for row in csv.DictReader(file) if row["label"] == "question"]
    chosen = random.Random(SEED).sample(asked, PLAIN)
    return lines + [Line(question_of(row["text"]), "original", "chats", row["family"]) for row in chosen]


def cues(texts: Sequence[str]) -> Floats:
    """The stance of each text: float64[texts, cues]."""
    return np.array([stance_of(text) for text in texts], np.float64)


def n_grams(texts: Sequence[str]) -> Matrix:
    """Hashed n-grams of one to three words, sparse: [texts, BUCKETS]."""
    return N_GRAMS.transform(texts) * N_GRAMS_WEIGHT


def both(texts: Sequence[str]) -> Matrix:
    """Cues and n-grams, sparse."""
    return hstack([csr_matrix(cues(texts)), n_grams(texts)]).tocsr()


def fit(described: Matrix, is_asking: NDArray[np.bool_]) -> LogisticRegression:
    """A logistic regression that counts both sides alike, however many lines each has."""
    return LogisticRegression(C=1.0, class_weight="balanced", max_iter=3000).fit(described, is_asking)


def parts_by(keys: Sequence[Hashable], count: int) -> NDArray[np.int64]:
    """A part for each line; lines with the same key are in the same part, and each part has about as many keys."""
    names = sorted(set(keys), key=str)
    part = dict(zip(names, np.random.default_rng(SEED).permutation(len(names)) % count, strict=True))
    return np.array([part[key] for key in keys])


def left_out(described: Matrix, is_asking: NDArray[np.bool_], parts: NDArray[np.int64]) -> Floats:
    """The probability that each line asks, learned from the other parts."""
    probability = np.zeros(len(parts))
    for part in range(parts.max() + 1):
        judged = parts == part
        model = fit(described[~judged], is_asking[~judged])
        probability[judged] = model.predict_proba(described[judged])[:, 1]
    return probability


def interval(found: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.96
    middle, width = found / of + z * z / (2 * of), z * sqrt(found * (of - found) / of**3 + z * z / (4 * of * of))
    return (middle - width) / (1 + z * z / of), (middle + width) / (1 + z * z / of)


def show(title: str, probability: Floats, labels: NDArray[np.str_]) -> None:
    """Print the AUC, and the share of each label below the threshold."""
    is_asking = np.isin(labels, ["asked", "original"])
    threshold = np.quantile(probability[is_asking], LOST)
    print(f"{title:22} AUC {roc_auc_score(is_asking, probability):.3f}; below {threshold:.2f}:", end="")
    for label in ("negated", "settled", "other_matter", "asked", "original"):
        below = probability[labels == label] < threshold
        low, high = interval(int(below.sum()), len(below))
        print(f" {label} {below.mean():.3f} [{low:.3f}, {high:.3f}]", end="")
    print()


def main() -> None:
    """Compare cues, n-grams and both; then print the weights of the cues, learned from all lines."""
    lines = read_lines(MODELS / "reading" / "learn")
    texts, labels = [line.text for line in lines], np.array([line.label for line in lines])
    is_asking = np.isin(labels, ["asked", "original"])
    splits = {
        "families": parts_by([line.family for line in lines], FOLDS),
        "sets": parts_by([line.source for line in lines], 4),
    }
    kinds: dict[str, Callable[[Sequence[str]], Matrix]] = {"cues": cues, "n-grams": n_grams, "both": both}
    for (split, parts), (kind, describe) in itertools.product(splits.items(), kinds.items()):
        show(f"{split} left out, {kind}", left_out(describe(texts), is_asking, parts), labels)
    weights, always = learn(lines)
    print("\n".join(f"{name} = {weight:.1f}" for name, weight in zip(Stance._fields, weights, strict=True)))
    print(f"always = {always + 0:.1f}")


def learn(lines: Sequence[Line]) -> tuple[Stance, float]:
    """The weight of each cue, and what is added always, to one place after the point."""
    is_asking = np.array([line.label in {"asked", "original"} for line in lines])
    model = fit(cues([line.text for line in lines]), is_asking)
    return Stance(*(round(float(weight), 1) for weight in model.coef_[0])), round(float(model.intercept_[0]), 1)


if __name__ == "__main__":
    main()
