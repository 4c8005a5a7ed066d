"""Takes closed logs of PoPs into an archive: piece by piece, and only as what their checkpoint says.

A PoP deletes its own log when it hears `kept`, which is said of a folder that has its name: all of it was verified then
and is on the disk. What is on its way survives a restart of either side; what is not the log that it should be is
deleted, and may come again.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from edge.archive.leftovers import UNFINISHED_S, abandoned, half_deleted
from edge.archive.room import ArchiveRoom
from edge.archive.signed import opened, signed, state_in
from edge.archive.upload import LogFolder, bundle, bundles_of
from edge.archive.whole import complete
from edge.errors import BrokenRuleError, Reason, RefusedError, SkerryError, StorageError
from edge.host import get_logger, make_folder
from edge.ledger import Checkpoint, NoteKey, from_bundle
from edge.records.archive import ArchivedLog, ArchiveState, ClosedLog

Seen = Callable[[str, str], Checkpoint | None]
"""Says which state of a log, by its name and its PoP, was cosigned here last; None: none was."""

MAX_UPLOADS = 1_000
"""Logs on their way that are remembered. One that was forgotten goes on when its PoP asks again."""

_HASHES_BYTES = 8_192
"""The hashes of a bundle's entries. Those above them take a 256th of it."""

_log = get_logger()


@dataclass
class _Upload:
    """A log on its way."""

    folder: LogFolder
    checkpoint: Checkpoint
    key: NoteKey
    pop: str
    earlier: tuple[Checkpoint, ...]
    bundles: int
    verification: Future[SkerryError | None] | None = None

    @property
    def total(self) -> int:
        """How many bundles it has when it is whole."""
        return bundles_of(self.checkpoint.size)

    def as_(self, state: ArchiveState) -> ArchivedLog:
        """What its PoP is told."""
        checkpoint = self.checkpoint
        return ArchivedLog(state=state, bundles=self.bundles, size=checkpoint.size, root=checkpoint.root.hex())


