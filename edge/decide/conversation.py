"""The state of a conversation, the outcome of a question in it, and the state afterwards.

A conversation is one session with one island. It is in one of two states, which `decide.owner.Session` holds:

    machine      No people have the session. It remembers how many questions in a row were clarified, which answer was
                 given last, and how often in a row.
    people       A question was escalated. People of one lane have the session until they release it, or until the
                 island's `human_active_s` has passed since that question.

A question is opened. It is resolved at once, or it needs a verdict. Then it is concluded:

    resolved by                        in state machine           in state people
    ---------------------------------  -------------------------  ------------------------------
    a verdict that is sure             answer       -> machine    escalate human_active -> people
      repeated too often               escalate repeated_answer   escalate human_active -> people
                                                    -> people
      posted in this chat just now     ignore       -> machine    escalate human_active -> people
    a line that is said among viewers  ignore       -> machine    ignore                -> people
      people have its like already     ignore       -> machine    ignore                -> people
      its budget is used up            ignore       -> machine    ignore                -> people
    a verdict with a few likely ones   clarify      -> machine    escalate human_active -> people
      clarified too often in a row     escalate clarify_streak    escalate human_active -> people
                                                    -> people
    any other verdict                  escalate     -> people     escalate human_active -> people
      as a drop begins (`[ramp]`)      clarify      -> machine    escalate human_active -> people
    a reason without a verdict         escalate     -> people     escalate human_active -> people
      the viewer wants a person        escalate asked_for_person  escalate human_active -> people
                                                    -> people
      the island is not here           escalate     -> machine    escalate              -> people
    a pick from what was offered       as a verdict that is sure
    none of what was offered           escalate     -> people     escalate human_active -> people
    a message by the tenant's system   escalate     -> machine
    a tree that ends with an answer    as a verdict that is sure
    a tree that ends with a lane       escalate     -> people     escalate human_active -> people
    not from a viewer                  ignore       -> machine    ignore                -> people
    what a filter holds                escalate filtered          escalate human_active -> people
                                                    -> people
    what a filter ignores              ignore       -> machine    ignore                -> people

    people cannot keep up              escalate surge -> machine  never: people keep what they have
    released, or its time has passed                              -> machine, as a new session
    the ticket could not be stored     -> machine, unchanged      -> people, unchanged

A callback (`surge`) leaves the session with the machine, so that it can help while the viewer waits.

An escalation by a verdict may have options to pick from meanwhile. A pick from them is no turn of the conversation: its
ticket is taken back, and its session is the machine's again (`edge.daemon.buttons`).

The last row is the reason why `conclude` changes no state. It returns a `Conclusion`, and its caller applies the next
states after the ticket is durable. A question without a session is always in the state machine. It counts in people's
queue, its answer counts as posted, and nothing else is remembered of it. Questions that arrive while people have the
session do not prolong that.

    resolution = open_question(Author.VIEWER, status) or verdict
    conclusion = conclude(resolution, island=island, asked=asked, standing=standing, now=now)
    session = conclusion.next_session(session)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from edge.decide.capacity import admit, next_load
from edge.decide.load import Load
from edge.decide.owner import Session, apply_cool_down, apply_session_policy, next_session
from edge.decide.policy import (
    Asked,
    after_ramp,
    apply_filters,
    apply_ramp,
    apply_stream_policy,
    by_posted,
    by_refused_offer,
    by_taken_offer,
    by_tree_end,
    by_verdict,
    unserved_reason,
    with_verdicts,
    without_verdict,
)
from edge.decide.resolution import OfferRefused, OfferTaken, PostedForPeople, Resolution, TreeEnd, Unjudged
from edge.errors import Reason
from edge.records import (
    Author,
    Decision,
    Island,
    IslandStatus,
    Outcome,
    ThresholdWhy,
    Verdict,
    Want,
)


def _never_posted(_snippet: str) -> float | None:
    return None


class Standing(NamedTuple):
    """The remembered state that a decision depends on. Times are Unix seconds."""

    session: Session | None = None
    """None for a question without a session."""
    load: Load | None = None
    """What is known of the tenant's people; None without a fresh load report."""
    threshold: float | None = None
    """The confidence that an answer needs now (`edge.decide.steering`); None: the island's target precision."""
    why: ThresholdWhy = ThresholdWhy.EACH
    """Why the threshold is where it is."""
    share: float | None = None
    """The estimated share of answerable questions, if the threshold depends on it."""
    incidents: frozenset[str] = frozenset()
    """Snippets that people must answer now."""
    posted_at: Callable[[str], float | None] = _never_posted
    """When a snippet's answer was last posted in this chat; None if it was not. Called with the decided snippet."""
    is_with_people: bool = False
    """True if people have a ticket with equal words from the same public chat."""
    may_call_back: bool = True
    """False if the viewer did not agree to be called back: she gets a place in the queue instead."""
    is_over_budget: bool = False
    """True if people have had as many questions of the island's streams that no snippet is about as they take now."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The decision on one question, and the functions that give the next session and the next load.

    Storing a ticket takes milliseconds, and other questions are concluded in that time. So the next states are computed
    from the session and the load after the ticket is stored. A queue that two questions join at once grows by two.
    """

    decision: Decision
    island: Island | None
    now: float
    threshold: float | None
    """The confidence that an answer needs here, also if the question was resolved otherwise; None without an island."""
    why: ThresholdWhy | None = None
    """Why it needs that; None without an island."""
    share: float | None = None
    """The estimated share of answerable questions, if that depends on it."""

    def without_options(self) -> "Conclusion":
        """The same conclusion, with nothing to pick from."""
        return replace(self, decision=msgspec.structs.replace(self.decision, options=()))

    @property
    def posted(self) -> str:
        """The snippet whose answer is posted; empty if none is."""
        return self.decision.snippet if self.decision.outcome is Outcome.ANSWER else ""

    def next_session(self, session: Session) -> Session:
        """The session after this decision was carried out."""
        return session if self.island is None else next_session(session, self.decision, self.island.sessions, self.now)

    def next_load(self, load: Load) -> Load:
        """The load after this decision was carried out."""
        return next_load(load, self.decision)


