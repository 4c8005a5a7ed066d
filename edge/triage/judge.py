"""The verdict on one question: an exact match first, then typing errors corrected, encoder, head and acceptor."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import Candidate, Island, PartVerdict, Verdict
from edge.triage.about import Things, about_share
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
    "things/things.txt",
    "things/card.toml",
)
"""The files that `load_triage` needs: paths under `models/`."""

MAX_RUNS = 8
"""Runs of the encoder that one message costs at most."""

_RUNS_OF_LIKENESS = 2
_USUAL_LIKENESS = 0.3
"""Median of likeness between a thing of ours and another thing. It is taken where no run is left to compute it."""

_NAMES = 256
"""Embeddings of names and words that are remembered: an island's things are compared again and again. 400 KB."""

_BELIEVED = 0.5
"""A corrected question is an author's example only if its corrections are believed this far."""

_GOLDEN_TOLERANCE = 0.1
"""With another CPU's rounding a question may pass another branch of a tree. A wrong model differs by far more."""


_Encode = Callable[[str], NDArray[np.float32]]


class Triage:
    """Encoder, acceptor, reader and names of things, shared by all islands. Thread-safe.

    Equal matters always get equal verdicts.
    """

    def __init__(self, encoder: Encoder, acceptor: Acceptor, reader: Reader, things: Things) -> None:
        self.encoder = encoder
        self._encode_name: _Encode = lru_cache(_NAMES)(encoder.encode)
        self.acceptor = acceptor
        self.reader = reader
        self.things = things
        models = {"encoder": encoder.id, "acceptor": acceptor.id, "reader": reader.id, "things": things.id}
        self.model = "+".join(f"{name}-{fingerprint[:8]}" for name, fingerprint in models.items())

    def judge(self, head: Head, matter: Matter) -> Verdict:
        """The verdict on what a message says. Without a word in it, the verdict has no candidates.

        Each part costs one run of the encoder, and so does the message as a whole. What is left of `MAX_RUNS` compares
        words that stand in the place of a thing of the island's with that thing.
        """
        likeness = _Likeness(self._encode_name, runs=MAX_RUNS - 1 - len(matter.parts) - len(matter.asides))
        whole = self._judge(head, matter.question, matter, likeness)
        if whole.exact or not (matter.parts or matter.asides):
            return whole
        parts, asides = (
            tuple(PartVerdict(question=text, verdict=self._judge(head, text, matter, likeness)) for text in texts)
            for texts in (matter.parts, matter.asides)
        )
        return replace(
            whole,
            harm=worst([whole.harm, *(one.verdict.harm for one in (*parts, *asides))]),
            asks=max((part.verdict.asks for part in parts), default=whole.asks),
            parts=parts,
            asides=asides,
        )

    def _judge(self, head: Head, normal: str, matter: Matter, likeness: "_Likeness") -> Verdict:
        """The verdict on one text in normal form, which is the question of `matter`, or one of its parts or asides."""
        corrected = self.corrected(head, normal)
        believed = head.speller.believed_share(normal, corrected)
        if exact := self.exact(head, normal) or (self.exact(head, corrected) if believed >= _BELIEVED else None):
            return exact
        if not corrected:
            return Verdict(candidates=(), any_confidence=0.0, asks=0.0, model=self.model)
        embedding = self.encoder.encode(corrected)
        verdict = self._weigh(head, corrected, embedding)
        first = verdict.candidates[0]
        examples = head.closest(corrected, head.snippets.index(first.snippet), first.nearest_example)
        ours = about_share(corrected, examples, head.own, self.things, likeness)
        # The words as they were written: the speller may have taken them for the island's own.
        reading = self.reader.read(normal, embedding, has_mark=normal in matter.marked)
        asks = max(reading.asks, float(normal in matter.opened))
        return replace(
            verdict,
            # The encoder reads "i don't want to cancel" as a question about cancelling, and a question about socks as
            # one about the hoodie.
            **_times(verdict, stance_share(normal) * ours * believed),
            harm=reading.harm,
            # A greeting, thanks or a cheer is known by its words, whichever odds these have elsewhere.
            asks=0.0 if is_small_talk(normal) else asks,
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

    def weigh(self, head: Head, corrected: str) -> Verdict:
        """The verdict on a corrected question by evidence alone. An exact match is not looked for."""
        if not corrected:
            return Verdict(candidates=(), any_confidence=0.0, asks=0.0, model=self.model)
        return self._weigh(head, corrected, self.encoder.encode(corrected))

    def _weigh(self, head: Head, corrected: str, embedding: NDArray[np.float32]) -> Verdict:
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
        return Verdict(candidates=candidates, any_confidence=listed, model=self.model)

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
    acceptor = Acceptor.load(files["acceptor/acceptor.json"], files["acceptor/card.toml"])
    return Triage(encoder, acceptor, reader, Things.load(files["things/things.txt"], files["things/card.toml"]))


class _Likeness:
    """How alike two texts are, as long as runs of the encoder are left."""

    def __init__(self, encode: _Encode, *, runs: int) -> None:
        """`runs` are also used up by a text that is remembered: a verdict must not depend on what was asked before."""
        self._encode = encode
        self._runs = runs

    def __call__(self, one: str, other: str) -> float:
        """Cosine of the texts' embeddings; the usual one if no run is left."""
        if self._runs < _RUNS_OF_LIKENESS:
            return _USUAL_LIKENESS
        self._runs -= _RUNS_OF_LIKENESS
        return float(self._encode(one) @ self._encode(other))


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
