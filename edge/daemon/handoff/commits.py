"""Parcels that wait for the disk. Those that arrive together are committed together: a surge needs few disk flushes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from edge.errors import Reason, RefusedError, SkerryError
from edge.store.outbox import Parcel

MAX_BATCH = 256
"""Tickets in one commit: 5 MB at 20 kB each, which a disk writes well within the 15 ms of one flush or two."""

MAX_QUEUE = 4_096
"""Tickets that may wait for the disk: several seconds of a surge, 80 MB. A disk that hangs must not fill memory."""

_Waiting = tuple[tuple[Parcel, ...], "asyncio.Future[None]"]


class CommitQueue:
    """The queue. `put_many` stores parcels in one transaction; `on_commit` is called after each."""

    def __init__(
        self,
        put_many: Callable[[Sequence[Parcel]], Awaitable[None]],
        *,
        on_commit: Callable[[], None],
        max_queue: int,
    ) -> None:
        self._put_many, self._on_commit, self._max_queue = put_many, on_commit, max_queue
        self._waiting: list[_Waiting] = []
        self._uncommitted: set[str] = set()
        self._has_waiting = asyncio.Event()

    def holds(self, prefix: str) -> bool:
        """True if a parcel waits whose id begins with `prefix`."""
        return any(name.startswith(prefix) for name in self._uncommitted)

    async def put(self, *parcels: Parcel) -> None:
        """Store parcels that belong together: all of them or none. Durable on return.

        Raises `RefusedError` (`OVERLOADED`) if too many wait, and what `put_many` raises.
        """
        if len(self._waiting) >= self._max_queue:
            raise RefusedError(
                f"{len(self._waiting)} tickets wait for the disk, expected fewer than {self._max_queue}",
                reason=Reason.OVERLOADED,
            )
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcels, done))
        self._uncommitted.update(parcel.id for parcel in parcels)
        self._has_waiting.set()
        await done

    async def keep(self) -> None:
        """Commit what waits until cancelled. The next batch gathers while one is on its way to the disk."""
        while True:
            await self._has_waiting.wait()
            self._has_waiting.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                await self._commit(batch)
                # After the commit: a delivery that is woken earlier would find nothing and wait for its next look.
                self._on_commit()

    async def flush(self) -> None:
        """Commit what still waits. Call it after `keep` has ended."""
        if self._waiting:
            await self._commit(self._waiting)

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        """Store a batch in one transaction, then let its callers of `put` go on."""
        fault: SkerryError | None = None
        try:
            await self._put_many([parcel for parcels, _ in batch for parcel in parcels])
        except SkerryError as error:
            fault = error
        # The outbox stores a batch whole or not at all. If it is too full for all, some may still fit, in their order.
        if isinstance(fault, RefusedError) and len(batch) > 1:
            for waiting in batch:
                await self._commit([waiting])
            return
        # If the process dies on this line, the tickets are stored and will be delivered; only the response is missing.
        for parcels, done in batch:
            self._uncommitted.difference_update(parcel.id for parcel in parcels)
            # A caller that was cancelled meanwhile has a future that is done; its ticket is stored all the same.
            if done.done():
                continue
            if fault:
                done.set_exception(fault)
            else:
                done.set_result(None)
