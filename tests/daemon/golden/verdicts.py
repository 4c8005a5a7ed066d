"""The verdict of triage on each question, recorded once with the real model.

Confidences are rounded. If one of them, or the sum of the first two or three, is too near to a threshold, it is moved a
little, so that no case depends on how a machine rounds.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge.config import model_files
from edge.publish.compile import prepare_island
from edge.records import Candidate, Harm, PartVerdict, Verdict
from edge.triage import MODEL_FILES, Head, load_triage, matter_of, read_message
from tests.daemon.golden.islands import NAMES, asked_about, source

FILE = Path(__file__).parent / "verdicts.json"

EDGES = (0.5, 0.75, 0.8, 0.85, 0.9, 0.92, 0.95, 0.97)
"""Thresholds of the cases: of islands and snippets, floors, ceilings, and the steps between them."""

EDGE_WIDTH = 0.002
_NUDGE = 0.005


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its verdict; `id` names it in the golden files."""

    id: str
    island: str
    text: str
    verdict: Verdict


def read_verdicts() -> list[Judged]:
    """The recorded verdicts, in their order."""
    return msgspec.json.decode(FILE.read_bytes(), type=list[Judged])


def record_verdicts() -> None:
    """Judge every question with Skerry's own model, and write the verdicts."""
    lines = b",\n".join(msgspec.json.encode(judged) for judged in _judge_all())
    FILE.write_bytes(b"[\n" + lines + b"\n]\n")


def sums(verdict: Verdict) -> list[float]:
    """Values that are compared with thresholds: sums of the first one, two and three confidences, and that of any."""
    first = [candidate.confidence for candidate in verdict.candidates[:3]]
    return [*(sum(first[:count]) for count in range(1, len(first) + 1)), verdict.any_confidence]


def is_on_an_edge(verdict: Verdict) -> bool:
    """True if a value is too near to a threshold."""
    return any(abs(value - edge) < EDGE_WIDTH for value in sums(verdict) for edge in EDGES)


def _judge_all() -> Iterator[Judged]:
    triage = load_triage(model_files(MODEL_FILES))
    for short, name in NAMES.items():
        prepared = prepare_island(source(name), triage=triage)
        texts = [text for examples in prepared.examples.values() for text in examples]
        head = Head(prepared.head, texts)
        for number, text in enumerate(dict.fromkeys(asked_about(name)), start=1):
            verdict = _rounded(triage.judge(head, matter_of(read_message(text))))
            yield Judged(id=f"{short}-{number:03}", island=name, text=text, verdict=verdict)


def _rounded(verdict: Verdict) -> Verdict:
    candidates = tuple(
        msgspec.structs.replace(
            candidate, confidence=round(candidate.confidence, 3), similarity=round(candidate.similarity, 3)
        )
        for candidate in verdict.candidates
    )
    rounded = msgspec.structs.replace(
        verdict,
        candidates=candidates,
        any_confidence=round(verdict.any_confidence, 3),
        harm=Harm(**{kind: round(found, 2) for kind, found in msgspec.structs.asdict(verdict.harm).items()}),
        asks=round(verdict.asks, 2),
        parts=tuple(map(_rounded_part, verdict.parts)),
        asides=tuple(map(_rounded_part, verdict.asides)),
        model="recorded",
    )
    while not rounded.exact and is_on_an_edge(rounded):
        rounded = _nudged(rounded)
    return rounded


def _rounded_part(part: PartVerdict) -> PartVerdict:
    return msgspec.structs.replace(part, verdict=_rounded(part.verdict))


def _nudged(verdict: Verdict) -> Verdict:
    first, *rest = verdict.candidates
    less = msgspec.structs.replace(first, confidence=round(max(0.0, first.confidence - _NUDGE), 3))
    candidates: tuple[Candidate, ...] = (less, *rest)
    any_confidence = round(max(0.0, verdict.any_confidence - _NUDGE), 3)
    return msgspec.structs.replace(verdict, candidates=candidates, any_confidence=any_confidence)
