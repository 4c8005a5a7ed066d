"""What only a stream can do to a ticket; the contract of all desks is in `test_desks.py`."""

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
    """One that is up."""
    async with NatsDesk(tmp_path).running() as desk:
        yield desk


@contextlib.asynccontextmanager
async def origin(
    desk: NatsDesk, *, url: str | None = None, stream: str = STREAM, timeout_s: float = 5.0
) -> AsyncIterator[NatsOrigin]:
    """An adapter, until the block ends."""
    origin = NatsOrigin(desk.account(url, stream=stream), timeout_s=timeout_s)
    try:
        yield origin
    finally:
        await origin.close()


async def deliver(origin: NatsOrigin, ticket: Ticket = TICKET) -> None:
    """One try."""
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
    """Made once, also by those who all want it first."""
    async with origin(desk) as adapter:
        await asyncio.gather(*(deliver(adapter, msgspec.structs.replace(TICKET, id=f"t{n}")) for n in range(20)))

    assert (1, 20) == (desk.proxy.connections, len(await desk.messages()))


async def test_connection_that_broke_is_made_anew(desk: NatsDesk) -> None:
    """By the next delivery, without anybody asking."""
    async with origin(desk) as adapter:
        await deliver(adapter)
        desk.proxy.cut()
        with contextlib.suppress(UnreachableError):  # the reset may come before the ticket or after it
            await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))
        await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))

    assert [("t1", "hm"), ("t2", "hm")] == await desk.seen()


async def test_line_that_went_dead(desk: NatsDesk) -> None:
    """Given up in time, and not used again."""
    async with origin(desk, timeout_s=0.3) as adapter:
        await deliver(adapter)
        desk.proxy.stall()
        with pytest.raises(UnreachableError, match=r"^NATS at nats://127.0.0.1:\d+ did not answer within 0.3 s$"):
            await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))
        desk.proxy.flow()
        await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))

    assert [("t1", "hm"), ("t2", "hm")] == await desk.seen()


async def test_server_that_dies_remembers_what_it_had(desk: NatsDesk) -> None:
    """Also that a ticket is the same one: what is offered again after its restart is stored once."""
    async with origin(desk) as adapter:
        await deliver(adapter)
        await desk.kill()
        with pytest.raises(UnreachableError):
            await deliver(adapter, msgspec.structs.replace(TICKET, id="t2"))
        await desk.start()
        for name in ("t1", "t2", "t2"):

            async def is_taken(name: str = name) -> bool:
                # The server listens a moment before its streams do.
                try:
                    await deliver(adapter, msgspec.structs.replace(TICKET, id=name))
                except UnreachableError:
                    return False
                return True

            await until(is_taken, name)

    assert [("t1", "hm"), ("t2", "hm")] == await desk.seen()


async def test_nobody_is_there(desk: NatsDesk) -> None:
    """The ticket stays ours."""
    async with origin(desk, url=f"nats://127.0.0.1:{free_port()}") as adapter:
        with pytest.raises(UnreachableError, match=r"^NATS at nats://127.0.0.1:\d+: "):
            await deliver(adapter)


async def test_server_that_strips_tls(desk: NatsDesk) -> None:
    """Who was told `tls://` sends no ticket in the clear."""
    async with origin(desk, url=desk.url.replace("nats://", "tls://")) as adapter:
        with pytest.raises(UnreachableError, match=r": spoke without TLS, expected it at tls://$"):
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
    """What its error says is what the outbox is told."""
    async with desk.streams() as streams:
        await streams.publish("skerry.tickets.acme.fast", b"{}")
        await streams.update_stream(desk.config(**changes))
    async with origin(desk) as adapter:
        with pytest.raises(error) as caught:
            await deliver(adapter)

    assert type(caught.value) is error
    assert f"NATS at {desk.url} {text}" == str(caught.value)


async def test_no_stream_listens(desk: NatsDesk) -> None:
    """A subject that nobody keeps is no origin."""
    async with desk.streams() as streams:
        await streams.delete_stream(STREAM)
    async with origin(desk) as adapter:
        with pytest.raises(UnreachableError) as caught:
            await deliver(adapter)

    assert f"NATS at {desk.url} has no stream that takes skerry.tickets.>, expected 'SKERRY_TICKETS'" == (
        caught.value.text
    )


async def test_another_stream_listens(desk: NatsDesk) -> None:
    """It refuses what was meant for another one."""
    async with origin(desk, stream="OTHER") as adapter:
        with pytest.raises(UnreachableError, match=r"with error 10060: expected stream does not match$"):
            await deliver(adapter)

    assert [] == await desk.seen()


PRETENDERS = {
    "not JSON": (b"<h1>OK</h1>", r"with no acknowledgement, expected one of JetStream$"),
    "another form": (b'{"stream": 7}', r"with no acknowledgement, expected one of JetStream$"),
    "no stream": (b'{"ok": true}', r"for stream '', expected 'SKERRY_TICKETS'$"),
    "nothing": (b"", r"with no acknowledgement, expected one of JetStream$"),
}


@pytest.mark.parametrize(("answer", "text"), PRETENDERS.values(), ids=PRETENDERS.keys())
async def test_whoever_else_answers_is_not_believed(desk: NatsDesk, answer: bytes, text: str) -> None:
    """Only the stream's own word says that it has the ticket."""

    async def pretend(message: Msg) -> None:
        await message.respond(answer)

    async with desk.streams() as streams:
        await streams.delete_stream(STREAM)
    async with nats_link(desk.account()) as link, origin(desk) as adapter:
        await link.client.subscribe("skerry.tickets.>", cb=pretend)
        await link.client.flush()
        with pytest.raises(UnreachableError, match=text):
            await deliver(adapter)
