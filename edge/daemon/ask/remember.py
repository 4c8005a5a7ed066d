"""Writes a conclusion to the PoP's memory, once its ticket is durable."""

from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry
from edge.decide import Conclusion
from edge.records import AskRequest, Ticket


def remember(
    remembered: Remembered, request: AskRequest, entry: PopEntry | None, conclusion: Conclusion, ticket: Ticket | None
) -> None:
    """Remember a conclusion. Call it after the ticket, if there is one, is durable. Not async: it is done whole."""
    if ticket is not None:
        # Without an island too: people get the ticket even if its island is not here.
        remembered.open_tickets.add(ticket)
        remembered.in_flight.count(ticket)
    if entry is None:
        return
    name = entry.island.name
    if request.session:
        remembered.sessions.carry_out(name, request.session, conclusion)
    if conclusion.posted:
        remembered.posted.put(name, request.channel, conclusion.posted, conclusion.now)
    remembered.loads.carry_out(name.tenant, conclusion)
