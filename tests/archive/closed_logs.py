"""Closed logs of PoPs, and what a PoP sends of them."""

from pathlib import Path

from nacl.signing import SigningKey

from edge.archive import ArchiveRoom, LogIntake
from edge.ledger import Checkpoint, NoteKey, commit, countersign
from edge.records.archive import ArchivedLog, ArchiveState, ClosedLog
from edge.records.ledger import LeafKind
from tests.ledger.logs import LogInMemory

POP, LOG = "fra-1", "acme/drop"
ORIGIN = f"{POP}/{LOG}"
LOG_PEN, POP_PEN = SigningKey(b"\x07" * 32), SigningKey(b"\x08" * 32)
"""The key of the PoP's logs, and its own."""
KEY = NoteKey(ORIGIN, bytes(LOG_PEN.verify_key))
POP_KEYS = (bytes(POP_PEN.verify_key),)


def leaf(number: int, kind: LeafKind = LeafKind.DECISION) -> bytes:
    """The leaf of an act."""
    return commit(kind, at_ms=number, salt=number.to_bytes(32, "big")).entry


class ClosedOne:
    """A log of `size` entries, the last of which closes it."""

    def __init__(self, size: int, *, origin: str = ORIGIN, last: LeafKind = LeafKind.CLOSED, first: int = 0) -> None:
        self.log, self.size, self.origin = LogInMemory(), size, origin
        self.log.add(*(leaf(first + number) for number in range(size - 1)), leaf(first + size, last))

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """The log's state, or an earlier one."""
        size = self.size if size is None else size
        return Checkpoint(self.origin, size, self.log.roots[size])

    def note(self, size: int | None = None, pen: SigningKey = LOG_PEN) -> str:
        """A state as the log's key signs it."""
        return self.checkpoint(size).sign(pen)

    def closed(self, *, pop: SigningKey | None = POP_PEN, cosigned: str = "", pen: SigningKey = LOG_PEN) -> ClosedLog:
        """What the PoP says of it. `pop` is its own key; None: it has none."""
        note = self.note(pen=pen)
        if pop is not None:
            by = NoteKey(self.origin, bytes(pop.verify_key))
            note += countersign(self.checkpoint().text, by, lambda text: pop.sign(text).signature)
        return ClosedLog(key=bytes(pen.verify_key).hex(), checkpoint=note, cosigned=cosigned)

    def bundle(self, number: int) -> bytes:
        """A bundle of its entries."""
        names = (f"tile/entries/{number:03}", f"tile/entries/{number:03}.p/{self.size - 256 * number}")
        return next(self.log.files[name] for name in names if name in self.log.files)

    @property
    def bundles(self) -> int:
        """How many it has."""
        return -(-self.size // 256)

    @property
    def files(self) -> dict[str, bytes]:
        """All of its files, by path."""
        return self.log.files


def intake_of(folder: Path, *, max_bytes: int = 2**30, **more: object) -> LogIntake:
    """An archive in a folder."""
    return LogIntake(folder, ArchiveRoom(folder, max_bytes), **more)  # type: ignore[arg-type]


def put_all(intake: LogIntake, one: ClosedOne, closed: ClosedLog | None = None) -> ArchivedLog:
    """Put a whole log, from where it was left, and wait until it is verified."""
    closed = closed or one.closed()
    answer = intake.put_log(POP, LOG, closed, POP_KEYS)
    for number in range(answer.bundles, one.bundles):
        intake.put_bundle(POP, LOG, number, one.bundle(number))
    return until_verified(intake, closed)


def until_verified(intake: LogIntake, closed: ClosedLog) -> ArchivedLog:
    """What is said of a log once it is verified."""
    answer = intake.put_log(POP, LOG, closed, POP_KEYS)
    verification = intake.verification(POP, LOG)
    if answer.state is ArchiveState.VERIFYING and verification is not None:
        verification.exception()
        answer = intake.put_log(POP, LOG, closed, POP_KEYS)
    return answer


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
