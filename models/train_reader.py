"""Train the reader: what a message tells of, and whether it asks anything of the event's team.

    python models/train_reader.py --data DIR --out models/reader

Reads the lines in `models/reading/learn` and the public sets in `DIR` (see simulated_islands). The figures that it
prints are of lines whose authors were left out. With the same calibrated probabilities it chooses the two temperatures
and the three shifts that make them probabilities of the mix of messages below. The same files and libraries give the
same file.
"""

import argparse
import hashlib
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from edge.triage import KINDS, Encoder, Matter, Reader, ReaderWeights, matter_of, read_features, read_message
from models.asked_islands import read_encoder
from models.simulated_islands import SOURCES
from models.written_lines import Line, public_lines, read_lines

HERE = Path(__file__).parent
FILES = ("harm", "lookalike", "chatter", "by_kind", "by_event", "by_voice", "pairs", "more", "further", "beside")
SEED = 13
BUCKETS = 1 << 16
FOLDS = 5
PUBLIC = 3_000
"""Questions of each public set."""
JOINED = 4_000
"""Messages made of two lines: a message of two parts is not always recognised as one."""
EMBEDDING_WEIGHT, WORDS_WEIGHT = 4.0, 8.0
"""Lengths of a row's two parts. With them one penalty fits both."""
ITERATIONS = 200

MIX = {"harm": 0.01, "fraud": 0.01, "lookalike": 0.08, "chat": 0.4, "public": 0.5}
"""The mix of messages for which probabilities of harm are calibrated."""
ASKING = 0.15
"""Share of lines of a public chat that ask the team for something."""

CARD = """\
# Model card of Skerry's reader: what a message tells of, and whether it asks anything of the event's team.

name = "linear"
sha256 = "{sha256}"
encoder = "{encoder}"
made_by = "models/train_reader.py (seed {seed})"

# Its probabilities are calibrated for this mix of messages.
[calibrated_for]
{mix}
asking_in_public_chat = {asking}

[[sources]]
name = "models/reading/learn"
by = "the authors of Skerry, who wrote its {lines:,} lines for this purpose"
licence = "as Skerry"

{sources}"""

Floats = NDArray[np.float64]


class Fitted(NamedTuple):
    """Weights of one fit: of the embedding, of the buckets, and the bias, for each output."""

    embedding: Floats
    words: Floats
    bias: Floats

    def scores(self, rows: Any, embeddings: Floats) -> Floats:
        """float64[lines, outputs]."""
        scores: Floats = embeddings @ self.embedding.T + rows @ self.words.T + self.bias
        return scores


class Material(NamedTuple):
    """Lines with their features."""

    lines: list[Line]
    embeddings: Floats
    rows: Any
    """Sparse [lines, BUCKETS], each row of length one."""
    kinds: NDArray[np.int64]
    """Index of `KINDS`."""
    asks: NDArray[np.int64]
    """1: asks the team, 0: does not, -1: not a line of a public chat."""
    folds: NDArray[np.int64]
    """All lines of an author are in one fold."""


def joined(lines: Sequence[Line], count: int, rng: random.Random) -> list[Line]:
    """Messages of two lines of one author, the second of which tells of nothing. They tell what the first one does."""
    by_author: dict[str, list[Line]] = {}
    for line in lines:
        if line.purpose is None:
            by_author.setdefault(line.author, []).append(line)
    found = []
    for author in rng.choices(sorted(by_author), k=count):
        first, second = rng.choice(by_author[author]), rng.choice(by_author[author])
        if second.kind == "none":
            texts = [first.text, second.text]
            rng.shuffle(texts)
            found.append(first._replace(text=rng.choice([" and ", ", also ", ". ", " but "]).join(texts)))
    return found


def gather(data: Path, encoder: Encoder) -> Material:
    """All lines to learn from."""
    written = [line for name in FILES for line in read_lines(f"learn/{name}")]
    lines = [*written, *joined(written, JOINED, random.Random(SEED)), *public_lines(data, "train", PUBLIC, seed=SEED)]
    matters = [matter_of(read_message(line.text)) for line in lines]
    normal = [matter.question for matter in matters]
    return Material(
        lines,
        np.stack([encoder.encode(text) for text in normal]).astype(float) * EMBEDDING_WEIGHT,
        _rows(matters),
        np.array([KINDS.index(line.kind or "none") for line in lines]),
        np.array([-1 if line.purpose is None else int(line.purpose == "question") for line in lines]),
        _folds(lines),
    )


