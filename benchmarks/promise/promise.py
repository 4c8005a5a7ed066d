"""What is answered and offered by an island that promises the mean of all answers, and does it keep that promise?

    python -m benchmarks promise --data DIR --unseen ENCODERS [--islands 16] [--learned 60] [--split test] [--starts]

Islands of each public set are asked as viewers type (`models/noise.py`), by an encoder that has not seen the set. The
acceptor and the starting histograms are learned from the two other sets. Each question comes from another viewer, in
random order, and the threshold follows by `edge.decide`'s own functions.

* solved: of questions that the island can answer, those answered right, and those offered the right one among three.
  This takes every viewer to tap what is right, so it is an upper bound.
* below: islands whose precision is below 0.90 with 95 % confidence (Wilson, one-sided).
* ECE: of triage's confidences, over 15 bins of equally many questions.

`--split train` asks the questions of the `train` splits: use it to choose between variants. `--starts` prints the
histograms of `edge/decide/threshold/starts.py`, pooled of all three sets; each is judged by what has not seen it. The
same arguments give the same figures. It takes five minutes on one core.
"""

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from edge.decide.policy import ChannelClass
from edge.decide.threshold import Starts, Traffic
from edge.limits import AskerName
from edge.records import OffersPolicy, PromisePolicy
from edge.triage import LISTED, Acceptor
from models.asked_islands import SEED, VIEWERS, Asked, Embeddings, ask, draw, read_encoder
from models.simulated_islands import SETS, read_sets
from models.train_acceptor import learn

PROMISED = 0.9
COARSE = 20
ECE_BINS = 15
NOON = 1_800_000_000.0
"""All is asked at one moment: an evening's event, in which nothing fades."""

HEADER = """\
| unseen set | promised of | answered of all | precision | solved of answerable (once + tap) | out of scope: \
answered | offered | islands below | ECE |
|---|---|---|---|---|---|---|---|---|"""


class Judged(NamedTuple):
    """One question. Confidences are of the listed candidates, best first."""

    confidences: tuple[float, ...]
    place: int
    """Place of the right snippet among them; -1 if it is not there."""
    in_scope: bool

    @property
    def is_right(self) -> bool:
        """True if the best candidate is right."""
        return self.place == 0


class Counts(NamedTuple):
    """What one island did. `out` is of questions that it cannot answer."""

    asked: int = 0
    answered: int = 0
    right: int = 0
    tapped: int = 0
    in_scope: int = 0
    out: int = 0
    out_answered: int = 0
    out_offered: int = 0

    @property
    def is_below(self) -> bool:
        """True if the island's precision is below what was promised, with 95 % confidence."""
        return wilson_upper(self.right, self.answered) < PROMISED


Islands = Sequence[Sequence[Judged]]


def wilson_upper(right: int, total: int, z: float = 1.6449) -> float:
    """The upper end of Wilson's one-sided interval for a share; 1 without any."""
    if not total:
        return 1.0
    share, weight = right / total, z * z / total
    return (share + weight / 2 + z * math.sqrt(share * (1 - share) / total + weight / (4 * total))) / (1 + weight)


def total(counts: Sequence[Counts]) -> Counts:
    """The sum of several islands' counts."""
    return Counts(*(sum(column) for column in zip(*counts, strict=True)))


def play(island: Sequence[Judged], rng: Random, policy: PromisePolicy | None, starts: Starts) -> Counts:
    """Ask an island its questions in random order. The threshold follows; without a policy it stays."""
    traffic, counts = Traffic(ChannelClass.WIDGET, starts=starts), Counts()
    for number, question in enumerate(rng.sample(island, len(island))):
        bar = traffic.threshold(PROMISED, policy, NOON).confidence if policy else PROMISED
        counts = total([counts, once(question, bar)])
        traffic.count(question.confidences[0], AskerName(str(number)), NOON)
    return counts


def once(question: Judged, bar: float) -> Counts:
    """What is done with one question, where an answer needs the confidence `bar`."""
    is_answered, out = question.confidences[0] >= bar, not question.in_scope
    # As `edge.decide.policy` offers them: the fewest of the best that together reach the island's floor.
    together, floor = accumulate(question.confidences), OffersPolicy().floor
    shown = next((place for place, sure in enumerate(together, start=1) if sure >= floor), 0)
    offered = 0 if is_answered else shown
    return Counts(
        asked=1,
        answered=is_answered,
        right=is_answered and question.is_right,
        tapped=0 <= question.place < offered,
        in_scope=question.in_scope,
        out=out,
        out_answered=out and is_answered,
        out_offered=out and offered > 0,
    )


def calibration_error(islands: Islands) -> float:
    """ECE over bins of equally many questions."""
    every = sorted((one.confidences[0], one.is_right) for island in islands for one in island)
    bins = [part for part in np.array_split(np.array(every, float), ECE_BINS) if len(part)]
    return sum(abs(float(part[:, 0].mean() - part[:, 1].mean())) * len(part) for part in bins) / len(every)


