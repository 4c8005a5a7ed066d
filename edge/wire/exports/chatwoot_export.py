"""Chatwoot's conversations with our tickets, as lines of an export.

Source: developers.chatwoot.com/api-reference (conversations list, with `page`; messages, with `before`). The list of
conversations is read page by page until an empty page; a conversation's messages, newest first, until none is older.
A conversation is ours if it has the custom attribute that `ChatwootOrigin` writes.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import msgspec

from edge.records import Outcome
from edge.records.desk import ExportLine
from edge.wire.desks import DeskApi, answer_within, read_note
from edge.wire.exports.notes import likely_answer, unquoted

_TICKET, _ISLAND = "skerry_ticket", "skerry_island"
_INCOMING, _OUTGOING = 0, 1
MAX_PAGES = 10_000
"""A desk that never sends an empty page does not keep the command for ever."""


class _Chat(msgspec.Struct):
    id: int
    custom_attributes: dict[str, object] | None = None


class _ChatPage(msgspec.Struct):
    payload: list[_Chat] = []


class _ChatList(msgspec.Struct):
    data: _ChatPage


class _ChatMessage(msgspec.Struct):
    id: int
    message_type: int
    created_at: float = 0.0
    private: bool = False
    content: str | None = None


class _ChatMessages(msgspec.Struct):
    payload: list[_ChatMessage] = []


class ChatwootExport:
    """Reads the conversations of `account` at `url`, with the `token` of an agent. `timeout_s` is for each request."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, token: str, account: int, timeout_s: float) -> None:
        root = f"{url.rstrip('/')}/api/v1/accounts/{account}"
        self._desk = DeskApi(session, root, {"api_access_token": token})
        self._timeout_s = timeout_s

    async def lines(self, island: str) -> AsyncIterator[ExportLine]:
        """The lines of an island's tickets, newest conversation first. Raises as `Origin.deliver`."""
        # Pages move while people work, so a conversation may be on two of them.
        seen: set[int] = set()
        for page in range(1, MAX_PAGES + 1):
            async with answer_within(self._timeout_s, self._desk.url):
                found = await self._desk.get("conversations", _ChatList, status="all", page=str(page))
            if not found.data.payload:
                return
            for chat in found.data.payload:
                attributes = chat.custom_attributes or {}
                is_ours = _TICKET in attributes and attributes.get(_ISLAND) == island
                if is_ours and chat.id not in seen:
                    seen.add(chat.id)
                    line = _line(await self._messages(chat.id))
                    if line is not None:
                        yield line

    async def _messages(self, chat: int) -> list[_ChatMessage]:
        """All messages of a conversation, oldest first."""
        found: dict[int, _ChatMessage] = {}
        query: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            async with answer_within(self._timeout_s, self._desk.url):
                page = (await self._desk.get(f"conversations/{chat}/messages", _ChatMessages, **query)).payload
            new = [message for message in page if message.id not in found]
            if not new:
                break
            found.update({message.id: message for message in new})
            query = {"before": str(min(found))}
        return [found[number] for number in sorted(found)]


def _line(messages: list[_ChatMessage]) -> ExportLine | None:
    """The line of a conversation; None if it has no question or no note of ours."""
    asked = next((one for one in messages if one.message_type == _INCOMING and one.content), None)
    note = next((note for one in messages if one.private and (note := read_note(one.content or ""))), None)
    if asked is None or note is None:
        return None
    replies = (one for one in messages if one.message_type == _OUTGOING and not one.private and one.id > asked.id)
    return ExportLine(
        question=unquoted(asked.content or ""),
        outcome=Outcome.ESCALATE,
        offered=note.offered,
        taken="" if note.is_refused else None,
        reply=likely_answer((one.content or "").strip() for one in replies),
        at=datetime.fromtimestamp(max(0.0, min(asked.created_at, 4e9)), UTC),
    )
