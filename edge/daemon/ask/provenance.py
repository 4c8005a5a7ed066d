"""The provenance and the signature of approved answers, as responses and tickets show them."""

from collections.abc import Collection

from edge.daemon.sync import PopEntry
from edge.records import Candidate, Provenance, RankedCandidate, SignedAnswer, SignedSnippet, Verdict


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


def rank(
    verdict: Verdict | None, entry: PopEntry, *, without: Collection[str] = (), picked: str = ""
) -> tuple[RankedCandidate, ...]:
    """The verdict's suggestions, most likely first, each with the provenance of its answer. `without`: left out.

    `picked`: the snippet that the viewer picked; it is first, with a confidence of 0 if there is no verdict on it.
    """
    suggestions = {candidate.snippet: candidate for candidate in (verdict.suggestions if verdict else ())}
    if picked:
        own = suggestions.pop(picked, None) or _unjudged(entry.snippets[picked])
        suggestions = {picked: own} | suggestions
    return tuple(
        RankedCandidate(
            confidence=candidate.confidence,
            nearest_example=candidate.nearest_example,
            similarity=candidate.similarity,
            provenance=provenance_of(entry, candidate.snippet),
        )
        for candidate in suggestions.values()
        if candidate.snippet not in without
    )


def _unjudged(snippet: SignedSnippet) -> Candidate:
    return Candidate(snippet=snippet.id, confidence=0.0, nearest_example=snippet.examples[0], similarity=0.0)
