"""The desk behind, with the token that is in force now."""

from typing import Protocol

import aiohttp

from edge.desk.relay.settings import RelayFiles
from edge.records import Ticket
from edge.wire.conversations import ChatwootLooks, Looks, ZammadLooks
from edge.wire.desks import ChatwootOrigin, TicketPlace, ZammadOrigin


class ConversationDesk(Protocol):
    """A desk that shows conversations, as adapters of `edge.wire.desks` speak with it."""

    async def place(self, ticket: Ticket, *, into: str) -> TicketPlace:
        """Hand on a ticket, into the conversation of the ticket `into` if it is there. Raises as `Origin.deliver`."""

    async def conclude(self, conversation: int, message_id: str, note: str) -> None:
        """Note for agents that a conversation is over, and close it unless it is still needed."""


class Behind:
    """Adapters for one desk. They are made again when the token's file changes."""

    desk: ConversationDesk
    looks: Looks

    def __init__(self, files: RelayFiles, session: aiohttp.ClientSession) -> None:
        self._settings, self._session = files.settings, session
        self._make(files.token.value)
        files.token.on_change(self._make)

    def _make(self, token: str) -> None:
        settings, session = self._settings, self._session
        url, timeout_s = settings.url, settings.timeout_s
        if settings.kind == "chatwoot":
            account = settings.account
            self.desk = ChatwootOrigin(
                session, url, token=token, account=account, inbox=settings.inbox, timeout_s=timeout_s
            )
            self.looks = ChatwootLooks(session, url, token=token, account=account, timeout_s=timeout_s)
        else:
            self.desk = ZammadOrigin(
                session, url, token=token, group=settings.group, customer=settings.customer, timeout_s=timeout_s
            )
            self.looks = ZammadLooks(session, url, token=token, timeout_s=timeout_s)
