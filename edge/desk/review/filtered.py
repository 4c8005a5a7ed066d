"""The review of an event's filters: how many tickets each rule found something in, and a few of them, masked.

What was ignored made no ticket: the PoPs count it (`edge.desk.review.signals`).
Messages of safety and fraud are counted, and none is shown.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from edge.records import DECODE_ERRORS, TicketKind, TicketState
from edge.records.filters import FilterAction, FilterHit, FilterRule, FiltersPolicy
from edge.safety import masked, screen
from edge.tally import FilterFigures

MAX_EXEMPLARS = 5
"""Messages that are shown of each rule: enough to see what it takes for what it is."""

MAX_CHARACTERS = 300
"""Of a longer message only so many characters are shown."""

_TICKETS = (
    "SELECT island, state, reply != '', body FROM tickets"
    " WHERE (? = '' OR tenant = ?) AND (? = '' OR island = ?) ORDER BY number"
)

_USUAL = FiltersPolicy()


class FilterReview(msgspec.Struct, kw_only=True):
    """What one rule found in the tickets of one island, by what was done and by the rule's revision."""

    island: str
    """The island, as `tenant/island`."""
    rule: FilterRule
    """What the filter looks for."""
    then: FilterAction
    """What happened."""
    revision: int
    """Revision of the rule."""
    tickets: int = 0
    """Tickets in which it found something, follow-ups included."""
    replied: int = 0
    """Those to which people replied."""
    resolved: int = 0
    """Those that people were done with."""
    messages: int | None = None
    """Messages of any revision, by the counts of PoPs: with those answered or ignored. None without counts."""
    signals: FilterFigures | None = None
    """How the conversations went on in which the rule found something, with any action."""
    exemplars: list[str] = []
    """The first different messages, with masks. None of safety or fraud."""


class _Context(msgspec.Struct, frozen=True):
    filters: tuple[FilterHit, ...] = ()


class _Filtered(msgspec.Struct, frozen=True, kw_only=True):
    """What the review has of a ticket."""

    text: str
    kind: TicketKind = TicketKind.SUPPORT
    context: _Context = _Context()


class _Key(NamedTuple):
    island: str
    rule: FilterRule
    then: FilterAction
    revision: int


def review_filters(connection: sqlite3.Connection, *, tenant: str = "", island: str = "") -> list[FilterReview]:
    """The reviews of a tenant, of an island (`tenant/island`) or of all, by island, rule, action and revision.

    A ticket whose verdicts are of another form, as a later release may write them, is left out.
    """
    reviews = dict[_Key, FilterReview]()
    for of_island, state, has_reply, ticket in _filtered(connection, tenant=tenant, island=island):
        for hit in ticket.context.filters:
            key = _Key(of_island, hit.rule, hit.then, hit.revision)
            review = reviews.setdefault(key, FilterReview(**key._asdict()))
            review.tickets += 1
            review.replied += has_reply
            review.resolved += state == TicketState.RESOLVED
            if ticket.kind is TicketKind.SUPPORT and len(review.exemplars) < MAX_EXEMPLARS:
                _show(review.exemplars, ticket.text)
    return [reviews[key] for key in sorted(reviews)]


def _filtered(connection: sqlite3.Connection, *, tenant: str, island: str) -> Iterator[tuple[str, str, int, _Filtered]]:
    for of_island, state, has_reply, body in connection.execute(_TICKETS, (tenant, tenant, island, island)):
        try:
            yield of_island, state, has_reply, msgspec.json.decode(body, type=_Filtered)
        except DECODE_ERRORS:
            continue


def _show(exemplars: list[str], text: str) -> None:
    """Add a message with masks. The island may have let its words pass: here nobody answers anybody."""
    shown = masked(text, screen(text, _USUAL))[:MAX_CHARACTERS]
    if shown not in exemplars:
        exemplars.append(shown)
