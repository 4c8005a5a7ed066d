"""Train the acceptor on simulated islands, and judge it on a data set that it was not trained on.

    python models/train_acceptor.py --data DIR --unseen ENCODERS --out models/acceptor

Islands of a set are encoded by an encoder that was not fine-tuned on that set (`ENCODERS/<set>`, written by
`finetune_encoder.py --without` and `build_encoder.py`). So the acceptor sees the same evidence as on an island of
somebody else. The same data, encoders and libraries give the same file. `DIR` holds the public sets (see
simulated_islands).
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.ensemble import HistGradientBoostingClassifier

from edge.triage import (
    FEATURES,
    LISTED,
    Acceptor,
    AcceptorWeights,
    BoostedTrees,
    Encoder,
    best_first,
    feature_row,
    kinds_of,
    shares,
)
from models.asked_islands import PLAIN, SEED, VIEWERS, Asked, ask_all, read_encoder
from models.figures import Figures, judge
from models.simulated_islands import SETS, SOURCES, Mix

HERE = Path(__file__).parent
DEPTH = 3
TREES = 150
MONOTONE = {"entropy": -1} | dict.fromkeys(
    [
        "share",
        "lead",
        "log_probability",
        "nearest",
        "nearest_lead",
        "best",
        "spelling",
        "spelling_lead",
        "best_spelling",
        "classifier_agrees",
        "nearest_agrees",
        "spelling_agrees",
        "nearest_above_own",
        "nearest_above_other",
        "nearest_above_island",
        "best_above_island",
    ],
    1,
)
"""Features with which the probability may only rise (1) or only fall (-1)."""

Floats = NDArray[np.float32]

CARD = """\
# Model card of Skerry's acceptor: evidence about a question -> probability that the leading snippet is right.

name = "{name}"
sha256 = "{sha256}"
encoder = "{encoder}"
made_by = "models/train_acceptor.py --islands {islands} (seed {seed})"

{sources}"""


def learn_mixture(asked: Sequence[Asked]) -> Floats:
    """The weights of the kinds of evidence that make the right snippets most probable (conditional logit)."""
    own = [question for question in asked if question.right >= 0]
    width = max(len(question.evidence.nearest) for question in own)
    kinds = np.full((len(own), len(kinds_of(own[0].evidence)), width), 0, np.float32)
    inside = np.zeros((len(own), width), bool)
    right = np.array([question.right for question in own])
    for row, question in enumerate(own):
        size = len(question.evidence.nearest)
        kinds[row, :, :size] = kinds_of(question.evidence)
        inside[row, :size] = True
    rows = np.arange(len(own))
    chosen = kinds[rows, :, right]

    def loss(mixture: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = np.where(inside, np.einsum("k,nkc->nc", mixture, kinds), -np.inf)
        score -= score.max(axis=1, keepdims=True)
        weight = np.exp(score)
        total = weight.sum(axis=1, keepdims=True)
        slope = (np.einsum("nc,nkc->nk", weight / total, kinds) - chosen).mean(axis=0)
        return float((np.log(total[:, 0]) - score[rows, right]).mean()), slope

    result = minimize(loss, np.ones(kinds.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(result.x, np.float32)


def describe(asked: Sequence[Asked], mixture: Floats) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Features of each question, whether its first snippet is right, and whether one of the listed is."""
    rows, first, listed = [], [], []
    for question in asked:
        share = shares(question.evidence, mixture)
        order = np.argsort(-share, kind="stable")[:LISTED]
        rows.append(feature_row(question.evidence, share, best_first(share)))
        first.append(order[0] == question.right)
        listed.append(question.right in order)
    return np.stack(rows), np.array(first), np.array(listed)


def learn_trees(described: Floats, right: NDArray[np.bool_]) -> BoostedTrees:
    """Boosted trees for the probability of `right`, as complete arrays."""
    model = grow(described, right)
    complete = [_complete(stage[0].nodes) for stage in model._predictors]  # noqa: SLF001 there is no public export
    return BoostedTrees(
        depth=DEPTH,
        base=float(model._baseline_prediction.item()),  # noqa: SLF001
        feature=[feature for feature, _, _ in complete],
        threshold=[threshold for _, threshold, _ in complete],
        leaf=[leaf for _, _, leaf in complete],
    )


def grow(described: Floats, right: NDArray[np.bool_]) -> HistGradientBoostingClassifier:
    """scikit-learn's model: shallow trees, strong regularisation, and monotone in the features of `MONOTONE`."""
    return HistGradientBoostingClassifier(
        max_iter=TREES,
        max_depth=DEPTH,
        max_leaf_nodes=2**DEPTH,
        learning_rate=0.06,
        min_samples_leaf=200,
        l2_regularization=5.0,
        monotonic_cst=[MONOTONE.get(name, 0) for name in FEATURES],
        early_stopping=False,
        random_state=SEED,
    ).fit(described, right)


