"""Zammad's tickets from us, as lines of an export.

Source: docs.zammad.org/en/latest/api/ticket (list, with `page` and `per_page`; articles by ticket). The list is read
page by page until an empty page. A ticket is ours if it has the attribute that `ZammadOrigin` writes; the island is in
our note, because people may change the title.
"""

from collections.abc import AsyncIterator
from datetime import datetime

import aiohttp
import msgspec

from edge.records import Outcome
from edge.records.desk import ExportLine
from edge.wire.desks import DeskApi, answer_within, plain_text, read_note
from edge.wire.exports.notes import likely_answer

MAX_PAGES = 10_000
_PER_PAGE = "50"


class _Listed(msgspec.Struct):
    id: int
    skerry_ticket: str | None = None


class _Entry(msgspec.Struct):
    id: int
    created_at: datetime
    sender: str | None = None
    internal: bool = False
    body: str | None = None
    content_type: str | None = None

    @property
    def text(self) -> str:
        """The article's words."""
        return plain_text(self.body or "", self.content_type or "")


class ZammadExport:
    """Reads the tickets at `url`, with the `token` of an agent. `timeout_s` is for each request."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, token: str, timeout_s: float) -> None:
        self._desk = DeskApi(session, f"{url.rstrip('/')}/api/v1", {"Authorization": f"Token token={token}"})
        self._timeout_s = timeout_s

    async def lines(self, island: str) -> AsyncIterator[ExportLine]:
        """The lines of an island's tickets, in the desk's order. Raises as `Origin.deliver`."""
        seen: set[int] = set()
        for page in range(1, MAX_PAGES + 1):
            async with answer_within(self._timeout_s, self._desk.url):
                listed = await self._desk.get("tickets", list[_Listed], page=str(page), per_page=_PER_PAGE)
            if not listed:
                return
            for ticket in listed:
                if ticket.skerry_ticket and ticket.id not in seen:
                    seen.add(ticket.id)
                    async with answer_within(self._timeout_s, self._desk.url):
                        entries = await self._desk.get(f"ticket_articles/by_ticket/{ticket.id}", list[_Entry])
                    line = _line(sorted(entries, key=lambda one: one.id), island)
                    if line is not None:
                        yield line


def _line(entries: list[_Entry], island: str) -> ExportLine | None:
    """The line of a ticket; None if it has no question, or no note of ours about this island."""
    asked = next((one for one in entries if one.sender == "Customer" and one.text), None)
    notes = (read_note(one.text) for one in entries if one.internal)
    note = next(filter(None, notes), None)
    if asked is None or note is None or note.island != island:
        return None
    replies = (one for one in entries if one.sender == "Agent" and not one.internal and one.id > asked.id)
    return ExportLine(
        question=asked.text,
        outcome=Outcome.ESCALATE,
        offered=note.offered,
        taken="" if note.is_refused else None,
        reply=likely_answer(one.text for one in replies),
        at=asked.created_at,
    )
