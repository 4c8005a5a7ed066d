"""Shows every log's newest checkpoint to the witness, and keeps what it cosigned.

Nothing waits for it: while the witness is down, refuses or lies, logs grow as before, and that is one line in the log,
a metric and a word of `/readyz`. A witness is believed by its key alone.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Protocol

from edge.daemon.ledger import Witnessed
from edge.daemon.telemetry import WitnessMetrics
from edge.errors import Cause, Reason, RefusedError, SkerryError, UnreachableError, cause_of
from edge.host import Silence, get_logger
from edge.ledger import Checkpoint, NoteKey, Submission, countersign, open_note, read_checkpoint
from edge.trust import PopSigner
from edge.wire.publisher import OtherSize, WitnessClient

_MAX_LINES = 100


class WitnessedLogs(Protocol):
    """The logs of this PoP, as a witness is shown them. Every method raises `StorageError` if the disk fails.

    Those of one log raise `RefusedError` if it was moved to the archive meanwhile.
    """

    async def origins(self) -> Sequence[str]:
        """The names of all logs that have a checkpoint."""

    async def checkpoint(self, origin: str) -> str:
        """The newest checkpoint of a log, a signed note."""

    async def consistency(self, origin: str, before: int, after: int) -> Sequence[bytes]:
        """The proof that the log of `after` leaves begins with that of `before`, at most its newest size."""

    async def cosigned(self, origin: str, note: str) -> None:
        """Keep a checkpoint with a verified cosignature. Durable on return."""


class Witnessing:
    """Shows the logs of one PoP to one witness. `keep` runs as one task until cancelled.

    `signer` has the PoP's key, by which the witness knows this PoP: it signs what is shown, next to the log's own key.
    """

    def __init__(
        self,
        logs: WitnessedLogs,
        client: WitnessClient,
        *,
        witness: NoteKey,
        signer: PopSigner,
        interval_s: float,
        metrics: WitnessMetrics,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._logs, self._client, self._witness, self._signer = logs, client, witness, signer
        self._interval_s, self._metrics, self._jitter = interval_s, metrics, jitter
        self._cosigned: dict[str, int] = {}
        self.seen = Witnessed("unknown")
        """How the last look ended."""
        self._trouble: SkerryError | None = None
        self._log, self._silence = get_logger(), Silence()

    async def keep(self) -> None:
        """Look at the logs within every `interval_s`, with jitter: a fleet does not ask at one moment."""
        while True:
            await asyncio.sleep(self._interval_s * self._jitter())
            await self.look()

    async def look(self) -> None:
        """Show each log that has changed. A failure is tried again with the next look."""
        behind, self._trouble = 0, None
        try:
            for origin in await self._logs.origins():
                behind += not await self._show(origin)
        except SkerryError as error:
            # Of the witness as a whole, or of the disk: the other logs would fail as well.
            self._note_failure(error, way="")
            behind += 1
        else:
            self._note_success("")
        self._metrics.behind.set(behind)
        self.seen = _seen(self._trouble)

    async def _show(self, origin: str) -> bool:
        """True if the log's newest state is cosigned, or it is not here. Raises `UnreachableError`, `StorageError`."""
        try:
            return await self._cosign(origin)
        except RefusedError as error:
            if origin not in await self._logs.origins():
                # It was moved to the archive meanwhile.
                return True
            self._note_failure(error, way=origin)
            return False

    async def _cosign(self, origin: str) -> bool:
        """Have the log's newest state cosigned. Raises `RefusedError`, and as `_show`."""
        note = await self._logs.checkpoint(origin)
        text = note.rpartition("\n\n")[0] + "\n"
        checkpoint = read_checkpoint(text)
        if self._cosigned.get(origin) == checkpoint.size:
            return True
        own = NoteKey(origin, self._signer.public)
        signed = note + countersign(text, own, self._signer.sign_note)
        line = self._believed(text, await self._ask(checkpoint, signed))
        await self._logs.cosigned(origin, signed + line)
        self._cosigned[origin] = checkpoint.size
        self._metrics.posts.labels("ok").inc()
        self._note_success(origin)
        return True

    async def _ask(self, checkpoint: Checkpoint, signed: str) -> str:
        origin, size = checkpoint.origin, checkpoint.size
        before = self._cosigned.get(origin, 0)
        # Twice at most: the first answer may say what the witness saw last, as after a restart of this PoP.
        for _ in range(2):
            proof = tuple(await self._logs.consistency(origin, before, size))
            answer = await self._client.add_checkpoint(Submission(before, proof, signed).body)
            if not isinstance(answer, OtherSize):
                return answer
            if answer.size > size:
                text = f"the witness cosigned {answer.size} leaves of {origin}, and this PoP has {size}: it lost some"
                raise RefusedError(text, reason=Reason.ROLLBACK)
            before = answer.size
        raise UnreachableError("the witness names another size each time, expected the same", cause=Cause.CONFLICT)

    def _believed(self, text: str, lines: str) -> str:
        """The witness's line among those that came. Raises `RefusedError` if there is none, or if it is not good."""
        for line in lines.splitlines(keepends=True)[:_MAX_LINES]:
            if line.startswith(f"\N{EM DASH} {self._witness.name} "):
                open_note(f"{text}\n{line}", [self._witness])
                return line
        raise RefusedError(
            f"the witness answered without a signature of {self._witness.name}", reason=Reason.SIGNATURE_INVALID
        )

    def _note_failure(self, error: SkerryError, *, way: str) -> None:
        self._trouble = self._trouble or error
        self._metrics.posts.labels(error.reason).inc()
        left_out = self._silence.failed((error.reason, cause_of(error)), way=way)
        if left_out is not None:
            self._log.warning(
                "logs are not cosigned", log=way or None, reason=error.reason, error=error.text, left_out=left_out
            )

    def _note_success(self, way: str) -> None:
        if self._silence.succeeded(way=way):
            self._log.info("logs are cosigned again")


def _seen(trouble: SkerryError | None) -> Witnessed:
    """How a look ended, by what went wrong first."""
    match trouble:
        case None:
            return Witnessed("ok")
        case RefusedError():
            return Witnessed("refused", trouble)
        case UnreachableError():
            return Witnessed("silent", trouble)
        case _:
            return Witnessed("behind", trouble)