def _rows(matters: Sequence[Matter]) -> Any:
    features = (read_features(one.question.split(), has_mark=one.question in one.marked) for one in matters)
    found = [sorted({feature % BUCKETS for feature in line}) for line in features]
    columns = np.concatenate([np.array(row, np.int64) for row in found])
    values = np.concatenate([np.full(len(row), WORDS_WEIGHT / math.sqrt(max(1, len(row)))) for row in found])
    starts = np.cumsum([0, *map(len, found)])
    return csr_matrix((values, columns, starts), shape=(len(found), BUCKETS))


def _folds(lines: Sequence[Line]) -> NDArray[np.int64]:
    authors = sorted({line.author for line in lines})
    random.Random(SEED).shuffle(authors)
    fold_of = {author: number % FOLDS for number, author in enumerate(authors)}
    return np.array([fold_of[line.author] for line in lines])


def fit(material: Material, chosen: NDArray[np.bool_]) -> Fitted:
    """The weights that the chosen lines teach."""
    harm = _fit(material, chosen, material.kinds)
    asks = _fit(material, chosen & (material.asks >= 0), material.asks)
    weights, bias = np.vstack([harm.coef_, asks.coef_]), np.concatenate([harm.intercept_, asks.intercept_])
    dimensions = material.embeddings.shape[1]
    return Fitted(weights[:, :dimensions], weights[:, dimensions:], bias)


def _fit(material: Material, chosen: NDArray[np.bool_], labels: NDArray[np.int64]) -> Any:
    rows = hstack([csr_matrix(material.embeddings[chosen]), material.rows[chosen]]).tocsr()
    return LogisticRegression(C=1.0, max_iter=ITERATIONS).fit(rows, labels[chosen])


class Calibration(NamedTuple):
    """Scores become log odds: times the temperature, plus shifts."""

    harm: float
    safety_shift: float
    fraud_shift: float
    asks: float
    asks_shift: float

    def apply(self, fitted: Fitted) -> Fitted:
        """The weights with calibrated scores."""
        times = np.array([self.harm] * len(KINDS) + [self.asks])
        plus = np.array([0, *[self.safety_shift] * 4, self.fraud_shift, self.asks_shift])
        return Fitted(fitted.embedding * times[:, None], fitted.words * times[:, None], fitted.bias * times + plus)


def calibrate(material: Material, scores: Floats) -> Calibration:
    """The calibration that makes the left-out lines, weighted as in the mix, most likely."""
    weights = _mix_weights(material)
    kinds, count = material.kinds, len(KINDS)

    def harm_loss(values: Floats) -> float:
        shifted = scores[:, :count] * values[0] + np.array([0, *[values[1]] * 4, values[2]])
        top = shifted.max(axis=1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.exp(shifted - top).sum(axis=1))
        return float((weights * (log_sum - shifted[np.arange(len(kinds)), kinds])).sum())

    is_chat, is_asking = material.asks >= 0, material.asks == 1
    asks_weights = np.where(is_asking, ASKING / is_asking.sum(), (1 - ASKING) / (is_chat & ~is_asking).sum())

    def asks_loss(values: Floats) -> float:
        odds = scores[is_chat, count] * values[0] + values[1]
        losses = np.logaddexp(0, np.where(is_asking[is_chat], -odds, odds))
        return float((asks_weights[is_chat] * losses).sum())

    harm = minimize(harm_loss, [1.0, -3.0, -3.0], method="Nelder-Mead").x
    asks = minimize(asks_loss, [1.0, -1.0], method="Nelder-Mead").x
    return Calibration(*map(float, (*harm, *asks)))


def _mix_weights(material: Material) -> Floats:
    groups = np.array([_group(line) for line in material.lines])
    weights = np.zeros(len(groups))
    for group, share in MIX.items():
        weights[groups == group] = share / (groups == group).sum()
    return weights


def _group(line: Line) -> str:
    if line.kind != "none":
        return "fraud" if line.kind == "fraud" else "harm"
    if line.purpose is not None:
        return "chat"
    return "public" if line.source in {"clinc150", "banking77", "hwu64"} else "lookalike"


