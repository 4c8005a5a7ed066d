"""Handing a closed log to an archive."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import msgspec
import pytest
from aiohttp import web
from nacl.signing import SigningKey

from edge.errors import Cause, Reason, RefusedError, UnreachableError
from edge.records.archive import ArchivedLog, ArchiveState, ClosedLog
from edge.trust import PopSigner
from edge.wire.archive import ARCHIVE_CONTEXT, ArchiveClient, signed_request

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

LOG = "/v1/pops/ams/logs/acme/drop~2"
CLOSED = ClosedLog(key="0" * 64, checkpoint="a note")
ARCHIVED = ArchivedLog(state=ArchiveState.RECEIVING, bundles=1, size=300, root="1" * 64)


async def test_what_is_sent(session: aiohttp.ClientSession, serve: Serve) -> None:
    """The log as JSON and a bundle as bytes, each with the PoP's signature on path and body, and with its token."""
    signer, sent = PopSigner(b"\5" * 32), list[tuple[str, str, str, bytes]]()

    async def handler(request: web.Request) -> web.Response:
        body = await request.read()
        signature = bytes.fromhex(request.headers["Skerry-Pop-Signature"])
        signed = ARCHIVE_CONTEXT + signed_request(request.path, body)
        SigningKey(b"\5" * 32).verify_key.verify(signed, signature)
        sent.append((request.path, request.content_type, request.headers["Authorization"], body))
        return web.Response(body=msgspec.json.encode(ARCHIVED))

    headers = {"Authorization": "Bearer token"}
    client = ArchiveClient(session, await serve(handler) + "/", pop="ams", sign=signer.sign_as, headers=headers)
    answer = await client.put_log("acme/drop~2", CLOSED)
    await client.put_bundle("acme/drop~2", 1, b"\0\1x")

    assert ARCHIVED == answer
    assert [
        (LOG, "application/json", "Bearer token", msgspec.json.encode(CLOSED)),
        (f"{LOG}/entries/1", "application/octet-stream", "Bearer token", b"\0\1x"),
    ] == sent


DETAIL = {"title": "t", "detail": "no\nroom" + "x" * 1000}
FULL = DETAIL | {"reason": "storage", "status": 503}
BEYOND = DETAIL | {"reason": "too_large", "status": 413}
Answer = tuple[int, object, type[Exception], object, str]
ANSWERS: dict[str, Answer] = {
    "a refusal": (413, BEYOND, RefusedError, Reason.TOO_LARGE, "no\\u000aroom"),
    "a full disk": (503, FULL, UnreachableError, Cause.STATUS, "no\\u000aroom"),
    "a refusal in HTML": (404, "<html>", UnreachableError, Cause.STATUS, "answered with status 404, expected 2xx"),
    "a token that is refused": (401, "", UnreachableError, Cause.TOKEN_REFUSED, "answered with status 401"),
    "a redirect": (307, "", UnreachableError, Cause.STATUS, "answered with status 307"),
    "a page": (200, "<html>", UnreachableError, Cause.STRANGE_ANSWER, "something else than the state of a log"),
}


@pytest.mark.parametrize("expected", ANSWERS.values(), ids=ANSWERS)
async def test_answers(session: aiohttp.ClientSession, serve: Serve, expected: Answer) -> None:
    """A refusal has the archive's reason; anything else is tried again. Its words are safe to log."""
    status, body, kind, word, text = expected

    async def handler(_: web.Request) -> web.Response:
        return web.json_response(body, status=status) if isinstance(body, dict) else web.Response(status=status)

    client = ArchiveClient(session, await serve(handler), pop="ams", sign=None)
    with pytest.raises(kind) as caught:
        await client.put_log("acme/drop", CLOSED)

    error = caught.value
    assert isinstance(error, RefusedError | UnreachableError)
    assert word == (error.cause if isinstance(error, UnreachableError) else error.reason)
    assert text in error.text
    assert len(error.text) < 600


async def test_answer_in_pieces(session: aiohttp.ClientSession, serve: Serve) -> None:
    """It is read to its end."""
    answer = msgspec.json.encode(ARCHIVED)

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for piece in (answer[:9], answer[9:]):
            await response.write(piece)
            await asyncio.sleep(0.05)
        return response

    assert ARCHIVED == await ArchiveClient(session, await serve(handler), pop="ams", sign=None).put_log("a/b", CLOSED)


async def test_archive_that_says_nothing(session: aiohttp.ClientSession, serve: Serve) -> None:
    """It counts as unreachable after the limit."""

    async def handler(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    client = ArchiveClient(session, await serve(handler), pop="ams", sign=None, timeout_s=0.05)
    with pytest.raises(UnreachableError, match=r"did not answer within 0.05 s") as caught:
        await client.put_bundle("acme/drop", 0, b"x")
    assert Cause.SILENT is caught.value.cause
