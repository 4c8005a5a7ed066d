"""Mailboxes of subscribers: one event each, and the newest replaces it. A slow subscriber costs no more memory."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Mailbox:
    """The newest event that one subscriber has not received, if there is one."""

    def __init__(self, first: bytes) -> None:
        self._event: bytes | None = first
        self._is_closed = False
        self._changed = asyncio.Event()
        self._changed.set()

    def put(self, event: bytes) -> None:
        """Replace the waiting event, if there is one, by `event`."""
        self._event = event
        self._changed.set()

    def close(self) -> None:
        """End the subscription at once, even if an event is waiting."""
        self._is_closed = True
        self._changed.set()

    async def receive(self) -> bytes | None:
        """Wait for an event and remove it from the mailbox. None: the mailbox is closed."""
        await self._changed.wait()
        if self._is_closed:
            return None
        self._changed.clear()
        event, self._event = self._event, None
        return event


class Hub:
    """All mailboxes of a server, and the event that a new one starts with. For one event loop."""

    def __init__(self) -> None:
        self._mailboxes: set[Mailbox] = set()
        self._greeting = b""

    def __len__(self) -> int:
        return len(self._mailboxes)

    def publish(self, event: bytes, *, greeting: bytes) -> None:
        """Put `event` into every mailbox. Mailboxes that are made later start with `greeting`."""
        self._greeting = greeting
        for mailbox in self._mailboxes:
            mailbox.put(event)

    @contextmanager
    def subscribe(self) -> Iterator[Mailbox]:
        """Yield a new mailbox; it is removed at the end of the block."""
        mailbox = Mailbox(self._greeting)
        self._mailboxes.add(mailbox)
        try:
            yield mailbox
        finally:
            self._mailboxes.discard(mailbox)

    def close(self) -> None:
        """Close every mailbox."""
        for mailbox in self._mailboxes:
            mailbox.close()
