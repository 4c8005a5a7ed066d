"""Questions that are asked one at a time, each with the encoder's own time for its text."""

import time
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from benchmarks.client import Connection, request_bytes
from edge.triage import Encoder, matter_of, question_of, read_message


class Asked(NamedTuple):
    """One question: how long it took over HTTP, and how long the encoder took for it just afterwards."""

    text: str
    took_s: float
    encoder_s: float
    is_ticket: bool


def ask_and_encode(port: int, islands: Sequence[str], texts: Sequence[str], encoder: Encoder) -> list[list[Asked]]:
    """Ask each text of each island, in turns, and encode it after each. By island, in the order of the texts."""
    connection = Connection(port)
    asked: list[list[Asked]] = [[] for _ in islands]
    for text in texts:
        normal = question_of(text)
        for island, found in zip(islands, asked, strict=True):
            took_s, response = connection.ask(request_bytes(island, text))
            if "outcome" not in response:
                raise SystemExit(f"island {island} gave the problem {response.get('code')}, expected an outcome")
            began = time.perf_counter()
            encoder.encode(normal)
            found.append(Asked(text, took_s, time.perf_counter() - began, response["ticket"] is not None))
    connection.close()
    return asked


def over_encoder(asked: Sequence[Asked]) -> float:
    """The median of the questions over the median of the encoder."""
    return median(one.took_s for one in asked) / median(one.encoder_s for one in asked)


def is_one_matter(text: str) -> bool:
    """True if triage judges a question whole, and none of its parts."""
    matter = matter_of(read_message(text))
    return not (matter.parts or matter.asides)
