"""Which of an island's ordered routes does a question match, and which lane takes it?

The first route that matches decides, with one exception. A question of safety or fraud goes only by a route that names
its kind, one of its flags or its snippet. A general route that stands earlier does not apply to it.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from edge.errors import Reason
from edge.records import Automation, Decision, Island, Outcome, Route, SignedSnippet, TicketKind, Urgency
from edge.records.filters import FilterHit

DEFAULT_LANE = "fast"
"""Lane of questions whose island this PoP does not have."""

MAX_OPTIONS = 3
"""A viewer of a live stream reads three options at a glance, and hardly more."""

BY_AUTOMATION = {Automation.REVIEW: Reason.REVIEW_REQUIRED, Automation.NEVER: Reason.NEVER_AUTOMATE}
"""Why a machine does not answer a snippet that only people may answer."""

STREAM_LANE = "fast"
"""Lane of questions from a stream's chat, if no route matches and the snippet names no lane."""


class ChannelClass(StrEnum):
    """What kind of place a channel is: the word before its first colon."""

    STREAM = "stream"
    """The public chat of a stream: everybody reads the answer."""
    WIDGET = "widget"
    """A support widget on a page. A channel without a name is one."""
    CHAT = "chat"
    """A private chat with one viewer."""
    OTHER = "other"
    """Any other place. It is treated as private."""


_CLASSES = {member.value: member for member in ChannelClass}

_CHANNELS = 128
"""Channels whose class is remembered: a question asks for it some twenty times."""


@lru_cache(_CHANNELS)
def class_of(channel: str) -> ChannelClass:
    """The class of a channel."""
    word = channel.partition(":")[0] or ChannelClass.WIDGET
    return _CLASSES.get(word, ChannelClass.OTHER)


class Asked(NamedTuple):
    """The parts of a question that routes can match. `text` is all that was written, in triage's normal form."""

    text: str = ""
    channel: str = ""
    claims: Mapping[str, str] = MappingProxyType({})
    """Claims of a signed session; empty for any other asker."""
    mentions: tuple[str, ...] = ()
    """Names that the message is addressed to, in small letters, without `@`."""
    is_other_language: bool = False
    """True if the viewer's page names another language than the island's."""
    filtered: tuple[FilterHit, ...] = ()
    """What the island's filters found: those before the judgement, then those after it."""

    @property
    def is_public(self) -> bool:
        """True if everybody in the chat sees the answer."""
        return class_of(self.channel) is ChannelClass.STREAM


NOTHING_KNOWN = Asked()
"""A question with unknown words and channel."""


class Routing(NamedTuple):
    """The lane of an escalation, its kind, and its urgency."""

    lane: str
    kind: TicketKind
    urgency: Urgency


def is_urgent(kind: TicketKind, lane: str, urgent_lanes: Collection[str]) -> bool:
    """True for safety and fraud, and for a lane that the operator calls urgent."""
    return kind is not TicketKind.SUPPORT or lane in urgent_lanes


def has_lane(island: Island, lane: str) -> bool:
    """True if the island sends anything to this lane, so that its people look there."""
    ends = (step.lane for tree in island.trees for step in tree.steps)
    named = {*(route.lane for route in island.routes), *(snippet.lane for snippet in island.snippets), *ends}
    return lane in {*named, island.default_lane, STREAM_LANE, TicketKind.SAFETY, TicketKind.FRAUD}


def keyword_routes(island: Island, asked: Asked) -> list[Route]:
    """The routes by keyword that match the words of a question, whether or not all else that they ask for is so."""
    return [route for route in island.routes if _has_keyword(route, asked)]


def must_be_reviewed(island: Island, best: SignedSnippet | None, asked: Asked) -> bool:
    """True if a route sends this question to people, however sure triage is."""
    # A loop for the same reason as in `_has_keyword`.
    for route in island.routes:  # noqa: SIM110
        if route.review and _matches(route, best, None, asked):
            return True
    return False


