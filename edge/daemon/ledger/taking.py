"""Leaves in the outbox's file, until a log has them.

They were durable together with what they are about: a ticket, a reply, a consent, an erasure.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

from edge.daemon.ledger.seams import Payloads
from edge.host.threads import in_thread
from edge.store.leaves import NewLeaf
from edge.store.outbox import Outbox

T = TypeVar("T")

MAX_TAKEN = 2_000
"""Leaves taken over from the outbox at once."""

LOOK_S = 60.0
"""How often the outbox is looked at for leaves, even if none is known to be there."""


class HandedLeaves:
    """The leaves in `outbox`, which `thread` owns. Belongs to the event loop. `steady` returns seconds."""

    def __init__(self, outbox: Outbox, thread: Executor, *, steady: Callable[[], float]) -> None:
        self._outbox, self._thread, self._steady = outbox, thread, steady
        self._looked, self._has_found = -LOOK_S, False
        self.expected: set[bytes] = set()
        """Leaves in the file. A question that was refused, or came again, has none there."""
        outbox.leaves.on_stored = self.expected.update

    async def find(self, payloads: Payloads | None) -> None:
        """Find those of the last process, once. Words that nothing keeps are deleted. Raises `StorageError`."""
        # A receipt's leaf is pending, and an erasure waits for it.
        if not self._has_found:
            wants = payloads.wants if payloads is not None else _nothing
            if await self.in_outbox(lambda: self._outbox.leaves.forget_openings(wants)):
                # The log has them still. While tickets wait, nothing else empties it.
                await self.in_outbox(self._outbox.empty_log)
            self.expected.update(await self.in_outbox(self._outbox.leaves.ids))
            self._has_found = True

    async def read(self) -> list[NewLeaf]:
        """The next leaves to take over. The file is not read while it is known to have none. Raises `StorageError`."""
        is_due = self._steady() - self._looked >= LOOK_S
        if not self.expected and not is_due:
            return []
        leaves = await self.in_outbox(lambda: self._outbox.leaves.read(MAX_TAKEN))
        if is_due:
            self._looked = self._steady()
            # A commit that failed may have taken effect.
            self.expected.update(leaf.id for leaf in leaves)
        return leaves

    async def delete(self, leaves: Sequence[NewLeaf]) -> None:
        """Delete leaves that a log has. Raises `StorageError`."""
        ids = [leaf.id for leaf in leaves]
        await self.in_outbox(lambda: self._outbox.leaves.delete(ids))
        self.expected.difference_update(ids)

    async def in_outbox(self, work: Callable[[], T]) -> T:
        """What `work` does with the outbox, in its thread."""
        return await in_thread(self._thread, work)


def _nothing(_log: str) -> bool:
    return False
