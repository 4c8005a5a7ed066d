"""Strange first words where NATS should be; they come before TLS, so anybody on the way can write them."""

import asyncio

import pytest

from edge.errors import UnreachableError
from edge.wire.nats import NatsAccount, nats_link

FIRST_WORDS = {
    "another protocol": (b"SSH-2.0-OpenSSH\r\n", "empty response from server when expecting INFO message"),
    "no object": (b"INFO []\r\n", "the server's first words are no NATS (AttributeError)"),
    "a field of another type": (b'INFO {"connect_urls": 5}\r\n', "the server's first words are no NATS (TypeError)"),
    "a line without end": (b"x" * 200_000, "the server's first words are no NATS (ValueError)"),
}


@pytest.mark.parametrize(("words", "text"), FIRST_WORDS.values(), ids=FIRST_WORDS.keys())
async def test_server_that_speaks_no_nats(words: bytes, text: str) -> None:
    """It is as good as away; nothing else is raised, or the whole PoP would stop."""

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
        server = f"nats://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        with pytest.raises(UnreachableError) as caught:
            async with nats_link(NatsAccount(servers=(server,), name="ams", subject="s", stream="S")):
                pass
    assert f"NATS at {server}: {text}" == caught.value.text
