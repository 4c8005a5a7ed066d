"""What the leaf of a decision commits to."""

import msgspec

from edge.daemon.ledger import decided_payload
from edge.decide import Conclusion
from edge.errors import Reason
from edge.records import AskRequest, Decision, Outcome
from edge.records.filters import FilterAction, FilterHit, FilterRule
from edge.records.ledger import LeafPayload

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
