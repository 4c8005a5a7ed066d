"""Whether an escalation still gets a place in people's queue, or an honest estimate and a callback instead.

A callback is a ticket like any other, durable before the viewer hears of it; only its place is another: the lane
`callback`, which people turn to when their queue is empty. So nothing is lost, and nobody is told to wait in vain.
"""

import msgspec

from edge.decide.load import Load, callback_s, wait_s
from edge.errors import Reason
from edge.records import Decision, Outcome, SurgePolicy, Urgency

CALLBACK_LANE = "callback"

_DEFERRED_ABOVE = {Urgency.ROUTINE: 1.0, Urgency.LIVE: 1.25, Urgency.PERSON: 1.5}
"""From how many times the tenant's longest wait on each urgency is called back; the gaps keep room for the next one."""


def admit(decision: Decision, load: Load | None, policy: SurgePolicy | None) -> Decision:
    """A place in the queue or a callback. Without a fresh load, or a policy, everybody gets a place."""
    if decision.outcome is not Outcome.ESCALATE or load is None or policy is None:
        return decision
    queue_s = wait_s(load, policy.handle_s)
    limit = _DEFERRED_ABOVE.get(decision.urgency)
    is_full = queue_s is None or (limit is not None and queue_s > limit * policy.max_wait_s)
    if limit is None or not is_full:
        return msgspec.structs.replace(decision, wait_s=queue_s)
    return msgspec.structs.replace(
        decision,
        reason=Reason.SURGE,
        because=decision.reason,
        lane=CALLBACK_LANE,
        wait_s=callback_s(load, policy.handle_s),
    )


def next_load(load: Load, decision: Decision) -> Load:
    """The load with this decision in it: one more in the queue, one more callback, or as it was."""
    if decision.outcome is not Outcome.ESCALATE:
        return load
    return load.called_back() if decision.reason is Reason.SURGE else load.queued()
