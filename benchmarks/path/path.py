"""`python -m benchmarks path [--questions 1000] [--only PART …] [--quick]`: a question, over the encoder's time.

The PoP runs on core 0, this process and everything else on core 1. A question that the PoP has never seen is asked over
HTTP, one at a time; then this process encodes the same text. So both times are from the same seconds, and only their
ratio is printed: of medians, with the p50 of the encoder. A question of one matter needs one run of the encoder. One
with several parts needs one for each, so its ratio says little about the way.

The other parts (`benchmarks.path.growth`) ask the same of larger islands, of more of them, and with tickets waiting.
Most of their time goes into signing and verifying 10,000 islands. `--questions 300` is a third of the rounds: the
medians of both times then have 300 values each. Each part can run alone (`--only question snippets`).
"""

import argparse
import asyncio
import os
import time
from collections.abc import Sequence
from statistics import median

from benchmarks.client import ask_all, request_bytes
from benchmarks.figures import Figure, print_figures
from benchmarks.path.asked import Asked, ask_and_encode, is_one_matter
from benchmarks.path.growth import PARTS, measure_growth
from benchmarks.pop import distinct_questions
from benchmarks.strangers.measured_pop import measured_pop, pin
from edge.cli.demo import Harness
from edge.triage import Encoder, question_of
from tests.pen import DROP, Pen

WARM_UP = 200
PAIRS = 3
TAILS = ("for my brother", "again", "today", "tho", "actually", "on my phone")


async def measure(questions: int) -> list[Figure]:
    """The figures of one PoP with the sample drop."""
    async with measured_pop() as (harness, pen):
        pin(harness)
        asked = await _one_by_one(harness, pen.triage.encoder, questions)
        return [*_ratios(asked), await _throughput(harness, pen)]


async def _one_by_one(harness: Harness, encoder: Encoder, questions: int) -> list[Asked]:
    texts = distinct_questions(WARM_UP + questions)
    (asked,) = await asyncio.to_thread(ask_and_encode, harness.pop_port, [str(DROP)], texts, encoder)
    return asked[WARM_UP:]


def _ratios(asked: Sequence[Asked]) -> list[Figure]:
    kinds = {
        "answered or clarified": [one for one in asked if not one.is_ticket],
        "escalated, on disk before the response": [one for one in asked if one.is_ticket],
        "all": list(asked),
        "all of one matter, so one run of the encoder": [one for one in asked if is_one_matter(one.text)],
    }
    return [
        Figure(f"a question never seen, p50 over the encoder's p50: {kind}", _ratio(some), "1.7 x")
        for kind, some in kinds.items()
    ]


def _ratio(asked: Sequence[Asked]) -> str:
    if not asked:
        return "none"
    encoder_s = median(one.encoder_s for one in asked)
    return f"{median(one.took_s for one in asked) / encoder_s:.2f} x of {encoder_s * 1000:.2f} ms (n = {len(asked)})"


async def _throughput(harness: Harness, pen: Pen) -> Figure:
    """The author's own questions with one word more, so that most are answered and none is remembered.

    None is an exact match either: courtesy, such as "please", is taken off before triage.
    """
    examples = [text for texts in pen.prepared.examples.values() for text in texts]
    exact = set(map(question_of, examples))
    shares, rates = [], []
    for pair in range(PAIRS):
        asked = {
            question_of(text): text for tail in TAILS[pair::PAIRS] for text in (f"{one} {tail}" for one in examples)
        }
        texts = [text for normal, text in asked.items() if normal not in exact]
        alone_s = await asyncio.to_thread(_encode_all, pen.triage.encoder, texts)
        requests = [request_bytes(str(DROP), text) for text in texts]
        took_s = await ask_all(harness.pop_port, requests, connections=16)
        shares.append(alone_s / took_s)
        rates.append(len(texts) / took_s)
    what = f"distinct questions/s, mostly answered, over the encoder alone on the same core, median of {PAIRS}"
    return Figure(what, f"{median(shares):.2f} x ({median(rates):.0f}/s)", "0.7 x")


def _encode_all(encoder: Encoder, texts: Sequence[str]) -> float:
    """Seconds that the encoder takes for the texts on the PoP's core, while the PoP has nothing to do."""
    before = os.sched_getaffinity(0)
    # Of this thread alone.
    os.sched_setaffinity(0, {0})
    try:
        began = time.perf_counter()
        for text in texts:
            encoder.encode(text)
        return time.perf_counter() - began
    finally:
        os.sched_setaffinity(0, before)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=1_000, help="questions in each figure")
    parser.add_argument("--quick", action="store_true", help="grow to a hundredth, to see that all of it runs")
    parts = ("question", *PARTS)
    parser.add_argument("--only", nargs="+", choices=parts, default=parts, help="the parts to measure")
    arguments = parser.parse_args()
    if "question" in arguments.only:
        title = f"A question's way, and the encoder's time, {arguments.questions} questions (`make bench ARGS=path`)"
        print_figures(title, asyncio.run(measure(arguments.questions)))
    grown = asyncio.run(measure_growth(arguments.questions, arguments.only, quick=arguments.quick))
    if grown:
        print_figures("A question in a larger PoP: p50 over the encoder's, by that of the smallest", grown)


if __name__ == "__main__":
    main()
