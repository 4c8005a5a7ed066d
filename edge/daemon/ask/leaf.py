"""The leaf of a question that was concluded."""

from msgspec import UNSET
from msgspec.structs import replace

from edge.daemon.ask.provenance import approved
from edge.daemon.ask.question import OpenQuestion
from edge.daemon.ledger import Ledger, decided_payload, log_of
from edge.decide import Conclusion
from edge.records import Outcome, Ticket, Verdict
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
    ledger: Ledger, question: OpenQuestion, conclusion: Conclusion, verdict: Verdict | None, ticket: Ticket
) -> NewLeaf:
    """The leaf of a ticket, to be stored with it. It has no hash if the ledger has no room for it.

    It names the consents by which words go along.
    """
    if not ledger.writer.has_reserve():
        return NewLeaf(b"", _event(question), b"", ticket=ticket.id)
    payload, consented = _payload(question, conclusion, verdict, ticket.id), ticket.consented
    if consented is not UNSET:
        payload = replace(payload, consents=tuple(one.record for one in consented.given))
    return ledger.durable(
        _event(question),
        LeafKind.HAND_OVER,
        payload,
        at=question.now.timestamp(),
        session=question.request.session,
    )


async def leaf_of_ticket(ledger: Ledger, question: OpenQuestion, leaf: NewLeaf) -> str:
    """The hash of the leaf of a ticket that is stored, in hexadecimal digits; empty if it has none, which counts."""
    # A question that came again has the ticket, and the leaf, that it had before.
    known = await ledger.handed(question.ticket_id) if question.ticket_id else ""
    if not leaf.id and not known:
        ledger.writer.leave_out(_event(question))
    return known or ("" if question.ticket_id else leaf.id.hex())


def _event(question: OpenQuestion) -> str:
    return log_of(question.request.island, question.slot.entry, is_known=question.is_known)


def _payload(question: OpenQuestion, conclusion: Conclusion, verdict: Verdict | None, ticket: str) -> LeafPayload:
    decision, entry = conclusion.decision, question.slot.entry
    shown = [decision.snippet] if decision.outcome is Outcome.ANSWER else []
    signed = [approved(entry, one, question.wanted).snippet for one in (*shown, *decision.more)] if entry else []
    # Nobody reads in the ledger what people do not get to see.
    words = masked(question.request.text, question.screened or NOTHING_FOUND)
    request = question.request
    return decided_payload(
        request if words == request.text else replace(request, text=words),
        conclusion,
        verdict=verdict,
        answers=[ShownAnswer(snippet=one.id, digest=one.digest) for one in signed],
        picked=question.picked,
        refused=question.refused,
        path=[pressed.label for pressed in question.path],
        ticket=ticket,
    )
