"""Learn the acceptor on simulated islands, and say how it does on a data set that it has not learned from.

    python models/train_acceptor.py --data DIR --out models/acceptor

Seeded: the same data, encoder and libraries give the same file. `DIR` holds the public sets (see simulated_islands).
"""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.ensemble import GradientBoostingClassifier

from edge.publish.train import compile_head
from edge.triage import Encoder, Head, normalise
from edge.triage.acceptor import FEATURES, LISTED, Acceptor, AcceptorWeights, Trees, features, kinds_of, shares
from edge.triage.head import Evidence
from models.figures import Figures, judge
from models.simulated_islands import SETS, IntentSet, Mix, SimulatedIsland, draw_island, read_sets

HERE = Path(__file__).parent
SEED = 20260901
DEPTH = 3
TREES = 150

Floats = NDArray[np.float32]

CARD = """\
# Model card of Skerry's acceptor: evidence about a question -> probability that the leading snippet is right.

name = "{name}"
sha256 = "{sha256}"
encoder = "{encoder}"
made_by = "models/train_acceptor.py --islands {islands} (seed {seed})"

# Weights learned from texts of these sets; no text of theirs is in the file.
[[sources]]
name = "CLINC150"
by = "Larson et al., EMNLP 2019, github.com/clinc/oos-eval"
licence = "CC BY 3.0"

[[sources]]
name = "BANKING77"
by = "Casanueva et al. 2020, github.com/PolyAI-LDN/task-specific-datasets"
licence = "CC BY 4.0"

[[sources]]
name = "HWU64"
by = "Liu et al. 2019, github.com/xliuhw/NLU-Evaluation-Data"
licence = "CC BY 4.0"
"""


@dataclass(frozen=True)
class Asked:
    """One question to a simulated island: the evidence, and which snippet is right (-1: none)."""

    normal: str
    evidence: Evidence
    right: int


class Embeddings:
    """Embeddings by text, computed once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Floats] = {}

    def __call__(self, text: str) -> Floats:
        """The embedding of `text`."""
        if text not in self._known:
            self._known[text] = self._encoder.encode(text)
        return self._known[text]


def ask(island: SimulatedIsland, encoder: Encoder, embed: Embeddings) -> list[Asked]:
    """The island's head, compiled as publishing does, asked all its questions."""
    labels = tuple(island.examples)
    texts = [text for those in island.examples.values() for text in those]
    owner = np.repeat(np.arange(len(labels)), [len(those) for those in island.examples.values()])
    vectors = np.stack([embed(text) for text in texts])
    head = Head(compile_head(encoder.id, labels, vectors, owner), texts)
    place = {label: index for index, label in enumerate(labels)}
    asked = []
    for question in island.questions:
        normal = normalise(question.text)
        if normal:
            evidence = head.evidence(normal, embed(question.text))
            asked.append(Asked(normal, evidence, place.get(question.label, -1)))
    return asked


