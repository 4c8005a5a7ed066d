"""The other end of one connection: what it is told, now or later, and how we leave it."""

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import Transport

DELAY_S = 0.25
"""How late a delayed response is told: who asks again at once then asks four times a second on each connection."""

_SPREAD = 0.4
"""Part of it that is drawn at random, so that those who were refused together do not come back together."""


class Peer:
    """The other end. While it does not read, or a delayed response waits, nothing is read from it."""

    # Thousands of streams are open at once, and each has one.
    __slots__ = ("_delay", "address", "is_unread", "transport")

    def __init__(self, transport: "Transport") -> None:
        self.transport = transport
        name = transport.get_extra_info("peername")
        self.address = str(name[0]) if isinstance(name, tuple) else ""
        """Empty on a unix socket."""
        self.is_unread = False
        """True while more is written than the kernel takes."""
        self._delay: asyncio.TimerHandle | None = None

    def tell_all(self, responses: bytes) -> None:
        """Write responses that are in one piece."""
        if not self.transport.is_closing():
            self.transport.write(responses)

    def tell(self, *responses: bytes) -> None:
        """Write responses."""
        if responses and not self.transport.is_closing():
            self.transport.write(b"".join(responses))

    def tell_later(self, responses: tuple[bytes, ...], then: Callable[[], None]) -> None:
        """Write responses after a pause in which nothing is read, then call `then`."""
        if not self.transport.is_closing():
            self.read_no_more()
            delay_s = DELAY_S * (1 + _SPREAD * (random.random() - 0.5))  # noqa: S311 - no secret
            self._delay = asyncio.get_running_loop().call_later(delay_s, self._tell_now, responses, then)

    def read_no_more(self) -> None:
        """Read nothing, until `read_again`."""
        self.transport.pause_reading()

    def read_again(self) -> None:
        """Read on, unless the peer is not reading or a response waits."""
        if self._delay is None and not self.is_unread and not self.transport.is_closing():
            self.transport.resume_reading()

    def close(self) -> None:
        """Close the connection. What was written is still sent, what was delayed is not."""
        self.forget()
        self.transport.close()

    def drop(self) -> None:
        """Close the connection now. What the peer has not read by now is lost: it may never read."""
        self.close()
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def half_close(self) -> bool:
        """Say that nothing more will be written. False if the connection cannot do that, or is closing."""
        if self.transport.is_closing() or not self.transport.can_write_eof():
            return False
        self.transport.write_eof()
        return True

    def forget(self) -> None:
        """Drop a response that waits."""
        if self._delay is not None:
            self._delay.cancel()
            self._delay = None

    def _tell_now(self, responses: tuple[bytes, ...], then: Callable[[], None]) -> None:
        self._delay = None
        self.tell(*responses)
        self.read_again()
        then()
