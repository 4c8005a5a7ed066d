"""Does a session belong to the machine or to people?

People have a session after an escalation, until they release it or the time is over. Meanwhile the machine answers
nothing in it. Two failures of the machine also give it to people: too many questions clarified in a row, and one answer
too often in a row. A session is a value; its caller bounds how many are remembered.
"""

from dataclasses import dataclass, replace

import msgspec

from edge.decide.policy import Asked, escalate
from edge.errors import Reason
from edge.records import Decision, Island, Outcome, SessionPolicy, TicketKind, Urgency


@dataclass(frozen=True, slots=True)
class Session:
    """The remembered state of one session with one island. Times are Unix seconds."""

    people_until: float = 0.0
    """People have the session until then; in the past if the machine has it."""
    lane: str = ""
    """The lane of the people who have it."""
    clarify_streak: int = 0
    """Questions in a row that were clarified."""
    answer: str = ""
    """The snippet that was given last."""
    repeats: int = 0
    """How often in a row it was given."""


FRESH = Session()


def apply_session_policy(session: Session, decision: Decision, island: Island, *, asked: Asked, now: float) -> Decision:
    """The decision as this session allows it."""
    policy = island.sessions
    # First, and for answers too: the machine must not answer a viewer with whom people are talking. Ignored messages
    # stay ignored: small talk and staff's own messages are no work for these people.
    if now < session.people_until and decision.outcome is not Outcome.IGNORE:
        return _suggest(session, decision)
    if decision.outcome is Outcome.CLARIFY and session.clarify_streak >= policy.max_clarify_streak:
        return escalate(island, Reason.CLARIFY_STREAK, None, decision.target_precision, asked)
    is_repeated = decision.snippet == session.answer and session.repeats >= policy.max_repeats
    if decision.outcome is Outcome.ANSWER and is_repeated:
        best = island.by_id.get(decision.snippet)
        return escalate(island, Reason.REPEATED_ANSWER, best, decision.target_precision, asked)
    return decision


def next_session(session: Session, decision: Decision, policy: SessionPolicy, now: float) -> Session:
    """The session after the decision was carried out."""
    if decision.outcome is Outcome.ESCALATE:
        # A callback leaves the session with the machine, so that it can help while the viewer waits. A question to
        # people who have the session already does not prolong their time, or a viewer who writes on would never get
        # an answer from the machine again.
        if decision.reason in {Reason.SURGE, Reason.HUMAN_ACTIVE}:
            return session
        return Session(people_until=now + policy.human_active_s, lane=decision.lane)
    if decision.outcome is Outcome.CLARIFY:
        return replace(session, clarify_streak=session.clarify_streak + 1)
    if decision.outcome is Outcome.ANSWER:
        repeats = session.repeats + 1 if decision.snippet == session.answer else 1
        return replace(session, clarify_streak=0, answer=decision.snippet, repeats=repeats)
    return session


def apply_cool_down(
    decision: Decision, posted_at: float | None, policy: SessionPolicy, *, asked: Asked, now: float
) -> Decision:
    """Ignore an answer that was posted in the same public chat less than `cool_down_s` ago, at `posted_at`."""
    if decision.outcome is not Outcome.ANSWER or not asked.is_public or posted_at is None:
        return decision
    # A time in the future comes from a clock that was set back, and must not silence an answer.
    if not 0 <= now - posted_at < policy.cool_down_s:
        return decision
    return msgspec.structs.replace(decision, outcome=Outcome.IGNORE, reason=Reason.COOLING_DOWN)


def _suggest(session: Session, decision: Decision) -> Decision:
    """An escalation to the people who have the session. Safety and fraud still go to their own lane."""
    is_harm = decision.kind is not TicketKind.SUPPORT
    return Decision(
        outcome=Outcome.ESCALATE,
        reason=Reason.HUMAN_ACTIVE,
        because=decision.reason,
        lane=decision.lane if is_harm else session.lane,
        kind=decision.kind,
        urgency=Urgency.NEVER_DEFERRED,
        suspected=decision.suspected,
        target_precision=decision.target_precision,
    )
