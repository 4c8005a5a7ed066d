"""The verdict on one question: exact match first, typing errors corrected, then encoder, head and acceptor."""

from collections.abc import Mapping

from msgspec.structs import replace

from edge.errors import Reason, RefusedError
from edge.records import Candidate, Island, Verdict
from edge.triage.acceptor import Acceptor
from edge.triage.encoder import Encoder
from edge.triage.features import LISTED
from edge.triage.head import Evidence, Head
from edge.triage.message_filter import is_foreign, is_small_talk
from edge.triage.text import normalise

MODEL_FILES = (
    "encoder/model.onnx",
    "encoder/tokenizer.json",
    "encoder/card.toml",
    "acceptor/acceptor.json",
    "acceptor/card.toml",
)
"""What `load_triage` wants, by path under `models/`."""

_GOLDEN_TOLERANCE = 0.1
"""Another CPU's rounding may tip a question over one of a tree's thresholds; a wrong model is off by far more."""


class Triage:
    """Encoder and acceptor, shared by all islands. Thread-safe; the same question gets the same verdict."""

    def __init__(self, encoder: Encoder, acceptor: Acceptor) -> None:
        self.encoder = encoder
        self.acceptor = acceptor
        self.model = f"encoder-{encoder.id[:8]}+acceptor-{acceptor.id[:8]}"

    def judge(self, head: Head, normal: str) -> Verdict:
        """What a text in normal form asks, as far as the island's examples tell; no candidates when it has no word."""
        corrected = self.corrected(head, normal)
        if place := head.exact(normal) or head.exact(corrected):
            snippet, example = place
            candidate = Candidate(
                snippet=head.snippets[snippet],
                confidence=1.0,
                nearest_example=head.examples[example],
                similarity=1.0,
            )
            return Verdict(candidates=(candidate,), any_confidence=1.0, exact=True, model=self.model)
        verdict = self.weigh(head, corrected)
        return replace(verdict, is_small_talk=is_small_talk(normal), is_foreign=_is_strange(normal, verdict))

    def corrected(self, head: Head, normal: str) -> str:
        """A question in normal form, its typing errors corrected to words of the island's."""
        return head.speller.corrected(normal, self.encoder.knows)

    def weigh(self, head: Head, corrected: str) -> Verdict:
        """The verdict on a corrected question by evidence alone, also where an example reads just like it."""
        if not corrected:
            return Verdict(candidates=(), any_confidence=0.0, model=self.model)
        evidence = head.evidence(corrected, self.encoder.encode(corrected))
        order, share = self.acceptor.rank(evidence)
        first, listed = self.acceptor.confidence(evidence, share)
        if len(order) == 1:
            listed = first
        rest = float(share[order[1:LISTED]].sum())
        confidences = [first, *((listed - first) * float(share[place]) / max(rest, 1e-12) for place in order[1:LISTED])]
        candidates = tuple(
            _candidate(head, evidence, int(place), confidence)
            for place, confidence in zip(order[:LISTED], confidences, strict=True)
        )
        return Verdict(candidates=candidates, any_confidence=listed, model=self.model)

    def check_golden(self, island: Island, head: Head) -> None:
        """Repeat the questions that were judged when the island was compiled.

        Raises `RefusedError` (`MODEL_SELFTEST_FAILED`) when this PoP's model is another than the one the island's head
        was trained for, or judges otherwise.
        """
        if head.encoder != self.encoder.id:
            raise RefusedError(
                f"island's head was trained for encoder {head.encoder[:12]}, this one is {self.encoder.id[:12]}",
                reason=Reason.MODEL_SELFTEST_FAILED,
            )
        if head.dimensions != self.encoder.dimensions:
            raise RefusedError(
                f"island's head is for embeddings of {head.dimensions} dimensions, the encoder's have"
                f" {self.encoder.dimensions}",
                reason=Reason.METADATA_INVALID,
            )
        for index, golden in enumerate(island.golden):
            verdict = self.weigh(head, self.corrected(head, normalise(golden.question)))
            found = verdict.candidates[0].snippet if verdict.candidates else "no candidate"
            off = abs(verdict.confidence - golden.confidence)
            if found != golden.snippet or not off <= _GOLDEN_TOLERANCE:
                raise RefusedError(
                    f"golden question {index} gave {found} with confidence {verdict.confidence:.3f}, "
                    f"expected {golden.snippet} with {golden.confidence:.3f} ± {_GOLDEN_TOLERANCE}",
                    reason=Reason.MODEL_SELFTEST_FAILED,
                )


def load_triage(files: Mapping[str, bytes]) -> Triage:
    """Triage from the shipped model files (`MODEL_FILES`).

    Raises `RefusedError`: `MODEL_MISMATCH` when a file is missing or damaged, `MODEL_SELFTEST_FAILED` when this machine
    computes otherwise than the cards say.
    """
    for name in MODEL_FILES:
        if name not in files:
            raise RefusedError(f"model file {name} is missing", reason=Reason.MODEL_MISMATCH)
    encoder = Encoder.load(
        model=files["encoder/model.onnx"],
        tokenizer=files["encoder/tokenizer.json"],
        card=files["encoder/card.toml"],
    )
    return Triage(encoder, Acceptor.load(files["acceptor/acceptor.json"], files["acceptor/card.toml"]))


def _is_strange(normal: str, verdict: Verdict) -> bool:
    """Whether a question is not in English, and the example it is nearest to is: the author has not written so."""
    if not is_foreign(normal):
        return False
    return not (verdict.candidates and is_foreign(normalise(verdict.candidates[0].nearest_example)))


def _candidate(head: Head, evidence: Evidence, place: int, confidence: float) -> Candidate:
    return Candidate(
        snippet=head.snippets[place],
        confidence=confidence,
        nearest_example=head.examples[int(evidence.best_example[place])],
        similarity=min(1.0, max(-1.0, float(evidence.similarity[place]))),
    )
