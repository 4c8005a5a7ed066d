"""A connection that is answered from a fast path until its first bytes that the fast path does not take.

From then on it is a connection like every other, for good: no request is seen in part by the fast path and in part by
`connection`, because the fast path takes whole readings that hold whole requests.
"""

from typing import TYPE_CHECKING

from edge.host.door.connection import Connection

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
        """Answer from the fast_path, or leave it for good."""
        fast_path = self._fast_path
        if fast_path is None:
            super().data_received(data)
            return
        # A door that closes says so in its responses. A connection that ends reads nothing more.
        may_answer = not self._is_deaf and not self._door.is_draining
        responses = fast_path.answer(data, self._peer.address) if may_answer else None
        if responses is None:
            self._fast_path = None
            super().data_received(data)
            return
        self._peer.tell(responses)
        if self._peer.is_unread:
            # What the peer asks for now would be answered into our memory.
            self._peer.read_no_more()
        self._update_phase()