def pack(fitted: Fitted, encoder: Encoder) -> bytes:
    """The reader's file."""
    # In `Reader` the embedding has length one, and the row of words too.
    words = fitted.words.T * WORDS_WEIGHT
    scale = np.abs(words).max(axis=0) / 127
    weights = ReaderWeights(
        name="linear",
        encoder=encoder.id,
        buckets=BUCKETS,
        words=np.rint(words / scale).astype(np.int8).tobytes(),
        scale=scale.astype("<f4").tobytes(),
        embedding=(fitted.embedding * EMBEDDING_WEIGHT).astype("<f4").tobytes(),
        bias=fitted.bias.astype("<f4").tobytes(),
    )
    return msgspec.msgpack.encode(weights)


def report(material: Material, scores: Floats) -> None:
    """Print the figures of lines whose authors were left out."""
    odds = np.exp(scores[:, : len(KINDS)] - scores[:, : len(KINDS)].max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    safety, fraud = odds[:, 1:5].sum(axis=1), odds[:, 5]
    groups, sources = (np.array([of(line) for line in material.lines]) for of in (_group, lambda line: line.source))
    # Pairs have the same words on purpose, so they are told apart.
    parts = {"all but pairs": sources != "learn/pairs", "pairs": sources == "learn/pairs"}
    for name, part in parts.items():
        print(f"{name}, from | harm: safety | fraud: fraud | look-alikes: any | chat: any | public: safety, fraud")
        for floor in (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5):
            found, stolen = safety >= floor, fraud >= floor
            of = {group: part & (groups == group) for group in MIX}
            print(
                f"{floor:5} | {_share(found, of['harm'])} | {_share(stolen, of['fraud'])} |"
                f" {_share(found | stolen, of['lookalike'])} | {_share(found | stolen, of['chat'])} |"
                f" {_share(found, of['public'])}, {_share(stolen, of['public'])}"
            )
    asks = 1 / (1 + np.exp(-scores[:, len(KINDS)]))
    print("asks below | questions | other lines of a chat | the same of pairs")
    for limit in (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2):
        below = asks < limit
        figures = (_share(below, part & (material.asks == ask)) for part in parts.values() for ask in (1, 0))
        print(f"{limit:5} | {' | '.join(figures)}")


def _share(found: NDArray[np.bool_], of: NDArray[np.bool_]) -> str:
    return f"{found[of].mean():7.2%}" if of.any() else "      -"


def main() -> None:
    """Train, judge and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    arguments = parser.parse_args()
    encoder = read_encoder(HERE / "encoder")
    material = gather(arguments.data, encoder)
    print(f"{len(material.lines):,} lines by {len({line.author for line in material.lines})} authors", flush=True)
    scores = np.zeros((len(material.lines), len(KINDS) + 1))
    for fold in range(FOLDS):
        left_out = material.folds == fold
        scores[left_out] = fit(material, ~left_out).scores(material.rows[left_out], material.embeddings[left_out])
        print(f"fold {fold + 1} of {FOLDS}", flush=True)
    calibration = calibrate(material, scores)
    print(calibration)
    times = np.array([calibration.harm] * len(KINDS) + [calibration.asks])
    plus = np.array([0, *[calibration.safety_shift] * 4, calibration.fraud_shift, calibration.asks_shift])
    report(material, scores * times + plus)
    everything = np.ones(len(material.lines), bool)
    data = pack(calibration.apply(fit(material, everything)), encoder)
    Reader(msgspec.msgpack.decode(data, type=ReaderWeights), fingerprint="")
    written = sum(len(read_lines(f"learn/{name}")) for name in FILES)
    card = CARD.format(
        sha256=hashlib.sha256(data).hexdigest(),
        encoder=encoder.id,
        seed=SEED,
        mix="\n".join(f"{name} = {share}" for name, share in MIX.items()),
        asking=ASKING,
        lines=written,
        sources=SOURCES.split("\n", 1)[1],
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, content in {"reader.msgpack": data, "card.toml": card.encode()}.items():
        arguments.out.joinpath(name).write_bytes(content)
        print(f"{arguments.out / name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
