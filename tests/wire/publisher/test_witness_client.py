"""Asking a witness for a cosignature."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from edge.errors import Reason, RefusedError, UnreachableError
from edge.wire.publisher import OtherSize, WitnessClient

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


async def answered(session: aiohttp.ClientSession, serve: Serve, response: web.Response) -> str | OtherSize:
    """What the client makes of a witness's response."""

    async def handler(request: web.Request) -> web.Response:
        assert ("POST", "/add-checkpoint", b"old 3\n") == (request.method, request.path, await request.read())
        return response

    return await WitnessClient(session, await serve(handler) + "/", timeout_s=5.0).add_checkpoint(b"old 3\n")


async def test_lines_and_sizes(session: aiohttp.ClientSession, serve: Serve) -> None:
    """The cosignature's lines as they come; a 409 of the right type says another size."""
    other = web.Response(status=409, body=b"17\n", headers={"Content-Type": "text/x.tlog.size"})

    assert "\u2014 witness\n" == await answered(session, serve, web.Response(text="\u2014 witness\n"))
    assert OtherSize(17) == await answered(session, serve, other)


async def test_answer_in_pieces(session: aiohttp.ClientSession, serve: Serve) -> None:
    """A proxy on the way may pass it on so. It is read to its end."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for piece in ("\u2014 wit", "ness\n"):
            await response.write(piece.encode())
            await asyncio.sleep(0.05)
        return response

    witness = WitnessClient(session, await serve(handler) + "/", timeout_s=5.0)

    assert "\u2014 witness\n" == await witness.add_checkpoint(b"")


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (web.Response(status=403), Reason.SIGNATURE_INVALID),
        (web.Response(status=404), Reason.POP_UNKNOWN),
        (web.Response(status=409, text="17\n"), Reason.HASH_MISMATCH),
        (web.Response(status=409, body=b"017\n", headers={"Content-Type": "text/x.tlog.size"}), Reason.HASH_MISMATCH),
        (web.Response(status=422), Reason.HASH_MISMATCH),
    ],
    ids=["signature", "log", "fork", "no-size", "proof"],
)
async def test_refusals(session: aiohttp.ClientSession, serve: Serve, response: web.Response, reason: Reason) -> None:
    """Each status of the protocol has its reason."""
    with pytest.raises(RefusedError, match="expected a cosignature") as caught:
        await answered(session, serve, response)

    assert reason is caught.value.reason


async def test_faults(session: aiohttp.ClientSession, serve: Serve) -> None:
    """Another status, silence and nobody at the address are an unreachable witness."""

    async def silent(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    with pytest.raises(UnreachableError, match="status 500, expected 200"):
        await answered(session, serve, web.Response(status=500))
    with pytest.raises(UnreachableError, match=r"did not answer within 0\.05 s"):
        await WitnessClient(session, await serve(silent), timeout_s=0.05).add_checkpoint(b"")
    with pytest.raises(UnreachableError):
        await WitnessClient(session, "http://127.0.0.1:9", timeout_s=5.0).add_checkpoint(b"")
