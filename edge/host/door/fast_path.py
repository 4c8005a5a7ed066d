"""A connection that is answered from a fast path until its first bytes that the fast path does not take.

From then on it is a connection like every other, for good: no request is seen in part by the fast path and in part by
`connection`, because the fast path takes whole readings that hold whole requests.
"""

import asyncio
from typing import TYPE_CHECKING

from edge.host.door.connection import Connection
from edge.host.door.phases import Phase

if TYPE_CHECKING:
    from edge.host.door.door import Door
    from edge.host.door.screen import FastPath


class PlainConnection(Connection):
    """A connection with a fast path in front of it. Its place, phases and deadlines are those of every connection."""

    __slots__ = ("_fast_path",)

    def __init__(self, door: "Door", fast_path: "FastPath") -> None:
        super().__init__(door)
        self._fast_path: FastPath | None = fast_path
        """None once the fast path has not taken what was read."""

    def data_received(self, data: bytes) -> None:
        """Answer from the fast path, or leave it for good."""
        fast_path, peer = self._fast_path, self._peer
        # A door that closes says so in its responses.
        responses = None if fast_path is None or self._door.is_draining else fast_path.answer(data, peer.address)
        if responses is None:
            self._fast_path = None
            super().data_received(data)
            return
        peer.tell_all(responses)
        if peer.is_unread:
            # What the peer asks for now would be answered into our memory.
            peer.read_no_more()
        if self._phase is not Phase.IDLE:
            self._update_phase()
        elif self._door.phases.renew_soon(self):
            asyncio.get_running_loop().call_soon(self._door.phases.renew)

    def _stop(self) -> None:
        # A connection that ends reads nothing more.
        self._fast_path = None
        super()._stop()
