"""The adapter for JetStream. `test_desks.py` has the contract of all desks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from nats.aio.msg import Msg
from nats.js.api import DiscardPolicy

from edge.errors import Reason, RefusedError, UnreachableError
from edge.records import Ticket
from edge.wire.desks import OriginGoneError
from edge.wire.nats import NatsOrigin, nats_link
from tests.delivery.nats_server import free_port
from tests.waiting import until
from tests.wire.desks.test_desks import AT
from tests.wire.nats.nats_desk import STREAM, NatsDesk

TICKET = Ticket(
    id="t1",
    created=AT,
    pop="p",
    island="northwind/drop",
    revision=1,
    text="hm",
    reason=Reason.CLARIFY_STREAK,
    lane="fast",
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[NatsDesk]:
    """A running desk."""
    async with NatsDesk(tmp_path).running() as desk:
        yield desk


@contextlib.asynccontextmanager
async def origin(
    desk: NatsDesk, *, url: str | None = None, stream: str = STREAM, timeout_s: float = 5.0
) -> AsyncIterator[NatsOrigin]:
    """An adapter, closed after the block."""
    origin = NatsOrigin(desk.account(url, stream=stream), timeout_s=timeout_s)
    try:
        yield origin
    finally:
        await origin.close()


async def deliver(origin: NatsOrigin, ticket: Ticket = TICKET) -> None:
    """Deliver once."""
    await origin.deliver(ticket.id, msgspec.json.encode(ticket))


LANES = {"fast": "fast", "vip.eu": "vip-eu", "a b>*": "a-b--", "": "-"}


@pytest.mark.parametrize(("lane", "token"), LANES.items())
async def test_subject_names_tenant_and_lane(desk: NatsDesk, lane: str, token: str) -> None:
    """A lane with any name is one token of the subject, and the message is the ticket byte for byte."""
    ticket = msgspec.structs.replace(TICKET, lane=lane)
    async with origin(desk) as adapter:
        await deliver(adapter, ticket)

    assert [(f"skerry.tickets.northwind.{token}", msgspec.json.encode(ticket))] == await desk.messages()


async def test_many_deliveries_share_a_connection(desk: NatsDesk) -> None:
    """Concurrent deliveries open one connection."""
    async with origin(desk) as adapter:
        await asyncio.gather(*(deliver(adapter, msgspec.structs.replace(TICKET, id=f"t{n}")) for n in range(20)))

    assert (1, 20) == (desk.proxy.connections, len(await desk.messages()))


async def test_delivery_after_a_broken_connection(desk: NatsDesk) -> None:
    """The next delivery opens a new connection."""
    async with origin(desk) as adapter:
        await deliver(adapter)
        desk.proxy.cut()
        with contextlib.suppress(UnreachableError):  # the reset may come before the ticket or after it
            await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))
        await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))

    assert [("t1", "hm"), ("t2", "hm")] == await desk.seen()


async def test_dead_connection(desk: NatsDesk) -> None:
    """The delivery times out, and the next one opens a new connection."""
    async with origin(desk, timeout_s=0.3) as adapter:
        await deliver(adapter)
        desk.proxy.stall()
        with pytest.raises(UnreachableError, match=r"^NATS at nats://127.0.0.1:\d+ did not answer within 0.3 s$"):
            await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))
        desk.proxy.flow()
        await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))

    assert [("t1", "hm"), ("t2", "hm")] == await desk.seen()


async def test_server_that_is_killed(desk: NatsDesk) -> None:
    """It keeps its tickets and their ids: a ticket that is repeated after the restart is stored once."""
    async with origin(desk) as adapter:
        await deliver(adapter)
        await desk.kill()
        with pytest.raises(UnreachableError):
            await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))
        await desk.start()
        for name in ("t1", "t2", "t2"):

            async def is_accepted(name: str = name) -> bool:
                # The server accepts connections before its streams are ready.
                try:
                    await deliver(adapter, msgspec.structs.replace(TICKET, id=name))
                except UnreachableError:
                    return False
                return True

            await until(is_accepted, name)

    assert [("t1", "hm"), ("t2", "hm")] == await desk.seen()


async def test_no_server(desk: NatsDesk) -> None:
    """Delivery raises, so the ticket stays in the outbox."""
    async with origin(desk, url=f"nats://127.0.0.1:{free_port()}") as adapter:
        with pytest.raises(UnreachableError, match=r"^NATS at nats://127.0.0.1:\d+: "):
            await deliver(adapter)


async def test_server_that_strips_tls(desk: NatsDesk) -> None:
    """With `tls://` no ticket is sent in the clear."""
    async with origin(desk, url=desk.url.replace("nats://", "tls://")) as adapter:
        with pytest.raises(
            UnreachableError, match=r": the server does not use TLS, expected TLS for a tls:// address$"
        ):
            await deliver(adapter)

    assert [] == await desk.seen()


FAULTS: dict[str, tuple[dict[str, object], type[Exception], str]] = {
    "a full stream": (
        {"max_msgs": 1, "discard": DiscardPolicy.NEW}, UnreachableError,
        "answered ticket t1 with error 10077: maximum messages exceeded",
    ),
    "a ticket that is too large for it": (
        {"max_msg_size": 10}, RefusedError, "answered ticket t1 with error 10054: message size exceeds maximum allowed",
    ),
    "a stream that was sealed": (
        {"sealed": True}, OriginGoneError, "answered ticket t1 with error 10109: invalid operation on sealed stream",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "error", "text"), FAULTS.values(), ids=FAULTS.keys())
async def test_stream_that_refuses(
    desk: NatsDesk, changes: dict[str, object], error: type[Exception], text: str
) -> None:
    """The error code of the stream decides which error is raised."""
    async with desk.streams() as streams:
        await streams.publish("skerry.tickets.acme.fast", b"{}")
        await streams.update_stream(desk.config(**changes))
    async with origin(desk) as adapter:
        with pytest.raises(error) as caught:
            await deliver(adapter)

    assert type(caught.value) is error
    assert f"NATS at {desk.url} {text}" == str(caught.value)


async def test_no_stream(desk: NatsDesk) -> None:
    """Without a stream on the subject, delivery raises."""
    async with desk.streams() as streams:
        await streams.delete_stream(STREAM)
    async with origin(desk) as adapter:
        with pytest.raises(UnreachableError) as caught:
            await deliver(adapter)

    assert f"NATS at {desk.url} has no stream for subject skerry.tickets.>, expected stream 'SKERRY_TICKETS'" == (
        caught.value.text
    )


async def test_another_stream(desk: NatsDesk) -> None:
    """It refuses a ticket for the expected stream."""
    async with origin(desk, stream="OTHER") as adapter:
        with pytest.raises(UnreachableError, match=r"with error 10060: expected stream does not match$"):
            await deliver(adapter)

    assert [] == await desk.seen()


FALSE_ANSWERS = {
    "not JSON": (b"<h1>OK</h1>", r"without an acknowledgement, expected JetStream's$"),
    "another form": (b'{"stream": 7}', r"without an acknowledgement, expected JetStream's$"),
    "no stream": (b'{"ok": true}', r"for stream '', expected 'SKERRY_TICKETS'$"),
    "nothing": (b"", r"without an acknowledgement, expected JetStream's$"),
}


@pytest.mark.parametrize(("answer", "text"), FALSE_ANSWERS.values(), ids=FALSE_ANSWERS.keys())
async def test_answer_of_another_client_is_not_accepted(desk: NatsDesk, answer: bytes, text: str) -> None:
    """Only an acknowledgement of the expected stream counts."""

    async def pretend(message: Msg) -> None:
        await message.respond(answer)

    async with desk.streams() as streams:
        await streams.delete_stream(STREAM)
    async with nats_link(desk.account()) as link, origin(desk) as adapter:
        await link.client.subscribe("skerry.tickets.>", cb=pretend)
        await link.client.flush()
        with pytest.raises(UnreachableError, match=text):
            await deliver(adapter)
