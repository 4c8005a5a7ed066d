"""`edge.wire.http.EventStreamClient`: a peer that has no room for a connection."""

import contextlib
import socket
from collections.abc import Iterator

import aiohttp
import pytest

from edge.errors import Cause, UnreachableError
from edge.wire.http import EventStreamClient, event_stream


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port that listens, whose kernel has no room for one more connection."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


async def test_connection_that_is_not_accepted(
    session: aiohttp.ClientSession, full_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given up long before the peer counts as silent, and is not called silent: nothing was ever open."""
    monkeypatch.setattr(event_stream, "CONNECT_S", 0.1)
    client = EventStreamClient(session, f"http://127.0.0.1:{full_port}/v1/push", idle_s=60.0)

    with pytest.raises(UnreachableError) as caught:
        await anext(client.pieces())

    expected = f"http://127.0.0.1:{full_port}/v1/push did not accept the connection within 0.1 s"
    assert (Cause.NO_ROUTE, expected) == (caught.value.cause, caught.value.text)


async def test_handshake_that_is_not_finished(session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets more time than a connection that needs none, and the error says what may have taken so long."""
    monkeypatch.setattr(event_stream, "CONNECT_S", 0.1)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/v1/push"
        with pytest.raises(UnreachableError) as caught:
            await anext(EventStreamClient(session, url, idle_s=60.0).pieces())

    expected = f"{url} did not accept the connection and finish its TLS handshake within 0.4 s"
    assert (Cause.NO_ROUTE, expected) == (caught.value.cause, caught.value.text)
