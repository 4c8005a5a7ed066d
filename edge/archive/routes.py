"""The two routes by which PoPs hand closed logs over, at a publisher and at a desk.

    PUT /v1/pops/{name}/logs/{tenant}/{event}                    `ClosedLog`: begin, go on, or ask; `ArchivedLog`
    PUT /v1/pops/{name}/logs/{tenant}/{event}/entries/{number}   a bundle of entries; 204 when it is on the disk

A request is hostile until the PoP's key or token is verified, and a log is until all of it is. Before that, size, time
and number of bodies are limited. One thread does the disk's work, and another one verifies.

Uploads that nobody goes on with are deleted at the start and once an hour.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from aiohttp import web
from nacl.exceptions import BadSignatureError
from nacl.exceptions import TypeError as NaclTypeError
from nacl.exceptions import ValueError as NaclValueError
from nacl.signing import VerifyKey

from edge.archive.intake import LogIntake, Seen
from edge.archive.room import ARCHIVE_BYTES, ArchiveRoom
from edge.archive.upload import is_origin
from edge.errors import DiskFullError, Reason, RefusedError, SkerryError, StorageError
from edge.host import (
    RepeatedLines,
    get_logger,
    json_response,
    length_of_body,
    problem_of,
    problem_response,
    read_body,
    read_record,
)
from edge.records.archive import MAX_BUNDLE_BYTES, MAX_CLOSED_LOG_BYTES, ArchivedLog, ArchiveState, ClosedLog
from edge.wire.archive import ARCHIVE_CONTEXT, bundle_path, log_path, signed_request
from edge.wire.publisher import SIGNATURE_HEADER

KeysOf = Callable[[web.Request], Awaitable[Sequence[bytes]]]
"""The public keys, 32 bytes each, by one of which a PoP must sign; none: its token is enough.

Raises `RefusedError` if the request is not of the PoP in its path.
"""

READ_S = 20.0
"""Time limit for a body: a bundle of a megabyte at half a megabit a second."""

AT_ONCE = 16
"""Bodies in memory at once, until they are on the disk: at most 16 MiB."""

PLACE_S = 10.0
"""How long a request waits for its place: a fleet closes the logs of one event within the same minute."""

BODY_S = PLACE_S + READ_S
"""How long a server must let a body come, from the end of the headers on."""

WAIT_S = 5.0
"""How long a request waits for the verification: an hour's log takes less. Of a longer one the PoP asks again."""

TIDY_S = 3_600.0
"""How often uploads that nobody goes on with are looked for."""

_LOG = "/v1/pops/{name}/logs/{tenant}/{event}"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,11}")
T = TypeVar("T")

_log = get_logger()


