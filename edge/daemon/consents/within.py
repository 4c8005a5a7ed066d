"""A conclusion within what the viewer agreed to: what depends on consent that she has not given is left out.

An answer may depend on the claims of her session, and people may call her back. Both are personal steps. What is left
out is said, so that her page can ask.
"""

from dataclasses import replace
from types import MappingProxyType

import msgspec

from edge.consent import Permission
from edge.decide import Asked, Conclusion, Resolution, Standing, conclude
from edge.errors import Reason
from edge.records import Island, Outcome
from edge.records.consent import PersonalStep


def conclude_within(
    permission: Permission,
    resolution: Resolution,
    *,
    island: Island | None,
    asked: Asked,
    standing: Standing,
    now: float,
) -> tuple[Conclusion, tuple[PersonalStep, ...]]:
    """The conclusion of one question, and the steps that were left out because the viewer did not agree to them.

    Changes no state. Raises as `conclude`.
    """
    conclusion, missing = conclude(resolution, island=island, asked=asked, standing=standing, now=now), []
    if asked.claims and not permission.may(PersonalStep.PERSONAL):
        asked = asked._replace(claims=MappingProxyType({}))
        generic = conclude(resolution, island=island, asked=asked, standing=standing, now=now)
        if generic.decision != conclusion.decision:
            missing.append(PersonalStep.PERSONAL)
            conclusion = _as_generic(generic)
    if conclusion.decision.reason is Reason.SURGE and not permission.may(PersonalStep.CALLBACK):
        # She gets a place in the queue, however long it is.
        missing.append(PersonalStep.CALLBACK)
        in_queue = standing._replace(may_call_back=False)
        conclusion = conclude(resolution, island=island, asked=asked, standing=in_queue, now=now)
    return conclusion, tuple(missing)


def _as_generic(conclusion: Conclusion) -> Conclusion:
    """An answer says that it is the generic one. A ticket keeps the reason for which people get it."""
    if conclusion.decision.outcome is not Outcome.ANSWER:
        return conclusion
    return replace(conclusion, decision=msgspec.structs.replace(conclusion.decision, reason=Reason.CONSENT_MISSING))
