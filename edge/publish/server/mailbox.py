"""One slot for each subscriber: the newest event replaces the one before, so nobody's slowness costs anybody memory."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Mailbox:
    """What waits for one subscriber: nothing, or the newest event."""

    def __init__(self, first: bytes) -> None:
        self._event: bytes | None = first
        self._is_closed = False
        self._changed = asyncio.Event()
        self._changed.set()

    def put(self, event: bytes) -> None:
        """Put an event in the slot, in place of one that still waits."""
        self._event = event
        self._changed.set()

    def close(self) -> None:
        """Let the subscriber go, at once."""
        self._is_closed = True
        self._changed.set()

    async def take(self) -> bytes | None:
        """The newest event, once there is one; None when it is over."""
        await self._changed.wait()
        if self._is_closed:
            return None
        self._changed.clear()
        event, self._event = self._event, None
        return event


class Hub:
    """All mailboxes of a server, and the event with which a new one starts. For one event loop."""

    def __init__(self) -> None:
        self._mailboxes: set[Mailbox] = set()
        self._greeting = b""

    def __len__(self) -> int:
        return len(self._mailboxes)

    def publish(self, event: bytes, *, greeting: bytes) -> None:
        """Put `event` into every mailbox, and `greeting` into those that come later."""
        self._greeting = greeting
        for mailbox in self._mailboxes:
            mailbox.put(event)

    @contextmanager
    def subscribe(self) -> Iterator[Mailbox]:
        """A mailbox for as long as the block lasts."""
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
