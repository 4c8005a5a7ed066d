"""What does an island answer when it promises the mean of all answers, and does it keep that?

    python -m benchmarks.promise.promise --data DIR --unseen ENCODERS [--islands 16] [--learned 40] [--starts]

Islands of each public set are asked by an acceptor and an encoder that have not seen the set, each question by another
viewer, in random order. The threshold follows by `edge.decide`'s own functions, once as promised of each answer and
once of the mean. An island counts as below 0.90 if that is so with 95 % confidence (Wilson, one-sided). `--starts`
prints the two histograms of `edge/decide/threshold/starts.py`.
"""

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

from edge.decide.policy import ChannelClass
from edge.decide.threshold import Traffic
from edge.records import PromisePolicy
from edge.triage import Acceptor
from models.asked_islands import SEED, VIEWERS, Asked, Embeddings, ask, draw, read_encoder
from models.simulated_islands import SETS, read_sets
from models.train_acceptor import learn

PROMISED = 0.9
COARSE = 20


class Judged(NamedTuple):
    """One question: the confidence of its best candidate, whether that is right, and whether anything answers it."""

    confidence: float
    is_right: bool
    in_scope: bool


class Answered(NamedTuple):
    """What one island answered."""

    asked: int
    answered: int
    right: int
    out_of_scope: int
    out_of_scope_answered: int

    @property
    def is_below(self) -> bool:
        """True if the island's precision is below what was promised, with 95 % confidence."""
        return wilson_upper(self.right, self.answered) < PROMISED


def wilson_upper(right: int, total: int, z: float = 1.6449) -> float:
    """The upper end of Wilson's one-sided interval for a share; 1 without any."""
    if not total:
        return 1.0
    share, weight = right / total, z * z / total
    return (share + weight / 2 + z * math.sqrt(share * (1 - share) / total + weight / (4 * total))) / (1 + weight)


def answer(island: Sequence[Judged], rng: Random, *, of_all: bool) -> Answered:
    """Ask an island its questions in random order; the threshold follows, if it promises the mean."""
    traffic, policy = Traffic(ChannelClass.WIDGET), PromisePolicy()
    answered: list[Judged] = []
    for question in rng.sample(island, len(island)):
        bar = traffic.threshold(PROMISED, policy).confidence if of_all else PROMISED
        if question.confidence >= bar:
            answered.append(question)
        traffic.count(question.confidence, 1.0)
    return Answered(
        asked=len(island),
        answered=len(answered),
        right=sum(one.is_right for one in answered),
        out_of_scope=sum(not one.in_scope for one in island),
        out_of_scope_answered=sum(not one.in_scope for one in answered),
    )


def judge(islands: Sequence[Sequence[Asked]], acceptor: Acceptor) -> list[list[Judged]]:
    """What the acceptor thinks of every question, island by island."""
    return [[_judged(question, acceptor) for question in island] for island in islands]


def _judged(question: Asked, acceptor: Acceptor) -> Judged:
    order, share = acceptor.rank(question.evidence)
    confidence, _ = acceptor.confidence(question.evidence, share)
    return Judged(confidence, int(order[0]) == question.right, question.right >= 0)


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
) -> dict[str, list[list[Judged]]]:
    """By set: its islands, judged by an acceptor that was trained on the others."""
    found = {}
    for unseen in SETS:
        others = [question for source in SETS if source != unseen for island in learned[source] for question in island]
        found[unseen] = judge(judged[unseen], Acceptor(learn(others), fingerprint=""))
    return found


def rows(by_set: Mapping[str, list[list[Judged]]]) -> Iterator[str]:
    """A Markdown table."""
    yield "| unseen set | promised of | answered of all | precision | out of scope, answered | islands below |"
    yield "|---|---|---|---|---|---|"
    for source, islands in by_set.items():
        for of_all in (False, True):
            rng = Random(SEED)
            found = [answer(island, rng, of_all=of_all) for island in islands]
            total = Answered(*(sum(column) for column in zip(*found, strict=True)))
            yield (
                f"| {source} | {'mean' if of_all else 'each'} | {total.answered / total.asked:.3f} "
                f"| {total.right / max(1, total.answered):.3f} "
                f"| {total.out_of_scope_answered / max(1, total.out_of_scope):.1%} "
                f"| {sum(one.is_below for one in found)} of {len(found)} |"
            )


def starts(by_set: Mapping[str, list[list[Judged]]]) -> Iterator[str]:
    """The histograms of the confidences in right and in other best candidates, as shares."""
    every = [question for islands in by_set.values() for island in islands for question in island]
    for name, wanted in (("right", True), ("others", False)):
        confidence = [question.confidence for question in every if question.is_right is wanted]
        count, _ = np.histogram(confidence, bins=COARSE, range=(0, 1))
        yield f"{name}: {', '.join(f'{share:.4f}' for share in count / count.sum())}"
    yield f"share: {sum(question.is_right for question in every) / len(every):.3f}"


def main() -> None:
    """Print the table, and the histograms if they are wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--unseen", type=Path, required=True, help="folder of encoders by the set they have not seen")
    parser.add_argument("--islands", type=int, default=16, help="islands of each set that are judged")
    parser.add_argument("--learned", type=int, default=40, help="islands of each set that the acceptor learns from")
    parser.add_argument("--starts", action="store_true", help="print the starting histograms")
    arguments = parser.parse_args()
    learned = ask_islands(arguments.data, arguments.unseen, "train", arguments.learned)
    judged = ask_islands(arguments.data, arguments.unseen, "test", arguments.islands)
    by_set = leave_one_out(learned, judged)
    for line in rows(by_set):
        print(line)
    if arguments.starts:
        for line in starts(leave_one_out(learned, learned)):
            print(line)


if __name__ == "__main__":
    main()