def _complete(nodes: NDArray[np.void]) -> tuple[list[int], list[float], list[float]]:
    """Features, thresholds and leaves of a scikit-learn tree made complete: early leaves are repeated below."""
    splits, leaves = 2**DEPTH - 1, 2**DEPTH
    origin = [0] * (splits + leaves)
    feature, threshold = [0] * splits, [0.0] * splits
    for index in range(splits):
        node = nodes[origin[index]]
        left, right = origin[index], origin[index]
        if not node["is_leaf"]:
            feature[index], threshold[index] = int(node["feature_idx"]), _not_above(float(node["num_threshold"]))
            left, right = int(node["left"]), int(node["right"])
        origin[2 * index + 1], origin[2 * index + 2] = left, right
    return feature, threshold, [round(float(nodes["value"][index]), 6) for index in origin[splits:]]


def _not_above(threshold: float) -> float:
    """The largest float32 that is not above `threshold`. Features are float32, and many are equal to a threshold."""
    nearest = np.float32(threshold)
    return float(nearest if nearest <= threshold else np.nextafter(nearest, np.float32(-np.inf)))


def learn(asked: Sequence[Asked]) -> AcceptorWeights:
    """The acceptor, trained on these questions."""
    mixture = learn_mixture(asked)
    described, first, listed = describe(asked, mixture)
    return AcceptorWeights(
        name="trees",
        features=FEATURES,
        mixture=tuple(round(float(weight), 4) for weight in mixture),
        first=learn_trees(described, first),
        listed=learn_trees(described, listed),
    )


def main() -> None:
    """Judge on each set by training on the others; then train on all sets and write the acceptor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--unseen", type=Path, required=True, help="folder of encoders by the set they have not seen")
    parser.add_argument("--out", type=Path, default=HERE / "acceptor", help="folder to write")
    parser.add_argument("--islands", type=int, default=60, help="islands per set")
    parser.add_argument("--test", action="store_true", help="also judge on the test splits; never to choose by")
    arguments = parser.parse_args()

    def asked(split: str, mixes: Sequence[Mix]) -> dict[str, list[Asked]]:
        return ask_all(arguments.data, split, arguments.unseen, mixes, arguments.islands)

    training = asked("train", VIEWERS)
    acceptors = {unseen: learn(all_but(training, unseen)) for unseen in SETS}
    show("train, as viewers type", acceptors, training)
    if arguments.test:
        show("test, as viewers type", acceptors, asked("test", VIEWERS))
        show("test, as the sets have it", acceptors, asked("test", PLAIN))
    write(arguments.out, learn(all_but(training, "")), read_encoder(HERE / "encoder"), arguments.islands)


def all_but(training: dict[str, list[Asked]], unseen: str) -> list[Asked]:
    """The questions of all sets but one."""
    return [question for source, asked in training.items() if source != unseen for question in asked]


def show(title: str, acceptors: dict[str, AcceptorWeights], asked: dict[str, list[Asked]]) -> None:
    """Print the figures for each set, by the acceptor that was trained on the other sets, and their mean."""
    print(title)
    by_set = [evaluate(acceptors[unseen], asked[unseen]) for unseen in SETS]
    for unseen, figures in zip((*SETS, "mean"), (*by_set, Figures(*np.mean(by_set, axis=0))), strict=True):
        print(f"  {unseen:10} {figures}", flush=True)


def evaluate(weights: AcceptorWeights, asked: Sequence[Asked]) -> Figures:
    """The figures of the acceptor with `weights` on these questions."""
    acceptor = Acceptor(weights, fingerprint="")
    mixture = np.array(weights.mixture, np.float32)
    described, first, _ = describe(asked, mixture)
    confidences = np.array([acceptor.forest.probabilities(row)[0] for row in described])
    return judge(confidences, first, np.array([question.right >= 0 for question in asked]))


def write(out: Path, weights: AcceptorWeights, encoder: Encoder, islands: int) -> None:
    """Write the acceptor and its card."""
    content = msgspec.json.encode(weights) + b"\n"
    card = CARD.format(
        name=weights.name,
        sha256=hashlib.sha256(content).hexdigest(),
        encoder=encoder.id,
        islands=islands,
        seed=SEED,
        sources=SOURCES,
    )
    out.mkdir(parents=True, exist_ok=True)
    out.joinpath("acceptor.json").write_bytes(content)
    out.joinpath("card.toml").write_text(card, encoding="utf-8")
    print(f"{out}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