def learn_mixture(asked: Sequence[Asked]) -> Floats:
    """Weights of the kinds of evidence under which the right snippets are most probable (conditional logit)."""
    own = [question for question in asked if question.right >= 0]
    width = max(len(question.evidence.nearest) for question in own)
    kinds = np.full((len(own), len(kinds_of(own[0].evidence)), width), 0, np.float32)
    inside = np.zeros((len(own), width), bool)
    right = np.array([question.right for question in own])
    for row, question in enumerate(own):
        size = len(question.evidence.nearest)
        kinds[row, :, :size] = np.stack(kinds_of(question.evidence))
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

    found = minimize(loss, np.ones(kinds.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x, np.float32)


def describe(asked: Sequence[Asked], mixture: Floats) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Features of each question, whether its leading snippet is right, and whether one of the listed is."""
    rows, first, listed = [], [], []
    for question in asked:
        share = shares(question.evidence, mixture)
        order = np.argsort(-share, kind="stable")[:LISTED]
        rows.append(features(question.evidence, share, question.normal))
        first.append(order[0] == question.right)
        listed.append(question.right in order)
    return np.stack(rows), np.array(first), np.array(listed)


def learn_trees(described: Floats, right: NDArray[np.bool_]) -> Trees:
    """Boosted trees for the probability of `right`, as complete arrays."""
    model = GradientBoostingClassifier(
        n_estimators=TREES, max_depth=DEPTH, subsample=0.5, learning_rate=0.08, min_samples_leaf=50, random_state=SEED
    ).fit(described, right)
    complete = [_complete(tree.tree_, model.learning_rate) for tree in model.estimators_[:, 0]]
    return Trees(
        depth=DEPTH,
        base=float(np.log(right.mean() / (1 - right.mean()))),
        feature=[feature for feature, _, _ in complete],
        threshold=[threshold for _, threshold, _ in complete],
        leaf=[leaf for _, _, leaf in complete],
    )


def _complete(tree: object, rate: float) -> tuple[list[int], list[float], list[float]]:
    """A scikit-learn tree as features, thresholds and leaves of a complete one; early leaves are repeated below."""
    splits, leaves = 2**DEPTH - 1, 2**DEPTH
    source = [0] + [0] * (splits + leaves - 1)
    feature, threshold = [0] * splits, [0.0] * splits
    for node in range(splits):
        origin = source[node]
        if tree.children_left[origin] < 0:  # type: ignore[attr-defined]
            source[2 * node + 1] = source[2 * node + 2] = origin
            continue
        feature[node] = int(tree.feature[origin])  # type: ignore[attr-defined]
        threshold[node] = float(np.float32(tree.threshold[origin]))  # type: ignore[attr-defined]
        source[2 * node + 1] = int(tree.children_left[origin])  # type: ignore[attr-defined]
        source[2 * node + 2] = int(tree.children_right[origin])  # type: ignore[attr-defined]
    leaf = [round(rate * float(tree.value[origin, 0, 0]), 6) for origin in source[splits:]]  # type: ignore[attr-defined]
    return feature, threshold, leaf


def learn(asked: Sequence[Asked]) -> AcceptorWeights:
    """The acceptor that these questions teach."""
    mixture = learn_mixture(asked)
    described, first, listed = describe(asked, mixture)
    return AcceptorWeights(
        name="trees",
        features=FEATURES,
        mixture=tuple(round(float(weight), 4) for weight in mixture),
        first=learn_trees(described, first),
        listed=learn_trees(described, listed),
    )


def draw(sets: dict[str, IntentSet], sources: Sequence[str], islands: int, seed: int) -> list[SimulatedIsland]:
    """As many islands of each source."""
    rng = Random(seed)
    return [draw_island(sets, source, rng, mix=Mix()) for _ in range(islands) for source in sources]


def main() -> None:
    """Learn from all sets, after showing what leaving one out gives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--out", type=Path, default=HERE / "acceptor", help="folder to write")
    parser.add_argument("--encoder", type=Path, default=HERE / "encoder", help="folder of the encoder")
    parser.add_argument("--islands", type=int, default=100, help="islands per set")
    arguments = parser.parse_args()
    encoder = Encoder.load(
        model=(arguments.encoder / "model.onnx").read_bytes(),
        tokenizer=(arguments.encoder / "tokenizer.json").read_bytes(),
        card=(arguments.encoder / "card.toml").read_bytes(),
    )
    sets, embed = read_sets(arguments.data, "train"), Embeddings(encoder)
    asked: dict[str, list[Asked]] = {}
    for source in SETS:
        drawn = draw(sets, [source], arguments.islands, SEED)
        asked[source] = [question for island in drawn for question in ask(island, encoder, embed)]
        print(f"{source}: {len(asked[source])} questions to {len(drawn)} islands", flush=True)
    for unseen in SETS:
        others = [question for source in SETS if source != unseen for question in asked[source]]
        print(f"unseen {unseen}: {evaluate(learn(others), asked[unseen])}", flush=True)
    write(arguments.out, learn([question for source in SETS for question in asked[source]]), encoder, arguments.islands)


def evaluate(weights: AcceptorWeights, asked: Sequence[Asked]) -> Figures:
    """How the acceptor with `weights` judges."""
    acceptor = Acceptor(weights, fingerprint="")
    mixture = np.array(weights.mixture, np.float32)
    described, first, _ = describe(asked, mixture)
    sure = np.array([acceptor.first.probability(row) for row in described])
    return judge(sure, first, np.array([question.right >= 0 for question in asked]))


def write(out: Path, weights: AcceptorWeights, encoder: Encoder, islands: int) -> None:
    """The acceptor and its card."""
    content = msgspec.json.encode(weights) + b"\n"
    card = CARD.format(
        name=weights.name, sha256=hashlib.sha256(content).hexdigest(), encoder=encoder.id, islands=islands, seed=SEED
    )
    out.mkdir(parents=True, exist_ok=True)
    out.joinpath("acceptor.json").write_bytes(content)
    out.joinpath("card.toml").write_text(card, encoding="utf-8")
    print(f"{out}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
