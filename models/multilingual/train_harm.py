"""Train the guard of the second model: may a message in another language tell of harm or fraud?

    python models/multilingual/train_harm.py --data DIR --out models/languages

Reads lines in English (`models/reading/learn`, the public sets in `DIR`; see train_reader), some of each group. In a
multilingual embedding the language itself is a direction. So what the translated questions of `benchmarks/languages`
differ in from their originals, on average, is taken out first: else a guard that has learned English finds nothing in
Japanese. Its probabilities are for the reader's mix of messages. The same files and libraries give the same file.
"""

import argparse
import hashlib
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from edge.triage import KINDS, HarmAcross, HarmWeights, MultilingualEncoder
from models.multilingual.translated import LANGUAGES, open_wheel, read_questions, sha256_of_graph
from models.train_reader import FILES, MIX
from models.written_lines import Line, public_lines, read_lines

SEED = 13
SOME = {"harm": 6_000, "fraud": 3_000, "lookalike": 6_000, "chat": 4_000}
"""Lines of each group that are read: 7 ms each."""
PUBLIC = 1_000
"""Questions of each public set."""
FOLDS = 3
LENGTH, PENALTY, ITERATIONS = 20.0, 0.1, 400

CARD = """\
# Model card of the second model's guard: may a message in another language tell of harm or fraud?

name = "linear"
sha256 = "{sha256}"
encoder = "{encoder}"
made_by = "models/multilingual/train_harm.py (seed {seed})"
measured_in = {languages}
lines = {lines}

# Its probabilities are calibrated for this mix of messages, in English.
[calibrated_for]
{mix}

[[sources]]
name = "models/reading/learn"
by = "the authors of Skerry, who wrote its lines for this purpose"
licence = "as Skerry"

[[sources]]
name = "CLINC150, BANKING77, HWU64"
by = "their authors; see models/reader/card.toml"
licence = "see models/reader/card.toml"
"""

Floats = NDArray[np.float64]


class Material(NamedTuple):
    """Lines with their embeddings, without what tells languages apart."""

    embeddings: Floats
    kinds: NDArray[np.int64]
    """Index of `KINDS`."""
    groups: NDArray[np.str_]
    folds: NDArray[np.int64]
    """All lines of an author are in one fold."""


class Fitted(NamedTuple):
    """Weights of one fit, for each kind."""

    weights: Floats
    bias: Floats

    def scores(self, embeddings: Floats) -> Floats:
        """float64[lines, kinds]."""
        found: Floats = embeddings @ self.weights.T + self.bias
        return found


def group_of(line: Line) -> str:
    """The line's part of the mix."""
    if line.kind != "none":
        return "fraud" if line.kind == "fraud" else "harm"
    if line.purpose is not None:
        return "chat"
    return "public" if line.source in {"clinc150", "banking77", "hwu64"} else "lookalike"


def choose(data: Path) -> list[Line]:
    """Some lines of each group, and of the public sets."""
    rng, by_group = random.Random(SEED), dict[str, list[Line]]()
    for line in (line for name in FILES for line in read_lines(f"learn/{name}")):
        by_group.setdefault(group_of(line), []).append(line)
    written = [line for group, count in SOME.items() for line in rng.sample(by_group[group], count)]
    return [*written, *public_lines(data, "train", PUBLIC, seed=SEED)]


def without_languages(encoder: MultilingualEncoder) -> Floats:
    """float64[dimensions, dimensions]: the projection that takes out what tells the languages apart."""
    by_language: dict[str, list[Floats]] = {}
    for question in read_questions():
        by_language.setdefault(question.language, []).append(encoder.encode(question.text).astype(float))
    middles = {language: np.mean(found, axis=0) for language, found in by_language.items()}
    apart, _ = np.linalg.qr(np.stack([middles[language] - middles["en"] for language in LANGUAGES]).T)
    projection: Floats = np.eye(len(apart)) - apart @ apart.T
    return projection


def gather(lines: Sequence[Line], encoder: MultilingualEncoder, projection: Floats) -> Material:
    """The lines, read."""
    authors = sorted({line.author for line in lines})
    random.Random(SEED).shuffle(authors)
    fold_of = {author: number % FOLDS for number, author in enumerate(authors)}
    return Material(
        np.stack([encoder.encode(line.text) for line in lines]).astype(float) @ projection,
        np.array([KINDS.index(line.kind or "none") for line in lines]),
        np.array([group_of(line) for line in lines]),
        np.array([fold_of[line.author] for line in lines]),
    )


def fit(material: Material, chosen: NDArray[np.bool_]) -> Fitted:
    """The weights that the chosen lines teach."""
    middle = material.embeddings[chosen].mean(axis=0)
    rows = (material.embeddings[chosen] - middle) * LENGTH
    found = LogisticRegression(C=PENALTY, max_iter=ITERATIONS).fit(rows, material.kinds[chosen])
    weights = found.coef_ * LENGTH
    return Fitted(weights, found.intercept_ - weights @ middle)


def calibrated(fitted: Fitted, scores: Floats, material: Material) -> Fitted:
    """The weights whose probabilities make the left-out lines (`scores`), weighed as in the mix, most likely."""
    shares = {group: share / (material.groups == group).sum() for group, share in MIX.items()}
    weights = np.array([shares[group] for group in material.groups])
    rows = np.arange(len(scores))

    def shifted(values: Floats, of: Floats) -> Floats:
        moved: Floats = of * values[0] + np.array([0, *[values[1]] * 4, values[2]])
        return moved

    def loss(values: Floats) -> float:
        moved = shifted(values, scores)
        top = moved.max(axis=1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.exp(moved - top).sum(axis=1))
        return float((weights * (log_sum - moved[rows, material.kinds])).sum())

    best = minimize(loss, [1.0, -3.0, -3.0], method="Nelder-Mead").x
    return Fitted(fitted.weights * best[0], shifted(best, fitted.bias))


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    arguments = parser.parse_args()
    encoder, lines, graph = open_wheel(), choose(arguments.data), sha256_of_graph()
    projection = without_languages(encoder)
    material = gather(lines, encoder, projection)
    print(f"{len(lines):,} lines are read", flush=True)
    scores = np.zeros((len(lines), len(KINDS)))
    for fold in range(FOLDS):
        left_out = material.folds == fold
        scores[left_out] = fit(material, ~left_out).scores(material.embeddings[left_out])
        print(f"fold {fold + 1} of {FOLDS}", flush=True)
    found = calibrated(fit(material, np.ones(len(lines), bool)), scores, material)
    data = msgspec.msgpack.encode(
        HarmWeights(
            encoder=graph,
            # The projection is part of the weights: a PoP does nothing about languages.
            weights=(found.weights @ projection).astype("<f4").tobytes(),
            bias=found.bias.astype("<f4").tobytes(),
        )
    )
    card = CARD.format(
        sha256=hashlib.sha256(data).hexdigest(),
        encoder=graph,
        seed=SEED,
        languages=msgspec.json.encode(["en", *LANGUAGES]).decode(),
        lines=len(lines),
        mix="\n".join(f"{name} = {share}" for name, share in MIX.items()),
    )
    HarmAcross.load(data, card.encode(), encoder=graph)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, content in {"harm.msgpack": data, "card.toml": card.encode()}.items():
        arguments.out.joinpath(name).write_bytes(content)
        print(f"{arguments.out / name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
