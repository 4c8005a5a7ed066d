"""The answers that a ticket suggested, to compare a desk's reply with."""

import msgspec

from edge.daemon.sync import PopEntry, PopShelf
from edge.records import Automation, IslandName, SnippetDocument
from edge.tally import TicketRecord


def suggested_texts(ticket: TicketRecord, shelf: PopShelf) -> list[str]:
    """The answers, in each language, as far as the shelf still has them."""
    slot = shelf.get(IslandName.parse(ticket.island))
    # The revision that the ticket was made from; once it is gone, the one in force is close enough to compare with.
    slot = (slot.at_revision(ticket.revision) or slot) if slot else None
    entry = slot.entry if slot else None
    if entry is None:
        return []
    suggested = [snippet for snippet in ticket.suggested if snippet in entry.snippets]
    return [
        text
        for snippet in suggested
        if entry.snippets[snippet].automation is not Automation.NEVER
        for text in _texts(entry, snippet)
    ]


def _texts(entry: PopEntry, snippet: str) -> list[str]:
    further = entry.snippets[snippet].locales or ()
    documents = [msgspec.json.decode(one.document, type=SnippetDocument) for one in further]
    return [entry.documents[snippet].answer, *(document.answer for document in documents)]
