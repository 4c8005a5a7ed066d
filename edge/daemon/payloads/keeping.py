"""What the thread of payloads does with their file.

A disk that fails, or a file that cannot be used, costs payloads. Some wait in memory until the disk works again.
"""

import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from edge.config import RetentionSection
from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import DiskFaults, get_logger, ignore
from edge.records.payloads import Erasure
from edge.store.payloads import (
    PAYLOADS_FOLDER,
    NewPayload,
    PayloadBounds,
    PayloadStore,
    erase_old,
    finish_erasures,
)

AT_ONCE = 1_000
"""Payloads in one transaction."""

SURE_AFTER_S = 3_600.0
"""Nothing is erased for its age before the clock went evenly for so long. A machine that starts a year ahead has the
right time within minutes, and what was erased by then would be gone."""

MAX_STEP_S = 60.0
"""A clock that is kept by NTP never moves by so much at once."""

_KEEP, _SWEEP = "keep", "sweep"
"""Ways in which the file is used: one may fail while the other works."""


class PayloadFile:
    """The file of payloads below `state_dir`. All of it is for one thread, but for `fault` and `lost`."""

    def __init__(
        self,
        state_dir: Path,
        *,
        config: RetentionSection,
        now: Callable[[], datetime],
        on_lost: Callable[[int], object] = ignore,
        sure_after_s: float = SURE_AFTER_S,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`on_lost` is called with how many payloads were lost. `steady` gives seconds of a clock that nobody sets."""
        self._sure_after_s, self._steady = sure_after_s, steady
        self._ahead_s, self._sure_at = float("-inf"), 0.0
        self._state_dir, self._config, self._now, self._on_lost = state_dir, config, now, on_lost
        self._store: PayloadStore | None = None
        self._useless = dict[str, bytes]()
        """By tenant: the sealing key of which it was said that it cannot be used."""
        self._told = 0
        self.lost = 0
        """Payloads that this process could not keep."""
        self._log, self._faults = get_logger(), DiskFaults()

    @property
    def fault(self) -> StorageError | None:
        """Why payloads cannot be kept or erased; None if they can."""
        return self._faults.fault

    def is_there(self) -> bool:
        """False if no tenant here has had a sealing key: then no file is made, and none is in memory."""
        return self._store is not None or os.path.lexists(self._state_dir / PAYLOADS_FOLDER)

    def opened(self) -> PayloadStore:
        """The store. Raises `StorageError`."""
        if self._store is None:
            bounds = PayloadBounds(quiet_s=self._config.quiet_s, max_bytes=self._config.max_bytes)
            try:
                self._store = PayloadStore(self._state_dir, bounds=bounds)
            except ConfigError as error:
                # The PoP was started without it, and goes on without it.
                raise StorageError(error.text) from error
            if (aside := self._store.set_aside) is not None:
                self._log.error("payloads are damaged and set aside, erasures do not reach them", kept_at=str(aside))
        return self._store

    def keep(self, new: Sequence[tuple[NewPayload, bytes]]) -> int:
        """Keep payloads, each for the tenant with this sealing key. Returns how many are lost.

        They are durable on return, or wait in memory for a disk that fails.
        """
        try:
            store = self.opened()
        except StorageError as error:
            self.note_fault(error, _KEEP)
            return len(new)
        useless = 0
        for number, (payload, public) in enumerate(new, 1):
            try:
                store.keep(payload, public)
            except RefusedError as error:
                useless += 1
                self._note_useless(payload.tenant, public, error)
            if number % AT_ONCE == 0:
                self._write(store)
        self._write(store)
        return useless + _taken(store)

    def sweep(self) -> Erasure:
        """Write what waits, drop quiet keys, and erase what is over, if the clock is sure. Raises `StorageError`."""
        self._tell_lost()
        store = self.opened()
        self._write(store)
        self.note_lost(_taken(store))
        now = self._now().timestamp()
        store.drop_quiet_keys(now)
        finish_erasures(store)
        if not self._is_sure_of(now):
            return Erasure(keys=0, payloads=0)
        return erase_old(store, self._config.kept_s, now=now)

    def _is_sure_of(self, now: float) -> bool:
        """True if the clock that says `now` was not set for a while."""
        steady = self._steady()
        if abs(now - steady - self._ahead_s) > MAX_STEP_S:
            self._ahead_s, self._sure_at = now - steady, steady + self._sure_after_s
        return steady >= self._sure_at

    def close(self) -> None:
        """Write what waits, and close the store. Idempotent."""
        if self._store is not None:
            self._write(self._store)
            self._store.leave_out_waiting()
            self.note_lost(_taken(self._store))
            self._tell_lost()
            self._store.close()
            self._store = None

    def note_lost(self, count: int) -> None:
        """Count payloads of leaves that a log has now."""
        self.lost += count
        self._on_lost(count)

    def note_fault(self, error: StorageError, way: str = _SWEEP) -> None:
        """Note why payloads cannot be kept, or erased. One line is logged of each kind of fault."""
        left_out = self._faults.failed(error, way=way)
        if left_out is not None:
            self._log.error("payloads cannot be kept or erased", error=error.text, left_out=left_out)

    def note_success(self, way: str = _SWEEP) -> None:
        """Note that it works."""
        if self._faults.succeeded(way=way):
            self._log.info("payloads can be kept and erased again")

    def _write(self, store: PayloadStore) -> None:
        try:
            # With nothing to write, nothing says that the disk works again.
            if not store.write() and self._faults.is_failing(_KEEP):
                store.check_room()
        except StorageError as error:
            self.note_fault(error, _KEEP)
            return
        self.note_success(_KEEP)

    def _note_useless(self, tenant: str, public: bytes, error: RefusedError) -> None:
        if self._useless.get(tenant) != public:
            self._useless[tenant] = public
            self._log.warning("sealing key cannot be used, payloads are not kept", tenant=tenant, error=error.text)

    def _tell_lost(self) -> None:
        lost, self._told = self.lost - self._told, self.lost
        if lost:
            self._log.warning("payloads were lost, their leaves have commitments alone", lost=lost)


def _taken(store: PayloadStore) -> int:
    """How many payloads the store left out since it was asked last."""
    left_out, store.left_out = store.left_out, 0
    return left_out
