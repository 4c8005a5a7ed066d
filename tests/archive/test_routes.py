"""The archive over HTTP: who may put a log, and what becomes of requests that are wrong."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from edge.archive import ArchiveRoom, ArchiveRoutes
from edge.errors import DiskFullError
from edge.records import Problem
from edge.records.archive import MAX_BUNDLE_BYTES, MAX_CLOSED_LOG_BYTES, ArchivedLog, ArchiveState
from edge.trust import PopSigner
from edge.wire.archive import ARCHIVE_CONTEXT, ArchiveClient, signed_request
from tests.archive.closed_logs import LOG, POP, POP_KEYS, POP_PEN, ClosedOne, files_in

PATH = f"/v1/pops/{POP}/logs/{LOG}"
SIGNER = PopSigner(bytes(POP_PEN))


class Served:
    """An archive, and a caller."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session
        self.client = ArchiveClient(session, url, pop=POP, sign=SIGNER.sign_as)

    async def put(self, path: str, body: Any, *, signed: str | None = None, **headers: str) -> tuple[int, Problem]:
        """Status and problem of a request; `signed` is the path that is signed."""
        if isinstance(body, bytes):
            proof = SIGNER.sign_as(ARCHIVE_CONTEXT, signed_request(signed or path, body)).hex()
            headers = {"Skerry-Pop-Signature": proof} | headers
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        async with self.session.put(self.url + path, data=data, headers=headers) as response:
            return response.status, msgspec.json.decode(await response.read(), type=Problem)


@contextlib.asynccontextmanager
async def serving(folder: Path, keys: Sequence[bytes] = POP_KEYS, **settings: Any) -> AsyncIterator[Served]:
    """Serve an archive."""

    async def keys_of(_request: web.Request) -> Sequence[bytes]:
        return keys

    app = web.Application(client_max_size=1024)
    ArchiveRoutes(folder / "archive", keys_of=keys_of, **settings).add_to(app)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Served(str(server.make_url("")).rstrip("/"), session)


async def put_all(served: Served, one: ClosedOne) -> ArchivedLog:
    """Put a log."""
    closed = one.closed()
    answer = await served.client.put_log(LOG, closed)
    for number in range(answer.bundles, one.bundles):
        await served.client.put_bundle(LOG, number, one.bundle(number))
    return await served.client.put_log(LOG, closed)


@pytest.mark.parametrize("keys", [POP_KEYS, ()], ids=["by its key", "by its token"])
async def test_log_is_kept(tmp_path: Path, keys: Sequence[bytes]) -> None:
    """The last request waits for the verification."""
    with capture_logs() as lines:
        async with serving(tmp_path, keys) as served:
            answer = await put_all(served, ClosedOne(300))

    assert ArchiveState.KEPT is answer.state
    assert [("log is taken into the archive", 300)] == [(line["event"], line["size"]) for line in lines]


async def test_log_that_takes_long(tmp_path: Path) -> None:
    """The answer does not wait for it: the PoP asks again."""
    async with serving(tmp_path, wait_s=0.0) as served:
        states = {(await put_all(served, ClosedOne(600))).state}
        while ArchiveState.KEPT not in states:
            states.add((await served.client.put_log(LOG, ClosedOne(600).closed())).state)

    assert states <= {ArchiveState.KEPT, ArchiveState.VERIFYING}


NAMES = {
    "a folder above": "/v1/pops/fra-1/logs/../../etc",
    "a folder above, encoded": "/v1/pops/fra-1/logs/acme/%2e%2e%2fx",
    "a slash": "/v1/pops/fra-1/logs/acme/a%2Fb",
    "a dot": "/v1/pops/fra-1/logs/acme/drop.new",
    "an event of no tenant": "/v1/pops/fra-1/logs/_/drop",
    "a capital": "/v1/pops/fra-1/logs/acme/Drop",
    "no number": "/v1/pops/fra-1/logs/acme/drop~0",
    "a zero byte": "/v1/pops/fra-1/logs/acme/dr%00op",
    "a PoP that is none": "/v1/pops/..%2f/logs/acme/drop",
    "a long one": f"/v1/pops/fra-1/logs/acme/{'a' * 64}",
}


@pytest.mark.parametrize("path", NAMES.values(), ids=NAMES)
async def test_names_become_no_other_folders(tmp_path: Path, path: str) -> None:
    """They are refused before the body is read."""
    async with serving(tmp_path) as served, served.session.put(served.url + path, data=b"x") as response:
        status = response.status

    assert 404 == status
    assert {} == await asyncio.to_thread(files_in, tmp_path)


