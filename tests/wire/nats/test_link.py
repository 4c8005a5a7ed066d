"""Greetings that are not NATS. They come before TLS, so anybody on the way can write them."""

import asyncio
from pathlib import Path

import pytest
from nats.aio.client import DEFAULT_CONNECT_TIMEOUT

from edge.errors import Cause, UnreachableError
from edge.wire.nats import NatsAccount, nats_link
from tests.delivery.nats_server import NatsServer
from tests.delivery.proxy import FaultProxy

GREETINGS = {
    "another protocol": (b"SSH-2.0-OpenSSH\r\n", "empty response from server when expecting INFO message"),
    "no object": (b"INFO []\r\n", "the server's greeting is not NATS (AttributeError)"),
    "a field of another type": (b'INFO {"connect_urls": 5}\r\n', "the server's greeting is not NATS (TypeError)"),
    "a line without end": (b"x" * 200_000, "the server's greeting is not NATS (ValueError)"),
}


@pytest.mark.parametrize(("greeting", "text"), GREETINGS.values(), ids=GREETINGS.keys())
async def test_server_that_is_not_nats(greeting: bytes, text: str) -> None:
    """Only `UnreachableError` is raised: any other error would stop the PoP."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
        server = f"nats://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        with pytest.raises(UnreachableError) as caught:
            async with nats_link(NatsAccount(servers=(server,), name="ams", subject="s", stream="S")):
                pass
    assert f"NATS at {server}: {text}" == caught.value.text


async def cause_at(server: str) -> Cause:
    """Why this server gives no connection."""
    with pytest.raises(UnreachableError) as caught:
        async with nats_link(NatsAccount(servers=(server,), name="ams", subject="s", stream="S")):
            pass
    return caught.value.cause


async def test_cause_of_a_connection_that_fails(unused_tcp_port: int) -> None:
    """A log tells a server that is down from one that refuses our key, and from one that is something else."""

    async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"server_id":"a","version":"2.10.0","max_payload":1000,"auth_required":true}\r\n')
        await reader.readline()
        writer.write(b"-ERR 'Authorization Violation'\r\n")
        writer.close()

    async def mumbles(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"INFO []\r\n")
        writer.close()

    found = [await cause_at(f"nats://127.0.0.1:{unused_tcp_port}")]
    for talk in (refuses, mumbles):
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
            found.append(await cause_at(f"nats://127.0.0.1:{listening.sockets[0].getsockname()[1]}"))

    assert [Cause.CONNECTION_REFUSED, Cause.TOKEN_REFUSED, Cause.STRANGE_ANSWER] == found


async def test_server_that_greets_late(tmp_path: Path) -> None:
    """A server that a fleet returns to takes longer than nats-py's own two seconds; one try is enough all the same."""
    server, late = NatsServer(tmp_path / "nats"), FaultProxy()
    # Not a stopped server: its own limits for TLS and log-in would go on meanwhile, and it would hang up.
    late.late_s = DEFAULT_CONNECT_TIMEOUT + 0.5
    await server.start()
    await late.start()
    late.target = server.port
    try:
        is_connected = await _connected(server.account("test-pop", port=late.port))
    finally:
        await late.stop()
        await server.kill()

    assert is_connected


async def _connected(account: NatsAccount) -> bool:
    async with nats_link(account) as link:
        return link.client.is_connected
