"""Where a conversation stands, what becomes of a question in it, and where it stands afterwards.

A conversation is what one session says to one island. It passes through these states (`decide.owner.Session` holds
them, `Load` and what was posted belong to everybody's conversations):

    machine      nobody has the session. It remembers the questions asked back in a row, and which answer was given
                 last and how often in a row
    people       a ticket was handed over. People of one lane have the session until they release it, or until the
                 island's `human_active_s` has passed since the ticket

A question is opened, and needs a verdict or is resolved at once. Then it is concluded:

    resolved by                        while `machine`            while `people`
    ---------------------------------  -------------------------  ------------------------------
    a verdict that is sure             answer       -> machine    escalate human_active -> people
      the same answer too often        escalate loop   -> people  escalate human_active -> people
      posted in this chat just now     ignore       -> machine    escalate human_active -> people
    a verdict between a few            clarify      -> machine    escalate human_active -> people
      too often in a row               escalate misses -> people  escalate human_active -> people
    any other verdict                  escalate     -> people     escalate human_active -> people
    a reason without a verdict         escalate     -> people     escalate human_active -> people
      the island is not here           escalate     -> machine    escalate              -> people
    a tree that ends with an answer    as a verdict that is sure
    a tree that ends with a lane       escalate     -> people     escalate human_active -> people
    not a viewer's, or chatter         ignore       -> machine    ignore                -> people

    people cannot keep up              escalate surge -> machine  (never: what people have is not put off)
    released, or its time has passed                              -> machine, as if nothing had been said
    the ticket could not be kept       -> machine, unchanged      -> people, unchanged

A callback (`surge`) leaves the session with the machine, which may help meanwhile.

The last row is why `conclude` changes nothing itself: it gives a `Conclusion`, and its caller remembers it once the
ticket is durable. Questions without a session are always in `machine`; nothing of them is remembered but that they wait
in people's queue and what was posted. What a viewer says while people have the session does not prolong that.

    resolution = open_question(Author.VIEWER, status) or verdict
    conclusion = conclude(resolution, island=island, asked=asked, standing=standing, now=now)
    session = conclusion.next_session(session)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from edge.decide.capacity import admit, next_load
from edge.decide.load import Load
from edge.decide.owner import Session, apply_cool_down, apply_session_policy, next_session
from edge.decide.policy import by_tree_end, by_verdict, without_verdict
from edge.decide.routes import Asked
from edge.decide.unserved import unserved_reason
from edge.errors import Reason
from edge.records import Author, Decision, Island, IslandStatus, Outcome, TreeStep, Verdict


class Unjudged(NamedTuple):
    """A question that is decided without a verdict, and why."""

    reason: Reason


class TreeEnd(NamedTuple):
    """The last step of a decision tree: it names a snippet or a lane."""

    step: TreeStep


Resolution: TypeAlias = Verdict | Unjudged | TreeEnd
"""What a question is concluded with."""


def _never_posted(_snippet: str) -> float | None:
    return None


class Standing(NamedTuple):
    """What is remembered that a decision may look at. Times are Unix seconds."""

    session: Session | None = None
    """None for a question without a session."""
    load: Load | None = None
    """What is known of the tenant's people; None when no fresh report is there."""
    threshold: float | None = None
    """What surge control made of the island's wanted precision; None: the island's own."""
    incidents: frozenset[str] = frozenset()
    """Snippets that people must answer now."""
    posted_at: Callable[[str], float | None] = _never_posted
    """When a snippet's answer was last posted in this chat; asked for the snippet that is decided on."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What becomes of one question, and what is to be remembered of it.

    Keeping a ticket takes milliseconds, and other questions are concluded meanwhile. So what follows is computed from
    the session and the load as they are *then*: a queue that two questions join at once is longer by two.
    """

    decision: Decision
    island: Island | None
    now: float
    threshold: float | None
    """How sure the machine had to be, or would have had to be; None where the island is not here to say."""

    @property
    def posted(self) -> str:
        """The snippet whose answer is posted; empty when none is."""
        return self.decision.snippet if self.decision.outcome is Outcome.ANSWER else ""

    def next_session(self, session: Session) -> Session:
        """The session once this has been carried out."""
        return session if self.island is None else next_session(session, self.decision, self.island.sessions, self.now)

    def next_load(self, load: Load) -> Load:
        """The load with this question in it."""
        return next_load(load, self.decision)


def open_question(author: Author, status: IslandStatus) -> Unjudged | None:
    """The resolution of a question that needs no verdict; None for one that does.

    Who wrote it comes first: what bots and staff write is nobody's work, also on an island that cannot be served.
    """
    if author is not Author.VIEWER:
        return Unjudged(Reason.NOT_A_VIEWER)
    reason = unserved_reason(status)
    return Unjudged(reason) if reason else None


def conclude(
    resolution: Resolution, *, island: Island | None, asked: Asked, standing: Standing, now: float
) -> Conclusion:
    """What becomes of a question. `island` is None when it is not here; then only an `Unjudged` can resolve it.

    The order of the three rules is the point. Who has the session comes first: what people are busy with is theirs,
    however sure a machine is. Then the chat: an answer that everybody was just given is not posted again, and costs
    nobody a place. The queue is last: only what is left for people needs one.
    """
    decision = _decide(resolution, island, asked, standing)
    if island is None:
        return Conclusion(decision, None, now, None)
    if standing.session is not None:
        decision = apply_session_policy(standing.session, decision, island, asked=asked, now=now)
    decision = apply_cool_down(decision, standing.posted_at(decision.snippet), island.sessions, asked=asked, now=now)
    decision = admit(decision, standing.load, island.surge)
    threshold = decision.target_precision
    if threshold is None:
        threshold = island.target_precision if standing.threshold is None else standing.threshold
    return Conclusion(decision, island, now, threshold)


def _decide(resolution: Resolution, island: Island | None, asked: Asked, standing: Standing) -> Decision:
    """What policy alone says, before session, chat and queue."""
    if isinstance(resolution, Unjudged):
        return without_verdict(resolution.reason, island, asked=asked)
    if island is None:
        raise ValueError("a verdict or a tree needs an island, expected Unjudged")
    if isinstance(resolution, TreeEnd):
        return by_tree_end(resolution.step, island, incidents=standing.incidents)
    return by_verdict(
        resolution, island, asked=asked, target_precision=standing.threshold, incidents=standing.incidents
    )
