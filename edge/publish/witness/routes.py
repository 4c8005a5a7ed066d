"""The publisher's route for logs that ask for a cosignature (https://c2sp.org/tlog-witness).

    POST /v1/witness/add-checkpoint   200 with signature lines; 409 with the size that was cosigned last

One thread verifies and writes, so that pushes never wait for it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from aiohttp import web

from edge.errors import Reason, RefusedError, SkerryError
from edge.host import RepeatedLines, get_logger, length_of_body, problem_of, problem_response, read_body
from edge.ledger import MAX_SUBMISSION_BYTES, read_submission
from edge.publish.keys import KeyStore
from edge.publish.witness.witness import (
    OtherSizeError,
    TwoHistoriesError,
    UnknownLogError,
    UnsignedLogError,
    Witness,
)
from edge.wire.publisher import ADD_CHECKPOINT_PATH, TLOG_SIZE

READ_S = 10.0
"""Time limit for a body, which fits a few packets."""

AT_ONCE = 64
"""Submissions in work. Each takes a commit, some milliseconds."""

_log = get_logger()


class WitnessRoutes:
    """The route of one home. `add_to` adds it to an application."""

    def __init__(
        self,
        home: Path,
        keys: KeyStore,
        *,
        now: Callable[[], datetime],
        read_s: float = READ_S,
        at_once: int = AT_ONCE,
    ) -> None:
        self._witness = Witness(home, keys, now=now)
        self._read_s, self._at_once = read_s, at_once
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="witness")
        self._working, self._histories = 0, RepeatedLines()

    def add_to(self, app: web.Application) -> None:
        """Serve the route in `app`."""
        app.router.add_post(f"/{ADD_CHECKPOINT_PATH}", self._post)
        app.on_cleanup.append(self._close)

    async def _post(self, request: web.Request) -> web.Response:
        if self._working >= self._at_once:
            text = f"{self._at_once} checkpoints are being cosigned, expected fewer; try again"
            return problem_response(503, Reason.OVERLOADED, text)
        self._working += 1
        try:
            submission = read_submission(await self._read(request))
            line = await asyncio.get_running_loop().run_in_executor(self._thread, self._witness.cosign, submission)
        except SkerryError as error:
            return self._refusal(error)
        finally:
            self._working -= 1
        return web.Response(text=line, headers={"Cache-Control": "no-store"})

    async def _read(self, request: web.Request) -> bytes:
        return await read_body(request, length_of_body(request, MAX_SUBMISSION_BYTES), within_s=self._read_s)

    def _refusal(self, error: SkerryError) -> web.Response:
        """The status that the specification asks for."""
        match error:
            case OtherSizeError():
                body = f"{error.size}\n".encode()
                return web.Response(status=409, body=body, headers={"Content-Type": TLOG_SIZE})
            case UnknownLogError():
                return problem_response(404, error.reason, error.text, title="the log is not known")
            case UnsignedLogError():
                return problem_response(403, error.reason, error.text, title="the log did not sign the checkpoint")
            case TwoHistoriesError():
                # The signature is good: this is the PoP's own word against its own word.
                left_out = self._histories.left_out(error.reason)
                if left_out is not None:
                    _log.error("log does not go on from what was cosigned", error=error.text, left_out=left_out)
                return problem_response(409 if error.is_other_root else 422, error.reason, error.text)
            case RefusedError():
                return problem_of(error)
        _log.error("checkpoint cannot be cosigned", reason=error.reason, error=error.text)
        return problem_response(503, error.reason, "the witness cannot sign now; try again")

    async def _close(self, _app: web.Application) -> None:
        await asyncio.to_thread(self._thread.shutdown)
