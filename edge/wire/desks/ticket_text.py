"""A ticket for people: the private note for the agent, the title and the labels.

Desks render notes as Markdown. Words that a viewer or an author chose go through `edge.foreign_words`, so that each
stays in its own line, and is text there: no link, image, mention or line of ours.
"""

import hashlib
from collections.abc import Iterator

import msgspec

from edge.foreign_words import as_markdown, quoted
from edge.records import Automation, SolvedByViewer, Ticket, TicketCandidate
from edge.records.trees import ValueKind
from edge.wire.desks.note_form import candidate_line, island_line, marker, refused_line

_TOLD = 0.02
"""Less likely kinds of harm are not named."""


def agent_note(ticket: Ticket) -> str:
    """Text of the private note: reason, likely snippets and their approvals, earlier questions, and the event.

    It ends with the `marker` of the ticket, so that a repeated delivery finds the note.
    """
    return "\n".join((*_lines(ticket), marker(ticket.id)))


def follow_up_note(ticket: Ticket) -> str:
    """Text of the private note with a follow-up; like `agent_note` it ends with the `marker`.

    It has what the viewer's words do not say: the way through a tree, what was typed there, and what they may tell of.
    """
    return "\n".join(
        (
            f"The viewer writes again, at {ticket.created:%H:%M:%S} UTC",
            *_harm(ticket),
            *_tree(ticket),
            marker(ticket.id),
        )
    )


def says_more(ticket: Ticket) -> bool:
    """True if a follow-up has more for people than the viewer's words."""
    return any(_harm(ticket)) or any(_tree(ticket))


def solved_note(solved: SolvedByViewer) -> str:
    """Text of the private note on a ticket that its viewer has solved. It ends with the `marker` of the take-back."""
    source = solved.provenance
    return (
        f"The viewer picked the answer {source.snippet} (revision {source.revision}) while waiting, at"
        f" {solved.created:%H:%M:%S} UTC\n{marker(solved.id)}"
    )


def title(ticket: Ticket) -> str:
    """One line for a list of tickets. It does not quote the viewer."""
    return f"{ticket.island}: {ticket.reason} ({ticket.lane})"


def contact_of(ticket: Ticket | SolvedByViewer) -> str:
    """Identifier of the viewer at a desk that keeps contacts: of this tenant's viewers alone, and of no customer.

    The session is hashed: a viewer who chooses a real customer's identifier as session must not write into that
    customer's record. Without a session it is made from the ticket's id.
    """
    tenant = ticket.island.partition("/")[0]
    if not ticket.session:
        return f"skerry:{tenant}:ticket-{ticket.id if isinstance(ticket, Ticket) else ticket.ticket}"
    named = hashlib.sha256(f"{tenant}/{ticket.session}".encode(errors="surrogatepass"))
    return f"skerry:{tenant}:{named.hexdigest()[:32]}"


def labels(ticket: Ticket) -> list[str]:
    """Labels of a ticket: lower-case letters, digits and `-`, as Chatwoot requires."""
    return ["skerry", f"lane-{_word(ticket.lane)}", f"reason-{_word(ticket.reason)}"]


def _lines(ticket: Ticket) -> Iterator[str]:
    yield island_line(ticket.island, ticket.revision, ticket.lane, ticket.reason)
    if ticket.deadline is not None:
        yield f"Due {ticket.deadline:%Y-%m-%d %H:%M:%S} UTC"
    yield from _harm(ticket)
    yield from _language(ticket)
    for part in ticket.parts or ():
        likely = f" -> {part.snippet} {part.confidence:.0%}" if part.snippet else ""
        yield f"Part: {quoted(part.text)}{likely}"
    yield from _tree(ticket)
    if ticket.refused:
        yield refused_line(ticket.refused)
    if ticket.picked:
        yield f"The viewer picked this answer, which people must give: {ticket.picked}"
    for candidate in ticket.candidates:
        source = candidate.provenance
        approved = f"approved by {as_markdown(source.approved_by)} {source.approved_at:%Y-%m-%d}"
        more = f"; revision {source.revision}, {approved}"
        yield candidate_line(source.snippet, candidate.confidence, candidate.nearest_example, more)
        yield from _replies(candidate)
    for turn in ticket.transcript:
        yield f"Earlier, {turn.at:%H:%M:%S}: {quoted(turn.text)} -> {turn.outcome} {turn.snippet}".rstrip()
    context = ticket.context
    for name, value in (
        ("Order window", context.order_window),
        ("Fulfilment partner", context.fulfilment_partner),
        ("Risk", ", ".join(context.risk_flags)),
        ("Consent", ticket.consent),
        ("Id of the message", ticket.source_id or ""),
        ("Trace", ticket.trace),
        *((f"Claim {name}", value) for name, value in (context.claims or {}).items()),
    ):
        if value:
            yield f"{name}: {as_markdown(value)}"


def _tree(ticket: Ticket) -> Iterator[str]:
    """The way through a decision tree, and what was typed in it."""
    for pressed in ticket.path or ():
        yield f"Asked: {quoted(pressed.say)} -> {quoted(pressed.label)}"
    if ticket.typed:
        kind = "digest of a file, unproven" if ticket.typed.kind == ValueKind.DIGEST else "typed"
        personal = ", personal" if ticket.typed.personal else ""
        yield f"{as_markdown(ticket.typed.name)} ({kind}{personal}): {quoted(ticket.typed.value)}"


_MAY = {
    Automation.ANSWER: "Answer",
    Automation.REVIEW: "Answer, for you to check before you send it",
    Automation.NEVER: "Answer, never sent by a machine",
}


def _replies(candidate: TicketCandidate) -> Iterator[str]:
    """The texts of a candidate, each in one line. Their Markdown is shown as it is, to be copied."""
    if candidate.answer:
        yield f"{_MAY[candidate.automation or Automation.ANSWER]}: {quoted(candidate.answer)}"
    if candidate.translation:
        yield f"The same in {as_markdown(candidate.translation.locale)}: {quoted(candidate.translation.answer)}"
    if candidate.script:
        yield f"Steps for you, not for the viewer: {quoted(candidate.script)}"


def _language(ticket: Ticket) -> Iterator[str]:
    """The viewer's language, if it is not the island's own."""
    if ticket.language_note:
        yield f"The viewer's language: {as_markdown(ticket.language_note.wanted)}"


def _harm(ticket: Ticket) -> Iterator[str]:
    """What the message may tell of, most likely first."""
    if not ticket.harm:
        return
    likely = sorted(msgspec.structs.asdict(ticket.harm).items(), key=lambda item: -item[1])
    told = ", ".join(
        f"{kind.replace('_', '-')} {probability:.0%}" for kind, probability in likely if probability > _TOLD
    )
    if told:
        yield f"It may tell of: {told}"


def _word(text: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in text.lower())
