"""A ticket as a person reads it: the note that goes with the question, in plain text."""

from collections.abc import Iterator

from edge.records import Ticket


def agent_note(ticket: Ticket) -> str:
    """Why it came, what was nearest and who approved that, what was asked before, and what the event is about.

    Ends with the ticket's id, by which a retry finds that the note is there.
    """
    return "\n".join((*_lines(ticket), marker(ticket.id)))


def marker(ticket_id: str) -> str:
    """What the note of this ticket, and of no other, holds."""
    return f"Skerry ticket {ticket_id}"


def title(ticket: Ticket) -> str:
    """One line for a list of tickets; not the viewer's words, which belong in the article."""
    return f"{ticket.island}: {ticket.reason} ({ticket.lane})"


def labels(ticket: Ticket) -> list[str]:
    """Words to sort by: lower case, digits, '-' and '_', as Chatwoot's labels must be."""
    return ["skerry", f"lane-{_word(ticket.lane)}", f"reason-{_word(ticket.reason)}"]


def _lines(ticket: Ticket) -> Iterator[str]:
    yield f"Island {ticket.island}, revision {ticket.revision or 'none'}, lane {ticket.lane}, reason {ticket.reason}"
    if ticket.deadline is not None:
        yield f"Due {ticket.deadline:%Y-%m-%d %H:%M:%S} UTC"
    for candidate in ticket.candidates:
        source = candidate.provenance
        yield (
            f"{candidate.confidence:.0%} {source.snippet} (like: {candidate.nearest_example!r};"
            f" revision {source.revision}, approved by {source.approved_by} {source.approved_at:%Y-%m-%d})"
        )
    for turn in ticket.transcript:
        yield f"Earlier, {turn.at:%H:%M:%S}: {turn.text!r} -> {turn.outcome} {turn.snippet}".rstrip()
    context = ticket.context
    for name, value in (
        ("Order window", context.order_window),
        ("Fulfilment partner", context.fulfilment_partner),
        ("Risk", ", ".join(context.risk_flags)),
        ("Consent", ticket.consent),
        ("Trace", ticket.trace),
    ):
        if value:
            yield f"{name}: {value}"


def _word(text: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in text.lower())