def route_to(
    island: Island, reason: Reason, best: SignedSnippet | None, asked: Asked, *, kind: TicketKind | None = None
) -> Routing:
    """The routing of an escalation. The first of these lanes: matching route, snippet, stream, island's default.

    `kind`: what it is about, if that is known. The matching routes and the snippet may say something more serious.
    """
    routes = [route for route in island.routes if _matches(route, best, reason, asked)]
    kind = _kind(routes, best, kind)
    # Safety and fraud first: a general route above must not send them to people who are not there for them.
    if kind is not TicketKind.SUPPORT:
        lanes = [route.lane for route in routes if _names_kind(route, kind)]
        if best is None:
            # Nothing else than the judgement says so: the lane of any rule for such matters.
            lanes += [route.lane for route in island.routes if route.kind is kind]
        own_lane = best.lane if best and best.lane and kind in best.risk_flags else kind.value
        return Routing((lanes or [own_lane])[0], kind, Urgency.NEVER_DEFERRED)
    own_lane = (best.lane if best else "") or (STREAM_LANE if asked.is_public else island.default_lane)
    return Routing(routes[0].lane if routes else own_lane, kind, _urgency(reason, asked))


def _matches(route: Route, best: SignedSnippet | None, reason: Reason | None, asked: Asked) -> bool:
    """True if every condition of the route holds. While `reason` is still None, a route with reasons does not match."""
    return (
        (not route.snippets or (best is not None and best.id in route.snippets))
        and (not route.risk_flags or (best is not None and not set(route.risk_flags).isdisjoint(best.risk_flags)))
        and (not route.channels or asked.channel in route.channels or class_of(asked.channel) in route.channels)
        and (not route.reasons or (reason is not None and reason in route.reasons))
        and (not route.keywords or _has_keyword(route, asked))
        and (not route.when or all(asked.claims.get(name) == value for name, value in route.when.items()))
    )


def _has_keyword(route: Route, asked: Asked) -> bool:
    """True if one of the route's keywords stands in the question as whole words."""
    text = f" {asked.text} "
    # A loop and no `any`: every question goes through all routes several times, and a generator costs twice as much.
    for word in route.keywords:  # noqa: SIM110
        if f" {word} " in text:
            return True
    return False


def _kind(routes: list[Route], best: SignedSnippet | None, known: TicketKind | None) -> TicketKind:
    kinds = {known, *[route.kind for route in routes]}
    flags = best.risk_flags if best is not None else ()
    for kind in (TicketKind.SAFETY, TicketKind.FRAUD):
        if kind in kinds or kind in flags:
            return kind
    return TicketKind.SUPPORT


def _names_kind(route: Route, kind: TicketKind) -> bool:
    return route.kind is kind or kind in route.risk_flags or bool(route.snippets)


def _urgency(reason: Reason, asked: Asked) -> Urgency:
    if reason in {
        Reason.ASKED_FOR_PERSON,
        Reason.NEVER_AUTOMATE,
        Reason.HUMAN_ACTIVE,
        Reason.INCIDENT,
        Reason.REPEATED_ANSWER,
        Reason.CLARIFY_STREAK,
    }:
        return Urgency.NEVER_DEFERRED
    if reason in {Reason.REVIEW_REQUIRED, Reason.NONE_OF_THESE}:
        return Urgency.PERSON
    is_live = asked.is_public and reason is Reason.LOW_CONFIDENCE
    return Urgency.LIVE if is_live else Urgency.ROUTINE


def escalate(
    island: Island,
    reason: Reason,
    best: SignedSnippet | None,
    threshold: float | None,
    asked: Asked,
    *,
    kind: TicketKind | None = None,
) -> Decision:
    """An escalation to the lane that the island's rules name. `best` is the snippet probably meant."""
    lane, kind, urgency = route_to(island, reason, best, asked, kind=kind)
    return Decision(
        outcome=Outcome.ESCALATE, reason=reason, lane=lane, target_precision=threshold, kind=kind, urgency=urgency
    )
