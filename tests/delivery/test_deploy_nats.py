"""The configurations in `deploy/nats/`, with other paths, ports and keys: a hub, a leaf, and a PoP at either."""

import asyncio
import contextlib
import os
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from edge.errors import UnreachableError
from edge.publish.server import NatsPublisher
from edge.records import Bundle, Ticket
from edge.wire.nats import NatsAccount, NatsLoadSubscription, NatsOrigin, NatsPush, NatsSecrets, nats_link
from tests.certificates import Authority
from tests.delivery.nats_server import free_ports, listens, nats_server, new_nkey
from tests.waiting import until
from tests.wire.nats.test_jetstream_origin import TICKET

DEPLOY = Path(__file__).parents[2] / "deploy" / "nats"
STATE = Bundle(files={"metadata/timestamp.json": b"1", "metadata/2.snapshot.json": b"2"})
BEAT = Bundle(files={"metadata/timestamp.json": b"3"})


class Servers:
    """A hub and a leaf in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._authority = Authority(folder / "ca")
        self._ports = dict(zip(("hub", "leaf", "link"), free_ports(3), strict=True))
        self._keys = {name: new_nkey() for name in ("PUBLISHER", "POP", "DESK", "LEAF")}
        (folder / "ca.pem").write_bytes(self._authority.ca.read_bytes())
        for name in ("hub", "leaf"):
            certificate, key = self._authority.issue(name)
            certificate.rename(folder / f"{name}.pem")
            key.rename(folder / f"{name}.key")
            self._write(name)

    @contextlib.asynccontextmanager
    async def running(self, name: str) -> AsyncIterator[None]:
        """Run one of them during the block."""
        keys = {f"SKERRY_{who}_NKEY": public for who, (_, public) in self._keys.items()}
        keys["SKERRY_LEAF_SEED"] = self._keys["LEAF"][0]
        with await asyncio.to_thread((self._folder / f"{name}.log").open, "ab") as log:
            process = await asyncio.create_subprocess_exec(
                nats_server(), "-c", str(self._folder / f"{name}.conf"), stdout=log, stderr=log, env=os.environ | keys
            )
        try:
            await until(lambda: listens(self._ports[name]), f"the {name} listening")
            yield
        finally:
            process.kill()
            await process.wait()

    def account(self, who: str, at: str, *, name: str, seed: str | None = None) -> NatsAccount:
        """The account of `who` at `hub` or `leaf`."""
        tls = ssl.create_default_context(cafile=self._authority.ca)
        secrets = NatsSecrets(tls=tls, seed=seed or self._keys[who][0])
        return NatsAccount(
            servers=(f"tls://127.0.0.1:{self._ports[at]}",),
            name=name,
            subject="skerry",
            stream="SKERRY",
            domain="hub" if at == "leaf" else "",
            secrets=lambda: secrets,
        )

    def _write(self, name: str) -> None:
        text = (DEPLOY / f"{name}.conf").read_text()
        text = re.sub(r"(?m)^port: 4222$", f"host: 127.0.0.1\nport: {self._ports[name]}", text)
        text = text.replace("port: 7422", f"host: 127.0.0.1\n  port: {self._ports['link']}")
        text = text.replace("hub.internal:7422", f"127.0.0.1:{self._ports['link']}")
        text = text.replace("/etc/nats/", f"{self._folder}/").replace("/var/lib/nats", str(self._folder / "store"))
        (self._folder / f"{name}.conf").write_text(text)


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[Servers]:
    """A running hub and leaf."""
    servers = await asyncio.to_thread(Servers, tmp_path / "nats")
    async with servers.running("hub"), servers.running("leaf"):
        yield servers


@contextlib.asynccontextmanager
async def publishing(servers: Servers) -> AsyncIterator[NatsPublisher]:
    """The publisher at the hub. It has sent its state."""
    nats_publisher, stop = NatsPublisher(servers.account("PUBLISHER", "hub", name="publisher")), asyncio.Event()
    nats_publisher.offer(STATE, state=STATE)
    task = asyncio.create_task(nats_publisher.run(stop))
    try:
        yield nats_publisher
    finally:
        stop.set()
        await task


@pytest.mark.parametrize("at", ["hub", "leaf"])
async def test_pop_gets_pushes(servers: Servers, at: str) -> None:
    """It gets the earlier state and new pushes, at the hub and through a leaf."""
    push = NatsPush(servers.account("POP", at, name="fra-1"), idle_s=10.0)
    async with publishing(servers) as nats_publisher:

        async def is_received() -> bool:
            async with contextlib.aclosing(push.bundles()) as bundles:
                return await anext(bundles) == STATE

        await until(is_received, "the state kept at the hub")
        async with contextlib.aclosing(push.bundles()) as bundles:
            await anext(bundles)
            nats_publisher.offer(BEAT, state=STATE)

            assert BEAT == await anext(bundles)


FORBIDDEN = {
    "to push as the publisher": "skerry.state",
    "to change the stream": "$JS.API.STREAM.UPDATE.SKERRY",
    "to delete the state": "$JS.API.STREAM.PURGE.SKERRY",
    "to answer another PoP": "_INBOX.fra-2.x",
    "to send load reports": "skerry.load.northwind",
    "to read tickets": "$JS.API.STREAM.MSG.GET.SKERRY_TICKETS",
    "to delete tickets": "$JS.API.STREAM.PURGE.SKERRY_TICKETS",
}


@pytest.mark.parametrize("subject", FORBIDDEN.values(), ids=FORBIDDEN.keys())
@pytest.mark.parametrize("at", ["hub", "leaf"])
async def test_pop_is_not_allowed(servers: Servers, at: str, subject: str) -> None:
    """The server refuses, and its error reaches the link."""
    async with nats_link(servers.account("POP", at, name="fra-1")) as link:
        await link.client.publish(subject, b"forged")
        await link.client.flush()
        await asyncio.wait_for(link.wakeup.wait(), 10)

        assert "permissions violation for publish" in link.fault().text.lower()


@pytest.mark.parametrize("at", ["hub", "leaf"])
async def test_ticket_reaches_the_desk(servers: Servers, at: str) -> None:
    """It is stored once in the desk's stream, from a PoP at the hub or behind a leaf."""
    account = replace(
        servers.account("POP", at, name="fra-1"), subject="skerry.tickets", stream="SKERRY_TICKETS", domain=""
    )
    origin = NatsOrigin(account, timeout_s=5.0)
    async with nats_link(servers.account("DESK", "hub", name="desk")) as desk:
        streams = desk.client.jetstream()
        await streams.add_stream(name="SKERRY_TICKETS", subjects=["skerry.tickets.>"], duplicate_window=3600)
        try:

            async def is_accepted() -> bool:
                # A leaf learns the subject of a new stream a moment after the hub.
                try:
                    await origin.deliver(TICKET.id, msgspec.json.encode(TICKET))
                except UnreachableError:
                    return False
                return True

            await until(is_accepted, "the ticket accepted")
            await origin.deliver(TICKET.id, msgspec.json.encode(TICKET))
        finally:
            await origin.close()
        stored = await streams.get_msg("SKERRY_TICKETS", 1)
        count = (await streams.stream_info("SKERRY_TICKETS")).state.messages

    assert (1, "skerry.tickets.northwind.fast", TICKET.text) == (
        count,
        stored.subject,
        msgspec.json.decode(stored.data or b"", type=Ticket).text,
    )


