"""Time of one question in triage: one thread, each question new, no HTTP.

python benchmarks/encoder.py [--questions 2000] [--json]
"""

import argparse
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from edge.publish.compile import train_head
from edge.triage import MODEL_FILES, Encoder, Head, Matter, Triage, load_triage, matter_of, question_of, read_message

MODELS = Path(__file__).parents[1] / "models"
SUBJECTS = (
    "hoodie", "ticket", "stream", "refund", "parcel", "discount code", "vip pass", "beanie", "order", "poster",
    "download", "account", "payment", "address", "receipt", "replay", "chat badge", "bundle", "preorder", "gift card",
    "size chart", "customs fee", "giveaway", "meet and greet", "sound", "subtitles", "login", "card", "queue", "merch",
)  # fmt: skip
WORDINGS = (
    "where is my {}", "how do i get a {}", "my {} does not work", "can i change the {}", "when do i get the {}",
    "is the {} sold out", "who do i ask about the {}", "what does the {} cost", "i lost my {}", "cancel my {} please",
    "is there a {} for europe", "why is the {} late", "{} broken", "more about the {}", "can i share my {}",
)  # fmt: skip
TAILS = ("asap", "today", "for my brother", "please help", "from spain", "again", "if i paid twice", "on my phone", "")
PLACES = ("the site says {}", "{}", "hey, {}", "mod? {}", "quick one: {}", "{} anyone know")


def questions(count: int, rng: Random) -> list[str]:
    """Different questions of 3 to 15 words. None of them is an example."""
    drawn = {
        rng.choice(PLACES).format(f"{rng.choice(WORDINGS).format(rng.choice(SUBJECTS))} {number} {rng.choice(TAILS)}")
        for number in range(count)
    }
    return sorted(drawn, key=lambda _: rng.random())


def timed(act: Callable[[str], object], texts: list[str]) -> dict[str, float]:
    """Time of `act` over all texts: median and 99th percentile, in milliseconds."""
    times_ms = []
    for text in texts:
        start = time.perf_counter()
        act(text)
        times_ms.append((time.perf_counter() - start) * 1e3)
    return {"p50_ms": round(float(np.median(times_ms)), 4), "p99_ms": round(float(np.quantile(times_ms, 0.99)), 4)}


class Subtracted:
    """An encoder whose own time is known: processor time of this thread, in nanoseconds."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.own_ns = encoder, 0

    def encode(self, text: str) -> NDArray[np.float32]:
        """The embedding."""
        start = time.thread_time_ns()
        embedding = self._encoder.encode(text)
        self.own_ns += time.thread_time_ns() - start
        return embedding

    def knows(self, word: str) -> bool:
        """As the encoder says."""
        return self._encoder.knows(word)


def without_encoder(triage: Triage, head: Head, texts: list[str]) -> dict[str, float]:
    """What a message and its verdict take without the encoder. Processor time: other work counts for less."""
    encoder, times_ms = triage.encoder, []
    subtracted = Subtracted(encoder)
    triage.encoder = cast(Encoder, subtracted)
    for text in texts:
        start, own_ns = time.thread_time_ns(), subtracted.own_ns
        triage.judge(head, matter_of(read_message(text)))
        times_ms.append((time.thread_time_ns() - start - subtracted.own_ns + own_ns) / 1e6)
    triage.encoder = encoder
    return {"p50_ms": round(float(np.median(times_ms)), 4), "p99_ms": round(float(np.quantile(times_ms, 0.99)), 4)}


def measure(triage: Triage, count: int) -> dict[str, dict[str, float]]:
    """Times of the whole of triage and of its parts."""
    examples = {subject.replace(" ", "-"): [wording.format(subject) for wording in WORDINGS] for subject in SUBJECTS}
    weights = train_head(triage.encoder, examples)
    texts = [text for wordings in examples.values() for text in wordings]
    start = time.perf_counter()
    head = Head(weights, texts)
    loaded_ms = round((time.perf_counter() - start) * 1e3, 2)
    asked = questions(count, Random(1))
    embedding = triage.encoder.encode(asked[0])
    return {
        "triage.judge": timed(lambda text: triage.judge(head, Matter(question_of(text))), asked),
        "message and judge, without encode": without_encoder(triage, head, asked),
        "question_of": timed(question_of, asked),
        "encode": timed(triage.encoder.encode, asked),
        "head.evidence": timed(lambda text: head.evidence(text, embedding), asked),
        "Head load, 30 x 15 examples": {"p50_ms": loaded_ms, "p99_ms": loaded_ms},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=2000, help="how many different questions to ask")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    arguments = parser.parse_args()
    triage = load_triage({name: (MODELS / name).read_bytes() for name in MODEL_FILES})
    steps = measure(triage, arguments.questions)
    if arguments.json:
        machine = {"machine": platform.machine(), "python": platform.python_version()}
        print(json.dumps({**machine, "onnxruntime": onnxruntime.__version__, "model": triage.model, "steps": steps}))
        return
    print(f"{triage.model}, {arguments.questions} questions, one thread")
    print(f"{'step':34} {'p50 ms':>9} {'p99 ms':>9}")
    for step, times in steps.items():
        print(f"{step:34} {times['p50_ms']:9.3f} {times['p99_ms']:9.3f}")


if __name__ == "__main__":
    main()
