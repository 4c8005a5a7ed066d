"""Closes the logs of events that are over, and moves them to the archive, with what a witness cosigned.

**Crashes.** A log is deleted here only after all of it was verified in the archive. Each step before that can be
repeated, and the next start does so. What is deleted in part is marked as archived before, and never archived again.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from edge.config import PopConfig
from edge.daemon.ledger.ledger import Ledger
from edge.daemon.ledger.payloads import log_of
from edge.daemon.ledger.seams import Archive
from edge.daemon.sync import PopShelf
from edge.daemon.telemetry import LedgerMetrics
from edge.errors import Cause, RefusedError, SkerryError, StorageError, UnreachableError, cause_of
from edge.host import Silence, get_logger
from edge.ledger import NoteKey, open_checkpoint
from edge.records import IslandState
from edge.store.ledger import LogState, StoredLog

INTERVAL_S = 60.0
"""How often it is looked whether an event is over."""

LONGEST_PAUSE_S = 3_600.0
"""Time between two attempts to archive a log that cannot be archived. The first pause is that between two looks."""

COSIGN_WAIT_S = 86_400.0
"""How long a closed log waits for the witness to cosign its last state: a day, in which a witness that is down is
noticed. Then it is archived without."""

_SILENT = frozenset(Cause) - {Cause.STATUS, Cause.CONFLICT, Cause.STRANGE_ANSWER, Cause.TOKEN_REFUSED}
"""No answer came: another log would wait for one as long."""

_OVER = frozenset({IslandState.EXPIRED, IslandState.WITHDRAWN})


def events_served(shelf: PopShelf, now: datetime) -> frozenset[str]:
    """The events that have an island which may still be served, as `TENANT/EVENT`."""
    return frozenset(
        log_of(str(slot.name), slot.entry)
        for slot in shelf.slots.values()
        if shelf.status_of(slot, now).state not in _OVER
    )


class LogEndings:
    """Looks after the logs of one PoP. `archive` is where they go; None: they stay here.

    `cosigned` reads what a witness cosigned last of a log, by the log's origin, from the disk; None: no witness is
    asked.
    """

    def __init__(
        self,
        *,
        config: PopConfig,
        ledger: Ledger,
        shelf: Callable[[], PopShelf],
        now: Callable[[], datetime],
        metrics: LedgerMetrics,
        archive: Archive | None = None,
        cosigned: Callable[[str], str | None] | None = None,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._close_after_s, self._ledger = config.ledger.close_after_s, ledger
        self._archive, self._metrics = archive, metrics
        self._shelf, self._now, self._cosigned, self._interval_s = shelf, now, cosigned, interval_s
        self._pauses = dict[str, tuple[float, float]]()
        """Of a log that cannot be archived: when it is tried again (Unix seconds), and how long the pause is then."""
        self._removed = set[str]()
        """Logs of which nothing is left here. After a start it is looked once more."""
        self._log, self._silence = get_logger(), Silence()

    async def keep(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(self._interval_s)
            await self.look()

    async def look(self) -> None:
        """Close what is over, and archive what is closed. A disk that fails is tried again with the next look."""
        try:
            logs = await self._ledger.writer.read(lambda store: store.logs())
            public = await self._ledger.writer.read(lambda store: store.public)
        except StorageError:
            # The writer has said so.
            return
        now = self._now()
        served = events_served(self._shelf(), now)
        for log in logs:
            event = log.name.partition("~")[0]
            is_quiet = now.timestamp() - log.written >= self._close_after_s
            if log.state is LogState.OPEN and is_quiet and event not in served:
                self._ledger.writer.close_log(event)
        # After all are closed: an archive that does not answer takes half a minute. It is asked once in a look.
        silent = set[str]()
        for log in logs:
            if log.state is LogState.CLOSED and self._archive is not None:
                place = self._archive.place(log)
                if place in silent:
                    continue
                cause = await self._move(log, NoteKey(log.origin, public), self._archive, now=now.timestamp())
                if cause in _SILENT:
                    silent.add(place)
            elif log.state is LogState.ARCHIVED and log.name not in self._removed:
                await self._remove(log)

    async def _move(self, log: StoredLog, key: NoteKey, archive: Archive, *, now: float) -> Cause | None:
        """What kept the archive from answering; None if it answered, or was not asked."""
        due, pause_s = self._pauses.get(log.name, (now, self._interval_s))
        # A clock that was set back must not keep it from being tried.
        if now < due <= now + LONGEST_PAUSE_S:
            return None
        try:
            note, is_last = await self._seen(log, key)
            if not is_last and now - log.written < COSIGN_WAIT_S:
                return None
            if not await archive.keep(log, key, note):
                # All of it is there, and is being verified: the next look asks again.
                return None
        except (StorageError, RefusedError, UnreachableError) as error:
            # From now on: an attempt may take longer than its pause.
            self._pauses[log.name] = self._now().timestamp() + pause_s, min(2 * pause_s, LONGEST_PAUSE_S)
            self._note_failure(log, error)
            return error.cause if isinstance(error, UnreachableError) else None
        if not is_last:
            self._log.warning("a log is archived without a witness's signature of its last state", log=log.name)
        self._metrics.archived.labels("ok").inc()
        self._silence.succeeded(way=log.name)
        self._pauses.pop(log.name, None)
        await self._remove(log)
        return None

    def _note_failure(self, log: StoredLog, error: SkerryError) -> None:
        self._metrics.archived.labels(error.reason).inc()
        left_out = self._silence.failed((type(error).__name__, error.reason, cause_of(error)), way=log.name)
        if left_out is None:
            return
        if isinstance(error, UnreachableError):
            self._log.warning("the archive cannot be reached, a log stays here", log=log.name, error=error.text)
        else:
            self._log.error("a log cannot be archived, it stays here", log=log.name, error=error.text)

    async def _seen(self, log: StoredLog, key: NoteKey) -> tuple[str, bool]:
        """What a witness cosigned of the log, or nothing, and whether there is no more to wait for."""
        if self._cosigned is None:
            return "", True
        try:
            note = await asyncio.to_thread(self._cosigned, log.origin) or ""
            return note, open_checkpoint(note, key).checkpoint.size == log.size
        except (RefusedError, StorageError):
            # None yet, that of a ledger which was set aside, or a damaged one: the next one takes its place.
            return "", False

    async def _remove(self, log: StoredLog) -> None:
        try:
            await self._ledger.writer.remove(log.name)
        except StorageError as error:
            self._log.warning("a log is in the archive and cannot be deleted here", log=log.name, error=error.text)
            return
        self._removed.add(log.name)
        self._log.info("log archived", log=log.name, size=log.size)
