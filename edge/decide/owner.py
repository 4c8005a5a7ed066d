"""Who a session belongs to: once people have it, the machine only suggests, until they release it or time passes.

What goes wrong between a viewer and a machine ends with people too: questions that had to be asked back again and
again, and an answer that was given again and again. The session is a value; its caller bounds how many are remembered.
"""

from dataclasses import dataclass, replace

import msgspec

from edge.decide.policy import escalate
from edge.decide.routes import Asked
from edge.errors import Reason
from edge.records import Decision, Island, Outcome, SessionPolicy, SignedSnippet, TicketKind, Urgency


@dataclass(frozen=True, slots=True)
class Session:
    """What is remembered of one viewer's session with one island. Times are Unix seconds."""

    people_until: float = 0.0
    lane: str = ""
    """The people who have it."""
    clarify_streak: int = 0
    """Questions asked back in a row."""
    answer: str = ""
    """The snippet given last."""
    repeats: int = 0
    """How often in a row."""


FRESH = Session()


def apply_session_policy(session: Session, decision: Decision, island: Island, *, asked: Asked, now: float) -> Decision:
    """What becomes of a decision in this session."""
    policy = island.sessions
    # First of all, and for answers too: what people are busy with is not answered over their heads.
    if now < session.people_until and decision.outcome is not Outcome.IGNORE:
        return _suggest(session, decision)
    if decision.outcome is Outcome.CLARIFY and session.clarify_streak >= policy.max_clarify_streak:
        return escalate(island, Reason.CLARIFY_STREAK, None, decision.target_precision, asked)
    is_repeated = decision.snippet == session.answer and session.repeats >= policy.max_repeats
    if decision.outcome is Outcome.ANSWER and is_repeated:
        best = _snippet(island, decision.snippet)
        return escalate(island, Reason.REPEATED_ANSWER, best, decision.target_precision, asked)
    return decision


def next_session(session: Session, decision: Decision, policy: SessionPolicy, now: float) -> Session:
    """The session once the decision has been carried out.

    A callback leaves it with the machine, which may still help meanwhile. What is said while people have it does not
    prolong that: a viewer who talks on would never get it back.
    """
    if decision.outcome is Outcome.ESCALATE:
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
    """Nothing to post when everybody in this chat was given the same answer a moment ago, at `posted_at`."""
    if decision.outcome is not Outcome.ANSWER or not asked.is_public or posted_at is None:
        return decision
    if not 0 <= now - posted_at < policy.cool_down_s:
        return decision
    return msgspec.structs.replace(decision, outcome=Outcome.IGNORE, reason=Reason.COOLING_DOWN)


def _suggest(session: Session, decision: Decision) -> Decision:
    """To the people who have the session; harm goes to its own people all the same."""
    is_harm = decision.kind is not TicketKind.SUPPORT
    return Decision(
        outcome=Outcome.ESCALATE,
        reason=Reason.HUMAN_ACTIVE,
        because=decision.reason,
        lane=decision.lane if is_harm else session.lane,
        kind=decision.kind,
        urgency=Urgency.NEVER_DEFERRED,
        target_precision=decision.target_precision,
    )


def _snippet(island: Island, wanted: str) -> SignedSnippet | None:
    return next((snippet for snippet in island.snippets if snippet.id == wanted), None)