async def test_account_that_may_not_send_tickets(servers: Servers) -> None:
    """Delivery raises at once, with the server's error."""
    account = replace(servers.account("DESK", "hub", name="desk"), subject="skerry.tickets", stream="SKERRY_TICKETS")
    origin = NatsOrigin(account, timeout_s=60.0)
    try:
        with pytest.raises(UnreachableError, match=r'(?i)permissions violation for publish to "skerry\.tickets\.north'):
            await origin.deliver(TICKET.id, msgspec.json.encode(TICKET))
    finally:
        await origin.close()


@pytest.mark.parametrize("at", ["hub", "leaf"])
async def test_load_reaches_the_pop(servers: Servers, at: str) -> None:
    """The desk at the hub sends it with its token."""
    reports: list[tuple[str, str, bytes]] = []
    subscription = NatsLoadSubscription(replace(servers.account("POP", at, name="fra-1"), subject="skerry.load"))
    listening = asyncio.create_task(subscription.listen(lambda *report: reports.append(report)))
    async with nats_link(servers.account("DESK", "hub", name="desk")) as desk:

        async def is_received() -> bool:
            await desk.client.publish("skerry.load.northwind", b"{}", headers={"Authorization": "Bearer t"})
            await desk.client.flush()
            return bool(reports)

        await until(is_received, "the report")
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert ("northwind", "Bearer t", b"{}") == reports[0]


async def test_pop_is_not_allowed_to_read_anothers_inbox(servers: Servers) -> None:
    """With another PoP's name the connection ends, and the error says why."""
    push = NatsPush(servers.account("POP", "hub", name="fra-2"), idle_s=10.0)

    with pytest.raises(UnreachableError, match=r"(?i)permissions violation for subscription to .*_INBOX\.fra-2"):
        async for _ in push.bundles():
            pass


async def test_unknown_key(servers: Servers) -> None:
    """The server refuses it, and no text contains the seed."""
    seed, _ = new_nkey()
    account = servers.account("POP", "hub", name="fra-1", seed=seed)

    with pytest.raises(UnreachableError, match=r"(?i)authorization violation") as caught:
        await anext(NatsPush(account, idle_s=10.0).bundles())
    assert seed not in caught.value.text + repr(account)


async def test_seed_that_is_replaced(servers: Servers) -> None:
    """The next connection has the new one; the subscription stays the same."""
    account = servers.account("POP", "hub", name="fra-1")
    tls, good = account.secrets().tls, account.secrets().seed
    in_force = [NatsSecrets(tls=tls, seed=new_nkey()[0])]
    push = NatsPush(replace(account, secrets=lambda: in_force[-1]), idle_s=10.0)
    with pytest.raises(UnreachableError, match=r"(?i)authorization violation"):
        await anext(push.bundles())
    in_force.append(NatsSecrets(tls=tls, seed=good))
    async with contextlib.aclosing(push.bundles()) as bundles:
        first = await anext(bundles)

    assert Bundle(files={}) == first


async def test_server_with_an_untrusted_certificate(servers: Servers) -> None:
    """The client does not connect."""
    account = servers.account("POP", "hub", name="fra-1")
    untrusting = NatsSecrets(tls=ssl.create_default_context(), seed=account.secrets().seed)
    account = replace(account, secrets=lambda: untrusting)

    with pytest.raises(UnreachableError, match=r"CERTIFICATE_VERIFY_FAILED|certificate verify failed"):
        await anext(NatsPush(account, idle_s=10.0).bundles())
