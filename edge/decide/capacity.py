"""Does an escalation get a place in people's queue, or a promised callback with an estimate?

A callback is an ordinary ticket in the lane `callback`: it is durable before the viewer hears of it. People take that
lane when their queue is empty. So no question is lost, and no viewer waits in a queue that does not move.
"""

import msgspec

from edge.decide.load import Load, callback_s, wait_s
from edge.errors import Reason
from edge.records import Decision, Outcome, SurgePolicy, Urgency

CALLBACK_LANE = "callback"

_DEFERRED_ABOVE = {Urgency.ROUTINE: 1.0, Urgency.LIVE: 1.25, Urgency.PERSON: 1.5}
"""A question of this urgency becomes a callback when the queue's wait is above this many times `max_wait_s`.

The steps leave room in the queue: routine questions are deferred first, so that those in a stream, and then those that
a person must see, still get a place. `NEVER_DEFERRED` is not in the table."""


def admit(decision: Decision, load: Load | None, policy: SurgePolicy | None, *, may_call_back: bool = True) -> Decision:
    """The decision with its wait, or as a callback. Without a fresh load or a policy every escalation is queued.

    So is every one whose viewer may not be called back.
    """
    if decision.outcome is not Outcome.ESCALATE or load is None or policy is None:
        return decision
    queue_s = wait_s(load, policy.handle_s)
    limit = _DEFERRED_ABOVE.get(decision.urgency)
    # No wait is known when nobody is at work: then everything that may be deferred is.
    is_full = queue_s is None or (limit is not None and queue_s > limit * policy.max_wait_s)
    if limit is None or not is_full or not may_call_back:
        return msgspec.structs.replace(decision, wait_s=queue_s)
    return msgspec.structs.replace(
        decision,
        reason=Reason.SURGE,
        because=decision.reason,
        lane=CALLBACK_LANE,
        wait_s=callback_s(load, policy.handle_s),
    )


def next_load(load: Load, decision: Decision) -> Load:
    """The load after this decision: one question more in the queue, one callback more, or unchanged."""
    if decision.outcome is not Outcome.ESCALATE:
        return load
    return load.called_back() if decision.reason is Reason.SURGE else load.queued()
