"""The provenance and the signature of approved answers, as responses and tickets show them."""

from collections.abc import Collection

from edge.daemon.sync import PopEntry
from edge.records import Provenance, RankedCandidate, SignedAnswer, Verdict


def provenance_of(entry: PopEntry, snippet: str) -> Provenance:
    """The provenance of a snippet's answer: revision, who approved it and when, and the key that signed it."""
    document = entry.documents[snippet]
    return Provenance(
        island=str(entry.island.name),
        revision=entry.island.revision,
        snippet=snippet,
        approved_by=document.approved_by,
        approved_at=document.approved_at,
        key_id=entry.key_ids[snippet],
    )


def signed_answer(entry: PopEntry, snippet: str) -> SignedAnswer:
    """A snippet's answer as its tenant signed it. The PoP repeats the bytes, and has no key for them."""
    signed = entry.snippets[snippet]
    return SignedAnswer(
        document=signed.document.decode(),
        unencoded_digest=signed.digest,
        signature_input=signed.signature_input,
        signature=signed.signature,
    )


def rank(verdict: Verdict, entry: PopEntry, *, without: Collection[str] = ()) -> tuple[RankedCandidate, ...]:
    """The verdict's suggestions, most likely first, each with the provenance of its answer. `without`: left out."""
    return tuple(
        RankedCandidate(
            confidence=candidate.confidence,
            nearest_example=candidate.nearest_example,
            similarity=candidate.similarity,
            provenance=provenance_of(entry, candidate.snippet),
        )
        for candidate in verdict.suggestions
        if candidate.snippet not in without
    )