@pytest.mark.parametrize("log", ["acme/_", "acme/drop~2", "acme/_~17", "_/_", "_/_~2"])
async def test_names_of_later_logs(tmp_path: Path, log: str) -> None:
    """They are names: a log without an event, one without a tenant, and the second one of an event."""
    one = ClosedOne(3, origin=f"{POP}/{log}")
    async with serving(tmp_path) as served:
        answer = await served.client.put_log(log, one.closed())

    assert ArchiveState.RECEIVING is answer.state


async def test_requests_that_the_pop_did_not_sign(tmp_path: Path) -> None:
    """Without a signature, with that of another request, with one that is no hexadecimal: 401, and nothing is kept."""
    body = msgspec.json.encode(ClosedOne(3).closed())
    async with serving(tmp_path) as served:
        found = [
            await served.put(PATH, body, signed=f"{PATH}~2"),
            await served.put(PATH, body, **{"Skerry-Pop-Signature": ""}),
            await served.put(PATH, body, **{"Skerry-Pop-Signature": "zz"}),
            await served.put(f"{PATH}/entries/0", b"x", signed=PATH),
        ]

    text = "the request is not signed by the PoP's key, expected that in Skerry-Pop-Signature"
    assert [(401, "signature_invalid", text)] * 4 == [(status, one.reason, one.detail) for status, one in found]
    assert {} == await asyncio.to_thread(files_in, tmp_path)


async def chunks() -> AsyncIterator[bytes]:
    """A body whose length nobody says."""
    yield b"x"


BODIES: dict[str, tuple[str, Any, int, str, str]] = {
    "too large": (PATH, b" " * (MAX_CLOSED_LOG_BYTES + 1), 413, "too_large", "expected at most 65536"),
    "a bundle that is too large": (f"{PATH}/entries/0", b" " * (MAX_BUNDLE_BYTES + 1), 413, "too_large", "1048576"),
    "of no length": (PATH, chunks, 400, "malformed", "expected Content-Length"),
    "no JSON": (PATH, b"\xff", 400, "malformed", "the body is not a closed log"),
    "without a key": (PATH, b'{"checkpoint": "x"}', 400, "malformed", "missing required field `key`"),
    "a key that is none": (PATH, b'{"key": "abc", "checkpoint": "x"}', 400, "malformed", "not a closed log"),
    "a bundle without a log": (f"{PATH}/entries/0", b"", 409, "contradictory", "put the log first"),
    "a bundle without a number": (f"{PATH}/entries/x", b"", 400, "malformed", "is no number of a bundle"),
    "a checkpoint that is none": (
        PATH,
        b'{"key": "%s", "checkpoint": "x"}' % (b"0" * 64),
        422,
        "malformed",
        "note",
    ),
}


@pytest.mark.parametrize(("path", "body", "status", "reason", "text"), BODIES.values(), ids=BODIES)
async def test_bodies_that_are_refused(
    tmp_path: Path, path: str, body: Any, status: int, reason: str, text: str
) -> None:
    """Each with its reason, and a line in the log."""
    with capture_logs() as lines:
        async with serving(tmp_path) as served:
            found, problem = await served.put(path, body() if callable(body) else body)

    assert (status, reason) == (found, problem.reason)
    assert text in problem.detail
    assert [("log is not taken into the archive", reason)] == [(line["event"], line["reason"]) for line in lines]


async def test_body_that_does_not_end(tmp_path: Path) -> None:
    """It is ended, and frees its place for others; while all places are taken, others are told to come again."""
    async with serving(tmp_path, read_s=0.5, at_once=1, place_s=0.01) as served:
        host, _, port = served.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"PUT {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx".encode())
        found = set[tuple[int, str]]()
        while (503, "overloaded") not in found:
            status, problem = await served.put(PATH, b"{}")
            found.add((status, problem.reason))
        first = await asyncio.wait_for(reader.readline(), timeout=20)
        writer.close()
        status, problem = await served.put(PATH, b"{}")

    assert b"HTTP/1.1 400 Bad Request\r\n" == first
    assert (400, "malformed") == (status, problem.reason)


async def test_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PoP is told, without a path of this machine; the log here has it."""

    def full(_room: ArchiveRoom, _pop: str, _size: int) -> None:
        raise DiskFullError(f"{tmp_path} has 7 bytes left")

    monkeypatch.setattr(ArchiveRoom, "take", full)
    with capture_logs() as lines:
        async with serving(tmp_path) as served:
            status, problem = await served.put(PATH, msgspec.json.encode(ClosedOne(3).closed()))

    assert (503, "storage") == (status, problem.reason)
    assert "the disk of the archive is full, try again later" == problem.detail
    assert ["archive cannot be written, PoPs keep their logs"] == [line["event"] for line in lines]
