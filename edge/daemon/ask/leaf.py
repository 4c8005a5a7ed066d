"""The leaf of a question that was concluded."""

from msgspec.structs import replace

from edge.daemon.ask.provenance import approved
from edge.daemon.ask.question import OpenQuestion
from edge.daemon.ledger import Ledger, decided_payload, log_of
from edge.decide import Conclusion
from edge.records import Outcome, Verdict
from edge.records.ledger import LeafKind, LeafPayload, ShownAnswer
from edge.safety import NOTHING_FOUND, masked
from edge.store.leaves import NewLeaf


def note_leaf(
    ledger: Ledger, question: OpenQuestion, conclusion: Conclusion, verdict: Verdict | None, ticket: str
) -> str:
    """Give an outcome that makes no ticket its leaf. Returns its hash in hexadecimal digits; empty if there is no room.

    `ticket` is the one that it joined; empty: none.
    """
    is_tap = bool(question.picked or question.refused or question.path)
    return ledger.note(
        _event(question),
        LeafKind.TAP if is_tap else LeafKind.DECISION,
        _payload(question, conclusion, verdict, ticket),
        at=question.now.timestamp(),
        session=question.request.session,
    )


def hand_over_leaf(
    ledger: Ledger, question: OpenQuestion, conclusion: Conclusion, verdict: Verdict | None, ticket: str
) -> NewLeaf:
    """The leaf of a ticket, to be stored with it."""
    return ledger.durable(
        _event(question),
        LeafKind.HAND_OVER,
        _payload(question, conclusion, verdict, ticket),
        at=question.now.timestamp(),
        session=question.request.session,
    )


def _event(question: OpenQuestion) -> str:
    return log_of(question.request.island, question.slot.entry, is_known=question.is_known)


def _payload(question: OpenQuestion, conclusion: Conclusion, verdict: Verdict | None, ticket: str) -> LeafPayload:
    decision, entry = conclusion.decision, question.slot.entry
    shown = [decision.snippet] if decision.outcome is Outcome.ANSWER else []
    signed = [approved(entry, one, question.wanted).snippet for one in (*shown, *decision.more)] if entry else []
    # Nobody reads in the ledger what people do not get to see.
    words = masked(question.request.text, question.screened or NOTHING_FOUND)
    return decided_payload(
        replace(question.request, text=words),
        conclusion,
        verdict=verdict,
        answers=[ShownAnswer(snippet=one.id, digest=one.digest) for one in signed],
        picked=question.picked,
        refused=question.refused,
        path=[pressed.label for pressed in question.path],
        ticket=ticket,
    )