class LogIntake:
    """The archive in the folder `archive`, whose parent exists. Blocking; one thread calls its methods.

    `seen` is what this process knows of a log as a witness. Every method raises `StorageError` if the disk fails.
    """

    def __init__(
        self,
        archive: Path,
        room: ArchiveRoom,
        *,
        seen: Seen | None = None,
        max_uploads: int = MAX_UPLOADS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._archive, self._room, self._seen, self._max_uploads = archive, room, seen, max_uploads
        self._clock = clock
        self._uploads = dict[str, _Upload]()
        self._verifier = ThreadPoolExecutor(1, thread_name_prefix="archive-verify")
        self._stopping = Event()

    def put_log(self, pop: str, log: str, closed: ClosedLog, keys: Sequence[bytes]) -> ArchivedLog:
        """Begin to take a log, go on, or say what became of it. `log` is `TENANT/EVENT`, checked to be names.

        `keys` are those of the PoP, one of which must have signed the checkpoint; none: its own key is enough.
        Raises `RefusedError` if the log is not what it should be; it may be put again.
        """
        key = NoteKey(f"{pop}/{log}", bytes.fromhex(closed.key))
        checkpoint = signed(closed, key, keys)
        upload = self._uploads.get(key.name)
        if upload is not None and upload.verification is not None:
            if (upload.checkpoint, upload.key) == (checkpoint, key):
                return self._outcome(upload, upload.verification)
            if not upload.verification.done():
                raise RefusedError(f"another log {key.name} is being verified, try again", reason=Reason.OVERLOADED)
        return self._begin(pop, checkpoint, key, closed)

    def put_bundle(self, pop: str, log: str, number: int, content: bytes) -> None:
        """Keep the next bundle of entries. One that is here already is passed over.

        Raises `RefusedError` if the log is not on its way, the bundle is not the next one, has another form, or there
        is no room for it.
        """
        upload = self._uploads.get(f"{pop}/{log}")
        if upload is None:
            raise RefusedError("this log is not on its way here, put the log first", reason=Reason.CONTRADICTORY)
        if number < upload.bundles:
            return
        if number > upload.bundles or number >= upload.total:
            text = f"bundle {number} of {upload.total} came, expected {upload.bundles}, the next one"
            raise RefusedError(text, reason=Reason.CONTRADICTORY)
        tile = bundle(number, upload.checkpoint.size)
        try:
            from_bundle(content, tile.width)
        except RefusedError as error:
            raise BrokenRuleError(error.text, reason=error.reason) from error
        self._room.take(pop, len(content) + _HASHES_BYTES)
        upload.folder.write(tile, content)
        upload.bundles += 1

    def verification(self, pop: str, log: str) -> Future[SkerryError | None] | None:
        """Ends when the log is verified, or is not; None: it is not being verified. Any thread may ask."""
        upload = self._uploads.get(f"{pop}/{log}")
        return upload.verification if upload is not None else None

    def delete_abandoned(self) -> None:
        """Delete logs on their way of which nothing came for `UNFINISHED_S`: a PoP that returns begins again.

        One that cannot be deleted does not keep the others: its `StorageError` is raised at the end.
        """
        archive, faults = self._archive, list[StorageError]()
        deletions: list[Callable[[], None]] = [LogFolder(archive, name).delete_gone for name in half_deleted(archive)]
        old = abandoned(archive, before=self._clock() - UNFINISHED_S)
        deletions += [partial(self._give_up, name) for name in old]
        for delete in deletions:
            try:
                delete()
            except StorageError as error:
                faults.append(error)
        if faults:
            raise faults[0]

    def close(self) -> None:
        """Stop what is being verified: it begins again when its PoP asks. Idempotent."""
        self._stopping.set()
        self._verifier.shutdown()

    def _begin(self, pop: str, checkpoint: Checkpoint, key: NoteKey, closed: ClosedLog) -> ArchivedLog:
        folder = LogFolder(self._archive, key.name)
        upload = _Upload(folder, checkpoint, key, pop, (), bundles_of(checkpoint.size))
        if (kept := folder.kept()) is not None:
            if state_in(kept) == checkpoint:
                return upload.as_(ArchiveState.KEPT)
            raise RefusedError(
                f"the archive has another log {key.name}; its operator moves that one away, so that both are kept",
                reason=Reason.CONTRADICTORY,
            )
        upload.earlier = self._earlier(pop, checkpoint, key, closed)
        make_folder(self._archive, mode=0o700)
        self._room.take(pop, len(closed.checkpoint) + len(closed.cosigned))
        begun = folder.begun()
        if begun is not None and (state_in(begun[0]), begun[1]) != (checkpoint, key.text):
            folder.discard()
        folder.begin(closed, key)
        upload.bundles = folder.bundles(checkpoint.size)
        self._remember(upload)
        if upload.bundles < upload.total:
            return upload.as_(ArchiveState.RECEIVING)
        upload.verification = self._verifier.submit(self._verify, upload)
        return upload.as_(ArchiveState.VERIFYING)

    def _give_up(self, name: str) -> None:
        upload = self._uploads.get(name)
        if upload is not None and upload.verification is not None and not upload.verification.done():
            return
        # Before the disk: no bundle may come for what is not there.
        self._uploads.pop(name, None)
        LogFolder(self._archive, name).discard()
        _log.info("unfinished upload is deleted", log=name)

    def _earlier(self, pop: str, checkpoint: Checkpoint, key: NoteKey, closed: ClosedLog) -> tuple[Checkpoint, ...]:
        """States of the log with which it must begin. Raises `RefusedError` if it is older than one of them."""
        seen = self._seen(key.name, pop) if self._seen is not None else None
        cosigned = opened(closed.cosigned, key) if closed.cosigned else None
        earlier = tuple(one for one in (seen, cosigned) if one is not None)
        for one in earlier:
            if one.size > checkpoint.size:
                raise BrokenRuleError(
                    f"log {key.name} has {checkpoint.size} entries, expected the {one.size} that were cosigned",
                    reason=Reason.ROLLBACK,
                )
        return earlier

    def _outcome(self, upload: _Upload, verification: Future[SkerryError | None]) -> ArchivedLog:
        if not verification.done():
            return upload.as_(ArchiveState.VERIFYING)
        self._uploads.pop(upload.key.name)
        error = verification.result()
        if error is None:
            return upload.as_(ArchiveState.KEPT)
        if isinstance(error, RefusedError):
            # What is here is not the log: if it was damaged on the way, it may come again.
            upload.folder.discard()
            raise BrokenRuleError(error.text, reason=error.reason)
        raise error

    def _verify(self, upload: _Upload) -> SkerryError | None:
        """Why the log is not taken; None if it is. In the verifier's thread."""
        try:
            complete(upload.folder, upload.checkpoint, earlier=upload.earlier, on_bundle=self._go_on)
            upload.folder.finish()
        except (RefusedError, StorageError) as error:
            return error
        _log.info("log is taken into the archive", pop=upload.pop, log=upload.key.name, size=upload.checkpoint.size)
        return None

    def _go_on(self, _number: int) -> None:
        if self._stopping.is_set():
            raise StorageError("the archive is being closed, try again")

    def _remember(self, upload: _Upload) -> None:
        self._uploads.pop(upload.key.name, None)
        self._uploads[upload.key.name] = upload
        idle = [name for name, one in self._uploads.items() if one.verification is None or one.verification.done()]
        for name in idle[: max(0, len(self._uploads) - self._max_uploads)]:
            del self._uploads[name]
