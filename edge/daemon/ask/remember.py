"""Writes a conclusion to the PoP's memory, once its ticket is durable."""

from edge.daemon.limits import asker_name, is_vouched
from edge.daemon.people import Join, Remembered
from edge.daemon.sync import PopEntry
from edge.decide import Asked, Conclusion, takes_budget
from edge.errors import Reason
from edge.records import AskRequest, Ticket, TicketKind
from edge.tokens import Asker


def remember(
    remembered: Remembered,
    request: AskRequest,
    entry: PopEntry | None,
    conclusion: Conclusion,
    ticket: Ticket | None,
    *,
    join: Join | None,
    asker: Asker,
    asked: Asked,
) -> None:
    """Remember a conclusion. Call it after the ticket, if there is one, is durable. Not async: it is done whole."""
    if ticket is not None:
        # Without an island too: people get the ticket even if its island is not here.
        remembered.open_tickets.add(ticket)
        remembered.in_flight.count(ticket)
    if entry is None:
        return
    name = entry.island.name
    # Anybody may write `channel: "stream"`, and must not use up the chat's minute, or speak for others in it.
    if asked.is_public and is_vouched(asker):
        _note(remembered, conclusion, ticket, asker=asker, asked=asked)
    if request.session:
        remembered.sessions.carry_out(name, request.session, conclusion)
    # For the same reason: an answer that only the asker saw must not silence it for the chat.
    if conclusion.posted and is_vouched(asker):
        remembered.posted.put(name, request.channel, conclusion.posted, conclusion.now)
    # A follow-up takes no further place in the queue.
    if join is None:
        remembered.loads.carry_out(name.tenant, conclusion)


def _note(remembered: Remembered, conclusion: Conclusion, ticket: Ticket | None, *, asker: Asker, asked: Asked) -> None:
    """Remember a line of a public chat that people have, or might have had. Harm is not shown on a board."""
    decision, island = conclusion.decision, conclusion.island
    if island is None or decision.kind is not TicketKind.SUPPORT or decision.suspected is not None:
        return
    if ticket is None and decision.reason not in _LEFT:
        return
    remembered.boards.note(
        island.name,
        asked.text,
        asker_name(asker).name,
        conclusion.now,
        is_ticket=ticket is not None,
        pays=ticket is not None and takes_budget(decision, asked),
    )


_LEFT = frozenset({Reason.CHATTER, Reason.ALREADY_ASKED, Reason.OUT_OF_SCOPE_BUDGET})
"""Why a line of a public chat makes no ticket, though people might have answered it."""
