"""Which of an island's ordered rules a question matches, and which people therefore take it.

Review beats confidence, harm beats order: a matter of safety or fraud can only be placed by a rule that names it (its
kind, a flag or a snippet), never by a general one that happens to stand first.
"""

from typing import NamedTuple

from edge.errors import Reason
from edge.records import Island, Route, SignedSnippet, TicketKind, Urgency

DEFAULT_LANE = "fast"
"""Where questions go whose island is not there to say."""

STREAM_LANE = "fast"
"""Where questions from a running stream go that no rule and no snippet places."""

STREAM = "stream"


class Asked(NamedTuple):
    """What of a question its rules may look at. `text` is in triage's normal form."""

    text: str = ""
    channel: str = ""

    @property
    def is_public(self) -> bool:
        """Whether everybody in the chat sees the answer."""
        return self.channel == STREAM or self.channel.startswith(f"{STREAM}:")


NOT_SAID = Asked()
"""Of a question whose words and channel are nobody's business, or not known."""


class Routing(NamedTuple):
    """Where an escalation goes, as what, and how urgently."""

    lane: str
    kind: TicketKind
    urgency: Urgency


def must_be_reviewed(island: Island, best: SignedSnippet | None, asked: Asked) -> bool:
    """Whether a rule sends this question to people however sure triage is."""
    return any(route.review and _matches(route, best, None, asked) for route in island.routes)


def route_to(island: Island, reason: Reason, best: SignedSnippet | None, asked: Asked) -> Routing:
    """The first rule that matches, then the snippet's own lane, then the stream's, then the island's."""
    rules = [route for route in island.routes if _matches(route, best, reason, asked)]
    kind = _kind(rules, best)
    if kind is not TicketKind.SUPPORT:
        lanes = [route.lane for route in rules if _names_the_matter(route, kind)]
        own = best.lane if best and best.lane and kind in best.risk_flags else kind.value
        return Routing((lanes or [own])[0], kind, Urgency.NEVER_DEFERRED)
    own = (best.lane if best else "") or (STREAM_LANE if asked.is_public else island.default_lane)
    return Routing(rules[0].lane if rules else own, kind, _urgency(reason, asked))


def _matches(route: Route, best: SignedSnippet | None, reason: Reason | None, asked: Asked) -> bool:
    """Every condition named holds. Without a `reason` (none has been found yet), a rule by reason does not match."""
    return (
        (not route.snippets or (best is not None and best.id in route.snippets))
        and (not route.risk_flags or (best is not None and not set(route.risk_flags).isdisjoint(best.risk_flags)))
        and (not route.channels or asked.channel in route.channels or (asked.is_public and STREAM in route.channels))
        and (not route.reasons or (reason is not None and reason in route.reasons))
        and (not route.keywords or any(f" {word} " in f" {asked.text} " for word in route.keywords))
    )


def _kind(rules: list[Route], best: SignedSnippet | None) -> TicketKind:
    kinds = {route.kind for route in rules}
    kinds |= {kind for kind in TicketKind if best is not None and kind in best.risk_flags}
    return next((kind for kind in (TicketKind.SAFETY, TicketKind.FRAUD) if kind in kinds), TicketKind.SUPPORT)


def _names_the_matter(route: Route, kind: TicketKind) -> bool:
    return route.kind is kind or kind in route.risk_flags or bool(route.snippets)


def _urgency(reason: Reason, asked: Asked) -> Urgency:
    if reason in {
        Reason.NEVER_AUTOMATE,
        Reason.HUMAN_ACTIVE,
        Reason.INCIDENT,
        Reason.REPEATED_ANSWER,
        Reason.CLARIFY_STREAK,
    }:
        return Urgency.NEVER_DEFERRED
    if reason is Reason.REVIEW_REQUIRED:
        return Urgency.PERSON
    return Urgency.LIVE if asked.is_public and reason is Reason.LOW_CONFIDENCE else Urgency.ROUTINE
