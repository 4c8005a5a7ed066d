"""Is a message in a stream's public chat for us at all?

Most lines there are said among viewers. What asks the team for nothing makes no ticket and gets no answer. What asks
for something that no snippet is about costs people only as much time as the island allows. Both rules come after harm:
a message that may tell of it is read by people.
"""

from edge.decide.policy.routes import Asked
from edge.errors import Reason
from edge.records import Decision, Island, Outcome, TicketKind, Verdict

CHATTER_BELOW = 0.03
"""Below this probability of asking the team for something, a line is said among viewers. Of questions 3 % are below,
and of all other lines 72 % (`models/README.md`)."""

SURELY_CHATTER_BELOW = 0.01
"""Below this one, not even a sure answer is given: the line only has the words of a question. 1 % of questions are."""

IN_SCOPE_FROM = 0.5
"""From this probability on that a snippet is right, the island's own evidence says that the line is for us."""

_TEAM = frozenset({"support", "help", "team", "staff", "mod", "mods", "moderator", "moderators", "admin", "host"})
"""Names by which viewers address the people of any event."""

_NO_SNIPPET = frozenset({Reason.OUT_OF_SCOPE, Reason.LANGUAGE_UNSUPPORTED})


def is_addressed(asked: Asked, island: Island) -> bool:
    """True if a message names the event's team first or last, as in "@support my code fails"."""
    own = {name.replace("-", "") for name in (island.tenant, island.island)}
    names = {name.replace("-", "").replace("_", "") for name in asked.mentions}
    return not names.isdisjoint(_TEAM | own)


def is_chatter(verdict: Verdict, island: Island, asked: Asked) -> bool:
    """True if a line is said among viewers of a stream, and asks the team for nothing."""
    if not asked.is_public or verdict.exact or is_addressed(asked, island):
        return False
    # What a line in another language asks is known only of greetings and cheers.
    if verdict.is_foreign:
        return not verdict.asks
    in_scope = max([verdict.any_confidence, *(part.verdict.any_confidence for part in verdict.parts)])
    return verdict.asks < (SURELY_CHATTER_BELOW if in_scope >= IN_SCOPE_FROM else CHATTER_BELOW)


def apply_stream_policy(
    decision: Decision, island: Island, asked: Asked, *, is_with_people: bool, is_over_budget: bool
) -> Decision:
    """The decision without a ticket that people have already, or have no time for."""
    if not _may_be_left(decision, island, asked):
        return decision
    if is_with_people:
        return ignore(decision, Reason.ALREADY_ASKED)
    if is_over_budget and takes_budget(decision, asked):
        return ignore(decision, Reason.OUT_OF_SCOPE_BUDGET)
    return decision


def takes_budget(decision: Decision, asked: Asked) -> bool:
    """True for a ticket from a stream's chat about something that no snippet is about."""
    return asked.is_public and decision.outcome is Outcome.ESCALATE and decision.reason in _NO_SNIPPET


def _may_be_left(decision: Decision, island: Island, asked: Asked) -> bool:
    """True for a ticket that people need not have: it is no matter of harm, and does not address them."""
    return (
        asked.is_public
        and decision.outcome is Outcome.ESCALATE
        and decision.kind is TicketKind.SUPPORT
        and decision.suspected is None
        and decision.reason in {*_NO_SNIPPET, Reason.LOW_CONFIDENCE, Reason.FILTERED}
        and not is_addressed(asked, island)
    )


def ignore(decision: Decision, reason: Reason) -> Decision:
    """Nothing is done, for this reason."""
    return Decision(outcome=Outcome.IGNORE, reason=reason, target_precision=decision.target_precision)
