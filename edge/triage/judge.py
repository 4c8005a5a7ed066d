"""The verdict on one question: an exact match first, then typing errors corrected, encoder, head and acceptor."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from edge.errors import Reason, RefusedError
from edge.records import Candidate, Island, PartVerdict, Verdict
from edge.triage.acceptor import Acceptor
from edge.triage.encoder import Encoder
from edge.triage.features import LISTED
from edge.triage.head import Evidence, Head
from edge.triage.message import is_foreign, is_small_talk, question_of
from edge.triage.parts import Matter
from edge.triage.reader import Reader, worst
from edge.triage.stance import stance_share

MODEL_FILES = (
    "encoder/model.onnx",
    "encoder/tokenizer.json",
    "encoder/card.toml",
    "acceptor/acceptor.json",
    "acceptor/card.toml",
    "reader/reader.msgpack",
    "reader/card.toml",
)
"""The files that `load_triage` needs: paths under `models/`."""

_GOLDEN_TOLERANCE = 0.1
"""With another CPU's rounding a question may pass another branch of a tree. A wrong model differs by far more."""


class Triage:
    """Encoder, acceptor and reader, shared by all islands. Thread-safe. Equal matters always get equal verdicts."""

    def __init__(self, encoder: Encoder, acceptor: Acceptor, reader: Reader) -> None:
        self.encoder = encoder
        self.acceptor = acceptor
        self.reader = reader
        self.model = f"encoder-{encoder.id[:8]}+acceptor-{acceptor.id[:8]}+reader-{reader.id[:8]}"

    def judge(self, head: Head, matter: Matter) -> Verdict:
        """The verdict on what a message says. Without a word in it, the verdict has no candidates.

        Each part costs one run of the encoder, and so does the message as a whole.
        """
        whole = self._judge(head, matter.question, is_opened=matter.question in matter.opened)
        if whole.exact or not (matter.parts or matter.asides):
            return whole
        parts, asides = (self._judge_all(head, texts, matter.opened) for texts in (matter.parts, matter.asides))
        return replace(
            whole,
            harm=worst([whole.harm, *(one.verdict.harm for one in (*parts, *asides))]),
            asks=max((part.verdict.asks for part in parts), default=whole.asks),
            parts=parts,
            asides=asides,
        )

    def _judge_all(self, head: Head, texts: Iterable[str], opened: Collection[str]) -> tuple[PartVerdict, ...]:
        return tuple(
            PartVerdict(question=text, verdict=self._judge(head, text, is_opened=text in opened)) for text in texts
        )

    def _judge(self, head: Head, normal: str, *, is_opened: bool) -> Verdict:
        """The verdict on one question in normal form. `is_opened`: before it stood words such as "do you know"."""
        corrected = self.corrected(head, normal)
        if exact := self.exact(head, normal) or self.exact(head, corrected):
            return exact
        verdict = self.weigh(head, corrected, normal)
        return replace(
            verdict,
            # The encoder reads "i don't want to cancel" as a question about cancelling.
            **_times(verdict, stance_share(normal)),
            # A greeting, thanks or a cheer is known by its words, whichever odds these have elsewhere.
            asks=max(verdict.asks, float(is_opened)) if not is_small_talk(normal) else 0.0,
            is_foreign=_is_foreign_here(normal, verdict),
        )

    def exact(self, head: Head, normal: str) -> Verdict | None:
        """The verdict on a question in normal form that is one of the author's examples; None if it is none."""
        match = head.exact(normal)
        if match is None:
            return None
        snippet, example = match
        candidate = Candidate(
            snippet=head.snippets[snippet], confidence=1.0, nearest_example=head.examples[example], similarity=1.0
        )
        return Verdict(candidates=(candidate,), any_confidence=1.0, exact=True, model=self.model)

    def corrected(self, head: Head, normal: str) -> str:
        """The question with its typing errors corrected to the island's words."""
        return head.speller.corrected(normal, self.encoder.knows)

    def weigh(self, head: Head, corrected: str, normal: str = "") -> Verdict:
        """The verdict on a corrected question by evidence alone. An exact match is not looked for.

        `normal`: the question before it was corrected, if that is known. Its words are read for harm: the speller may
        have taken them for the island's own.
        """
        if not corrected:
            return Verdict(candidates=(), any_confidence=0.0, asks=0.0, model=self.model)
        embedding = self.encoder.encode(corrected)
        reading = self.reader.read(normal or corrected, embedding)
        evidence = head.evidence(corrected, embedding)
        order, share = self.acceptor.rank(evidence)
        first, listed = self.acceptor.confidence(evidence, share)
        if len(order) == 1:
            listed = first
        rest = float(share[order[1:LISTED]].sum())
        # The others divide what is left of `listed` by their shares, so that all confidences add up to `listed`.
        confidences = [first, *((listed - first) * float(share[index]) / max(rest, 1e-12) for index in order[1:LISTED])]
        candidates = tuple(
            _candidate(head, evidence, int(index), confidence)
            for index, confidence in zip(order[:LISTED], confidences, strict=True)
        )
        return Verdict(
            candidates=candidates, any_confidence=listed, harm=reading.harm, asks=reading.asks, model=self.model
        )

    def check_golden(self, island: Island, head: Head) -> None:
        """Judge the island's golden questions, and compare with the verdicts from when it was compiled.

        Raises `RefusedError`; the PoP keeps the revision that it has. `MODEL_SELFTEST_FAILED` if the head was trained
        for another encoder or a verdict differs, `METADATA_INVALID` if the dimensions do not fit.
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
            verdict = self.weigh(head, self.corrected(head, question_of(golden.question)))
            snippet = verdict.candidates[0].snippet if verdict.candidates else "no candidate"
            difference = abs(verdict.confidence - golden.confidence)
            if snippet != golden.snippet or not difference <= _GOLDEN_TOLERANCE:
                raise RefusedError(
                    f"golden question {index} gave {snippet} with confidence {verdict.confidence:.3f}, "
                    f"expected {golden.snippet} with {golden.confidence:.3f} ± {_GOLDEN_TOLERANCE}",
                    reason=Reason.MODEL_SELFTEST_FAILED,
                )


def load_triage(files: Mapping[str, bytes]) -> Triage:
    """Triage from the shipped model files (`MODEL_FILES`).

    Raises `RefusedError`: `MODEL_MISMATCH` if a file is missing or damaged (install the models of this release),
    `MODEL_SELFTEST_FAILED` if this machine computes other embeddings than those in the encoder's card.
    """
    for name in MODEL_FILES:
        if name not in files:
            raise RefusedError(f"model file {name} is missing", reason=Reason.MODEL_MISMATCH)
    encoder = Encoder.load(
        model=files["encoder/model.onnx"],
        tokenizer=files["encoder/tokenizer.json"],
        card=files["encoder/card.toml"],
    )
    reader = Reader.load(files["reader/reader.msgpack"], files["reader/card.toml"])
    if reader.encoder != encoder.id:
        raise RefusedError(
            f"reader was trained for encoder {reader.encoder[:12]}, this one is {encoder.id[:12]}",
            reason=Reason.MODEL_MISMATCH,
        )
    return Triage(encoder, Acceptor.load(files["acceptor/acceptor.json"], files["acceptor/card.toml"]), reader)


def _times(verdict: Verdict, share: float) -> dict[str, Any]:
    """The confidences of a verdict, of which only a share is left."""
    candidates = tuple(replace(one, confidence=one.confidence * share) for one in verdict.candidates)
    return {"candidates": candidates, "any_confidence": verdict.any_confidence * share}


def _is_foreign_here(normal: str, verdict: Verdict) -> bool:
    """True if the question is not in English, but the nearest example is."""
    if not is_foreign(normal, verdict.confidence):
        return False
    return not (verdict.candidates and is_foreign(question_of(verdict.candidates[0].nearest_example)))


def _candidate(head: Head, evidence: Evidence, index: int, confidence: float) -> Candidate:
    return Candidate(
        snippet=head.snippets[index],
        confidence=confidence,
        nearest_example=head.examples[int(evidence.best_example[index])],
        similarity=min(1.0, max(-1.0, float(evidence.similarity[index]))),
    )
