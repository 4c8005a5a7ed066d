"""The provenance and the signature of approved answers, as responses and tickets show them."""

from edge.daemon.sync import PopEntry
from edge.records import Provenance, RankedCandidate, SignedAnswer, Verdict


def provenance(entry: PopEntry, snippet: str) -> Provenance:
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


def rank(verdict: Verdict, entry: PopEntry) -> tuple[RankedCandidate, ...]:
    """The verdict's suggestions, most likely first, each with the provenance of its answer."""
    return tuple(
        RankedCandidate(
            confidence=candidate.confidence,
            nearest_example=candidate.nearest_example,
            similarity=candidate.similarity,
            provenance=provenance(entry, candidate.snippet),
        )
        for candidate in verdict.suggestions
    )
