"""A ticket's events through proxies that buffer, compress, speak HTTP/1.0 and close what is idle."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from edge.cli.demo.origin import DemoOrigin
from tests.daemon.api.test_webhooks_http import webhook_pop
from tests.daemon.conftest import RunningPop
from tests.daemon.tickets.proxies import buffering_proxy, nginx
from tests.daemon.tickets.reading import asked, following
from tests.daemon.tickets.test_tickets_http import NEWS, QUESTION, tell, until_delivered
from tests.pen import Pen

IDLE_S = 1
HEARTBEAT_S = 0.1
QUIET_BEATS = 25
"""Heartbeats in a row: two and a half times as long as the proxy allows an idle connection."""


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP whose streams beat ten times in the time after which the proxy closes."""
    async with webhook_pop(pen, tmp_path, origin, stream_heartbeat_s=HEARTBEAT_S) as pop:
        yield pop


@pytest.mark.requires("nginx")
async def test_events_through_nginx_as_it_comes(pop: RunningPop, tmp_path: Path) -> None:
    """They arrive one by one, even compressed; a quiet stream outlives the proxy's patience; its end arrives, too."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    ticket = await asked(pop, QUESTION)
    async with (
        nginx(folder, pop.url, idle_s=IDLE_S) as url,
        following(pop, ticket, url=url, **{"Accept-Encoding": "gzip"}) as reader,
    ):
        await until_delivered(reader)
        quiet = [await reader.block() for _ in range(QUIET_BEATS)]
        await tell(pop, ticket, "answered", reply=NEWS)
        replied = await reader.event()
        await tell(pop, ticket, "resolved")
        rest = await reader.rest()
        encoding = reader.reply.headers.get("Content-Encoding")

    assert {": \n\n"} == set(quiet)
    assert replied is not None
    assert ("replied", NEWS, "gzip") == (replied.name, replied.data["reply"], encoding)
    assert ["resolved"] == [event.name for event in rest]


async def test_events_through_a_proxy_that_holds_everything_back(pop: RunningPop) -> None:
    """A page that sees no first byte asks for one event at a time: each response ends, so each arrives."""
    ticket = await asked(pop, QUESTION)
    port = int(pop.url.rpartition(":")[2])
    names, last, said = [], "", [("acknowledged", {}), ("answered", {"reply": NEWS}), ("resolved", {})]
    async with following(pop, ticket) as reader:
        await until_delivered(reader)
    async with buffering_proxy(port, held_bytes=1_000_000) as url:
        for _ in range(4):
            # The proxy gives nothing away before the end, so the desk speaks before the response can be read.
            headers = {"Last-Event-ID": last, "Prefer": "wait=30"}
            async with following(pop, ticket, url=url, **headers) as reader:
                events = await reader.rest()
            names += [event.name for event in events]
            last = events[-1].id
            if said:
                what, data = said.pop(0)
                await tell(pop, ticket, what, **data)

    assert ["delivered", "acknowledged", "replied", "resolved"] == names


async def test_events_over_http_1_0(pop: RunningPop) -> None:
    """A proxy that speaks HTTP/1.0 and passes each byte on: no chunks, and the end is the connection's end."""
    ticket = await asked(pop, QUESTION)
    port = int(pop.url.rpartition(":")[2])
    async with buffering_proxy(port, held_bytes=1) as url, following(pop, ticket, url=url) as reader:
        await until_delivered(reader)
        await tell(pop, ticket, "resolved")
        rest = await reader.rest()
        headers = reader.reply.headers

    assert ["resolved"] == [event.name for event in rest]
    assert "Transfer-Encoding" not in headers