def judge(islands: Sequence[Sequence[Asked]], acceptor: Acceptor) -> Islands:
    """What the acceptor thinks of every question, island by island."""
    return [[_judged(question, acceptor) for question in island] for island in islands]


def _judged(question: Asked, acceptor: Acceptor) -> Judged:
    order, share = acceptor.rank(question.evidence)
    first, listed = acceptor.confidence(question.evidence, order, share)
    best = [int(index) for index in order[:LISTED]]
    # As `edge.triage` divides what is left of `listed`.
    rest = max(float(share[best[1:]].sum()), 1e-12)
    confidences = (first, *((listed - first) * float(share[index]) / rest for index in best[1:]))
    place = best.index(question.right) if question.right in best else -1
    return Judged(confidences, place, question.right >= 0)


def ask_islands(data: Path, unseen: Path, split: str, islands: int) -> dict[str, list[list[Asked]]]:
    """By set: the questions of `split` to each of its islands."""
    examples, questions = read_sets(data, "train"), read_sets(data, split)
    asked = {}
    for source in SETS:
        encoder = read_encoder(unseen / source)
        embed = Embeddings(encoder)
        drawn = draw(examples, source, islands, mixes=VIEWERS, asked=questions)
        asked[source] = [ask(island, encoder, embed) for island in drawn]
    return asked


def leave_one_out(
    learned: Mapping[str, list[list[Asked]]], judged: Mapping[str, list[list[Asked]]]
) -> tuple[dict[str, Islands], dict[str, Islands]]:
    """By set, twice: the islands of `judged` and of `learned`, by an acceptor that was trained on the other sets."""
    found, others_found = {}, {}
    for unseen in SETS:
        others = [question for source in SETS if source != unseen for island in learned[source] for question in island]
        acceptor = Acceptor(learn(others), fingerprint="")
        found[unseen], others_found[unseen] = judge(judged[unseen], acceptor), judge(learned[unseen], acceptor)
    return found, others_found


def rows(judged: Mapping[str, Islands], learned: Mapping[str, Islands]) -> Iterator[str]:
    """A Markdown table. `learned`: the islands from which the starting histograms of the other sets come."""
    for source, islands in judged.items():
        starts = Starts.of(*histograms([islands for other, islands in learned.items() if other != source]))
        for policy in (None, PromisePolicy()):
            rng = Random(SEED)
            found = [play(island, rng, policy, starts) for island in islands]
            yield _row(source, "mean" if policy else "each", found, calibration_error(islands))


def _row(source: str, promised_of: str, found: Sequence[Counts], ece: float) -> str:
    every = total(found)
    at_once, by_tap = every.right / every.in_scope, every.tapped / every.in_scope
    return (
        f"| {source} | {promised_of} | {every.answered / every.asked:.3f} | {every.right / every.answered:.3f} "
        f"| {at_once + by_tap:.3f} ({at_once:.3f} + {by_tap:.3f}) | {every.out_answered / every.out:.1%} "
        f"| {every.out_offered / every.out:.1%} | {sum(one.is_below for one in found)} of {len(found)} | {ece:.4f} |"
    )


def histograms(sets: Sequence[Islands]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The histograms of the confidences in right and in other best candidates, as shares. Each set counts the same."""
    pooled = []
    for wanted in (True, False):
        counts = [
            np.histogram(
                [one.confidences[0] for island in islands for one in island if one.is_right is wanted],
                bins=COARSE,
                range=(0, 1),
            )[0]
            for islands in sets
        ]
        pooled.append(tuple(float(share) for share in np.mean([count / count.sum() for count in counts], axis=0)))
    return pooled[0], pooled[1]


def main() -> None:
    """Print the table, and the histograms if they are wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--unseen", type=Path, required=True, help="folder of encoders by the set they have not seen")
    parser.add_argument("--islands", type=int, default=16, help="islands of each set that are judged")
    parser.add_argument("--learned", type=int, default=60, help="islands of each set that the acceptor learns from")
    parser.add_argument("--split", choices=("train", "test"), default="test", help="split that is asked")
    parser.add_argument("--starts", action="store_true", help="print the starting histograms")
    arguments = parser.parse_args()
    with threadpool_limits(1):  # heads are small: more threads only wait for each other
        learned = ask_islands(arguments.data, arguments.unseen, "train", arguments.learned)
        asked = ask_islands(arguments.data, arguments.unseen, arguments.split, arguments.islands)
        judged, learned_judged = leave_one_out(learned, asked)
    print(HEADER)
    for line in rows(judged, learned_judged):
        print(line, flush=True)
    if arguments.starts:
        for name, shares in zip(("right", "others"), histograms(list(learned_judged.values())), strict=True):
            print(f"{name}: {', '.join(f'{share:.4f}' for share in shares)}")


if __name__ == "__main__":
    main()
