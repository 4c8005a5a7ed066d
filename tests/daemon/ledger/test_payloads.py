"""What the leaf of a decision commits to."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import msgspec

from edge.daemon.ask.leaf import hand_over_leaf
from edge.daemon.ledger import decided_payload
from edge.decide import Conclusion
from edge.errors import Reason
from edge.records import AskRequest, Decision, Outcome
from edge.records.consent import TicketConsent, TicketPurpose
from edge.records.filters import FilterAction, FilterHit, FilterRule
from edge.records.ledger import LeafPayload

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
REQUEST = AskRequest(island="acme/drop", text="my card is 4111 1111 1111 1111")


def test_payload_has_the_verdicts_of_filters() -> None:
    """Rule, action and revision, so that a message that was held or ignored can be explained later."""
    hit = FilterHit(rule=FilterRule.SCAM, then=FilterAction.HOLD, revision=1)
    decision = Decision(outcome=Outcome.ESCALATE, reason=Reason.FILTERED, filtered=(hit,))
    made = decided_payload(REQUEST, Conclusion(decision, None, 0.0, None), verdict=None)

    assert (hit,) == msgspec.json.decode(msgspec.json.encode(made), type=LeafPayload).filters


def test_payload_without_verdicts_has_no_field_of_them() -> None:
    """It has the bytes that it had before filters."""
    decision = Decision(outcome=Outcome.ESCALATE, reason=Reason.OUT_OF_SCOPE)
    made = decided_payload(REQUEST, Conclusion(decision, None, 0.0, None), verdict=None)

    assert b"filters" not in msgspec.json.encode(made)


def test_hand_over_names_its_consents() -> None:
    """So the consent by which words went to people is found later, in whichever log it is."""
    given = TicketPurpose(purpose="help", version=1, record="R-1", at=AT)
    question = SimpleNamespace(
        request=REQUEST, slot=SimpleNamespace(entry=None), wanted=(), screened=None, picked="", refused=(), path=(),
        now=AT, is_known=True,
    )  # fmt: skip
    decision = Decision(outcome=Outcome.ESCALATE, reason=Reason.OUT_OF_SCOPE)

    class Kept:
        """A ledger that keeps what the leaf commits to."""

        @property
        def writer(self) -> Any:
            """One that has room."""
            return SimpleNamespace(has_reserve=lambda: True)

        def durable(self, _event: str, _kind: object, payload: LeafPayload, **_: object) -> LeafPayload:
            """The payload."""
            return payload

    def made(consented: object) -> LeafPayload:
        ticket = SimpleNamespace(id="t1", consented=consented)
        conclusion = Conclusion(decision, None, 0.0, None)
        return cast(LeafPayload, hand_over_leaf(*cast(Any, (Kept(), question, conclusion, None, ticket))))

    assert ("t1", ("R-1",)) == (
        made(TicketConsent(given=(given,))).ticket,
        made(TicketConsent(given=(given,))).consents,
    )
    assert b"consents" not in msgspec.json.encode(made(msgspec.UNSET))
