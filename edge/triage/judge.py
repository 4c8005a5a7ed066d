"""The verdict on one question: an exact match first, then typing errors corrected, encoder, head and acceptor."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import Candidate, Island, PartVerdict, Verdict
from edge.triage.about import Things, about_share
from edge.triage.acceptor import Acceptor
from edge.triage.encoder import Encoder
from edge.triage.features import LISTED
from edge.triage.golden import GoldenEncoder, check_fits, check_golden
from edge.triage.head import Head, Ranked, Weighed, candidates_of
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
        # All that needs only words comes first: a run of the encoder empties the processor's caches.
        spelling, stance = head.spelling(corrected), stance_share(normal)
        # The words as they were written: the speller may have taken them for the island's own.
        read = self.reader.read_words(normal, has_mark=normal in matter.marked)
        # A greeting, thanks or a cheer is known by its words, whichever odds these have elsewhere.
        is_talk, is_opened = is_small_talk(normal), normal in matter.opened
        embedding = self.encoder.encode(corrected)
        weighed = self._weigh(head, corrected, embedding, spelling)
        first = weighed.ranked[0]
        examples = partial(head.closest, corrected, first.snippet, first.example)
        ours = about_share(corrected, examples, head.own, self.things, likeness)
        reading = self.reader.read_rest(read, embedding)
        # The encoder reads "i don't want to cancel" as a question about cancelling, and a question about socks as one
        # about the hoodie.
        share = stance * ours * believed
        return Verdict(
            candidates=candidates_of(head, weighed, share),
            any_confidence=weighed.listed * share,
            harm=reading.harm,
            asks=0.0 if is_talk else max(reading.asks, float(is_opened)),
            is_foreign=_is_foreign_here(head, normal, first),
            model=self.model,
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

    def weigh(self, head: Head, corrected: str, encode: _Encode | None = None) -> Verdict:
        """The verdict on a corrected question by evidence alone. An exact match is not looked for.

        `encode`: in place of the encoder.
        """
        if not corrected:
            return Verdict(candidates=(), any_confidence=0.0, asks=0.0, model=self.model)
        weighed = self._weigh(head, corrected, (encode or self.encoder.encode)(corrected))
        return Verdict(candidates=candidates_of(head, weighed), any_confidence=weighed.listed, model=self.model)

    def _weigh(
        self, head: Head, corrected: str, embedding: NDArray[np.float32], spelling: NDArray[np.float32] | None = None
    ) -> Weighed:
        evidence = head.evidence(corrected, embedding, spelling)
        order, share = self.acceptor.rank(evidence)
        first, listed = self.acceptor.confidence(evidence, order, share)
        if len(order) == 1:
            listed = first
        # The others divide what is left of `listed` by their shares, so that all confidences add up to `listed`.
        others = [share.item(index) for index in order[1:LISTED]]
        rest = max(sum(others), 1e-12)
        confidences = (first, *((listed - first) * other / rest for other in others))
        examples = [head.nearest(evidence, snippet) for snippet in order[:LISTED]]
        ranked = [
            Ranked(snippet, example, confidence, evidence.cosines.item(example))
            for snippet, example, confidence in zip(order, examples, confidences, strict=False)
        ]
        return Weighed(ranked, listed)

    def check_golden(self, island: Island, head: Head, *, before: Head | None = None) -> None:
        """Judge the island's golden questions, and compare with the verdicts from when it was compiled.

        Every question is judged. Texts that this encoder encoded for `before`, the head of the revision before, are
        not encoded again.

        Raises `RefusedError`; the PoP keeps the revision that it has. `MODEL_SELFTEST_FAILED` if the head was trained
        for another encoder or a verdict differs, `METADATA_INVALID` if the dimensions do not fit.
        """
        encode = GoldenEncoder(self.encoder, before)
        check_fits(head, self.encoder)
        check_golden(island, lambda text: self.weigh(head, self.corrected(head, question_of(text)), encode))
        head.golden = encode.kept()


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


def _is_foreign_here(head: Head, normal: str, first: Ranked) -> bool:
    """True if the question is not in English, but the nearest example is."""
    return is_foreign(normal, first.confidence) and not is_foreign(question_of(head.examples[first.example]))