class ArchiveRoutes:
    """The routes of the archive in the folder `archive`, whose parent exists. `add_to` adds them to an application."""

    def __init__(
        self,
        archive: Path,
        *,
        keys_of: KeysOf,
        seen: Seen | None = None,
        max_bytes: int = ARCHIVE_BYTES,
        read_s: float = READ_S,
        wait_s: float = WAIT_S,
        at_once: int = AT_ONCE,
        place_s: float = PLACE_S,
        tidy_s: float = TIDY_S,
    ) -> None:
        self._intake = LogIntake(archive, ArchiveRoom(archive, max_bytes), seen=seen)
        self._keys_of, self._read_s, self._wait_s, self._place_s = keys_of, read_s, wait_s, place_s
        self._thread, self._tidy_s = ThreadPoolExecutor(1, thread_name_prefix="archive"), tidy_s
        self._places, self._refusals = asyncio.Semaphore(at_once), RepeatedLines()

    def add_to(self, app: web.Application) -> None:
        """Serve both routes in `app`; what is being verified stops when `app` ends."""
        app.router.add_put(_LOG, self._put_log)
        app.router.add_put(_LOG + "/entries/{number}", self._put_bundle)
        app.cleanup_ctx.append(self._tidying)
        app.on_cleanup.append(self._close)

    async def _put_log(self, request: web.Request) -> web.Response:
        return await self._answered(self._take_log(request))

    async def _put_bundle(self, request: web.Request) -> web.Response:
        return await self._answered(self._take_bundle(request))

    async def _take_log(self, request: web.Request) -> web.Response:
        pop, log = _names(request)
        keys = await self._keys_of(request)
        async with self._place():
            body = await self._read(request, MAX_CLOSED_LOG_BYTES)
            _check_signature(request, keys, log_path(pop, log), body)
            closed = read_record(body, ClosedLog, what="a closed log")

            def put() -> ArchivedLog:
                return self._intake.put_log(pop, log, closed, keys)

            archived = await self._in_thread(put)
        verification = self._intake.verification(pop, log)
        if archived.state is ArchiveState.VERIFYING and verification is not None:
            await asyncio.wait({asyncio.wrap_future(verification)}, timeout=self._wait_s)
            archived = await self._in_thread(put)
        return json_response(archived)

    async def _take_bundle(self, request: web.Request) -> web.Response:
        pop, log = _names(request)
        number = request.match_info["number"]
        if _NUMBER.fullmatch(number) is None:
            raise RefusedError("the last part of the path is no number of a bundle, expected one from 0")
        keys = await self._keys_of(request)
        async with self._place():
            content = await self._read(request, MAX_BUNDLE_BYTES)
            _check_signature(request, keys, bundle_path(pop, log, int(number)), content)
            await self._in_thread(lambda: self._intake.put_bundle(pop, log, int(number), content))
        return web.Response(status=204)

    async def _answered(self, work: Awaitable[web.Response]) -> web.Response:
        try:
            return await work
        except StorageError as error:
            if (left_out := self._refusals.left_out(error.reason)) is not None:
                _log.error("archive cannot be written, PoPs keep their logs", error=error.text, left_out=left_out)
            what = "is full" if isinstance(error, DiskFullError) else "cannot be written"
            return problem_response(503, error.reason, f"the disk of the archive {what}, try again later")
        except SkerryError as error:
            left_out = None if error.reason is Reason.OVERLOADED else self._refusals.left_out(error.reason)
            if left_out is not None:
                text = error.text
                _log.warning("log is not taken into the archive", reason=error.reason, error=text, left_out=left_out)
            return problem_of(error)

    async def _tidying(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._tidy())
        yield
        task.cancel()
        await asyncio.wait({task})

    async def _tidy(self) -> None:
        while True:
            try:
                await self._in_thread(self._intake.delete_abandoned)
            except StorageError as error:
                _log.warning("unfinished uploads cannot be deleted", error=error.text)
            await asyncio.sleep(self._tidy_s)

    async def _read(self, request: web.Request, max_bytes: int) -> bytes:
        return await read_body(request, length_of_body(request, max_bytes), within_s=self._read_s)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of the places for a body in memory. Raises `RefusedError` (`OVERLOADED`) if none becomes free in time."""
        try:
            async with asyncio.timeout(self._place_s):
                await self._places.acquire()
        except TimeoutError as error:
            text = "too many parts of logs are being taken, expected fewer at once; try again"
            raise RefusedError(text, reason=Reason.OVERLOADED) from error
        try:
            yield
        finally:
            self._places.release()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _close(self, _app: web.Application) -> None:
        await asyncio.to_thread(self._thread.shutdown)
        await asyncio.to_thread(self._intake.close)


def _names(request: web.Request) -> tuple[str, str]:
    """The PoP and the log in the path. Raises `RefusedError` for what is no name: it becomes a folder's."""
    pop, log = request.match_info["name"], f"{request.match_info['tenant']}/{request.match_info['event']}"
    if not is_origin(f"{pop}/{log}"):
        text = "no log has this path, expected the names of a PoP, a tenant and an event, with ~2 for its second log"
        raise RefusedError(text, reason=Reason.NOT_FOUND)
    return pop, log


def _check_signature(request: web.Request, keys: Sequence[bytes], path: str, body: bytes) -> None:
    """Raise `RefusedError` unless one of the keys signed the request, or none has to."""
    if not keys:
        return
    try:
        signature = bytes.fromhex(request.headers.get(SIGNATURE_HEADER, ""))
    except ValueError:
        signature = b""
    for key in keys:
        try:
            VerifyKey(key).verify(ARCHIVE_CONTEXT + signed_request(path, body), signature)
        except (BadSignatureError, NaclTypeError, NaclValueError):
            continue
        return
    raise RefusedError(
        f"the request is not signed by the PoP's key, expected that in {SIGNATURE_HEADER}",
        reason=Reason.SIGNATURE_INVALID,
    )
