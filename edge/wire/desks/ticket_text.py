"""A ticket in plain text for people: the private note for the agent, the title and the labels."""

from collections.abc import Iterator

from edge.records import Ticket


def agent_note(ticket: Ticket) -> str:
    """Text of the private note: reason, likely snippets and their approvals, earlier questions, and the event.

    It ends with the `marker` of the ticket, so that a repeated delivery finds the note.
    """
    return "\n".join((*_lines(ticket), marker(ticket.id)))


def follow_up_note(ticket: Ticket) -> str:
    """Text of the private note before a follow-up; like `agent_note` it ends with the `marker`."""
    return f"The viewer writes again, at {ticket.created:%H:%M:%S} UTC\n{marker(ticket.id)}"


def marker(ticket_id: str) -> str:
    """A line that only the note of this ticket contains."""
    return f"Skerry ticket {ticket_id}"


def title(ticket: Ticket) -> str:
    """One line for a list of tickets. It does not quote the viewer."""
    return f"{ticket.island}: {ticket.reason} ({ticket.lane})"


def labels(ticket: Ticket) -> list[str]:
    """Labels of a ticket: lower-case letters, digits and `-`, as Chatwoot requires."""
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
        *((f"Claim {name}", value) for name, value in (context.claims or {}).items()),
    ):
        if value:
            yield f"{name}: {value}"


def _word(text: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in text.lower())