def open_question(author: Author, status: IslandStatus, want: Want = Want.ANSWER) -> Unjudged | None:
    """The resolution of a question that needs no verdict; None if it needs one."""
    # The author comes first: messages of bots and staff make no tickets, also on an island that cannot be served.
    if author is not Author.VIEWER:
        return Unjudged(Reason.NOT_A_VIEWER)
    # Before the island's state: a viewer who asked for a person is never held back, also if the machine may not answer.
    if want is Want.PERSON:
        return Unjudged(Reason.ASKED_FOR_PERSON)
    reason = unserved_reason(status)
    return Unjudged(reason) if reason else None


def conclude(
    resolution: Resolution, *, island: Island | None, asked: Asked, standing: Standing, now: float
) -> Conclusion:
    """The conclusion of one question. Changes no state.

    `island` is None if this PoP does not have it; then `resolution` must be an `Unjudged`, or `ValueError` is raised.
    """
    decision = _decide(resolution, island, asked, standing)
    if island is None:
        return Conclusion(with_verdicts(decision, None, asked), None, now, None)
    if isinstance(resolution, Verdict):
        decision = apply_ramp(decision, resolution, island, asked=asked, incidents=standing.incidents, now=now)
    # After harm, which it never hides, and before the session: what is held for people goes to those who have it.
    decision = apply_filters(decision, island, asked)
    # Before the session: what a stream's chat makes no ticket of is no work for the people who have a session either.
    decision = apply_stream_policy(
        decision, island, asked, is_with_people=standing.is_with_people, is_over_budget=standing.is_over_budget
    )
    # The order of these three rules matters. The session is first: if people have it, even a sure answer goes to them.
    # The chat's cool-down is second: it applies only to answers, so it must see what the session rule left as one.
    # The queue is last: only a question that is still escalated after both needs a place there.
    if standing.session is not None:
        decision = apply_session_policy(standing.session, decision, island, asked=asked, now=now)
    posted_at = standing.posted_at(decision.snippet) if asked.is_public else None
    decision = apply_cool_down(decision, posted_at, island.sessions, asked=asked, now=now)
    admitted = admit(decision, standing.load, island.surge, may_call_back=standing.may_call_back)
    decision = with_verdicts(admitted, island, asked)
    in_force = island.target_precision if standing.threshold is None else standing.threshold
    if decision.target_precision is None or decision.target_precision == in_force:
        return Conclusion(decision, island, now, in_force, standing.why, standing.share)
    return Conclusion(decision, island, now, decision.target_precision, ThresholdWhy.SNIPPET, standing.share)


def _decide(resolution: Resolution, island: Island | None, asked: Asked, standing: Standing) -> Decision:
    """The decision by policy alone, before session, chat and queue are considered."""
    if isinstance(resolution, Unjudged):
        return without_verdict(resolution.reason, island, asked=asked)
    if island is None:
        raise ValueError("a verdict, a tree end or a choice was given without an island, expected Unjudged")
    if isinstance(resolution, TreeEnd):
        return by_tree_end(resolution.step, island, incidents=standing.incidents)
    threshold, incidents = standing.threshold, standing.incidents
    if isinstance(resolution, PostedForPeople):
        return by_posted(resolution.verdict, island, asked=asked, target_precision=threshold, incidents=incidents)
    if isinstance(resolution, OfferTaken):
        return by_taken_offer(resolution.snippet, island, asked=asked, incidents=incidents)
    if isinstance(resolution, OfferRefused):
        verdict = resolution.verdict
        refused = by_refused_offer(verdict, island, asked=asked, target_precision=threshold, incidents=incidents)
        return after_ramp(refused) if resolution.is_ramp else refused
    return by_verdict(resolution, island, asked=asked, target_precision=threshold, incidents=incidents)
