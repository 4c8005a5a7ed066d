"""The provenance of approved answers, as responses and tickets show it."""

from edge.daemon.sync import PopEntry
from edge.records import Provenance, RankedCandidate, Verdict


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


def rank(verdict: Verdict, entry: PopEntry) -> tuple[RankedCandidate, ...]:
    """The verdict's candidates, most likely first, each with the provenance of its answer."""
    return tuple(
        RankedCandidate(
            confidence=candidate.confidence,
            nearest_example=candidate.nearest_example,
            similarity=candidate.similarity,
            provenance=provenance(entry, candidate.snippet),
        )
        for candidate in verdict.candidates
    )
