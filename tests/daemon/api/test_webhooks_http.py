"""A ticket over real sockets: delivered to its origin, then acknowledged, answered and resolved by webhook."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from standardwebhooks import Webhook

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.handoff import read_origin_files
from edge.errors import ConfigError
from edge.host import utc_now
from tests.daemon.conftest import TRUSTING_HTTP, RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen
from tests.waiting import until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WORDS = "do gulls dream of pelargonium"
TOKENS: dict[str, str] = {}
"""Tokens of the tickets that were made here, by ticket."""


@asynccontextmanager
async def webhook_pop(
    pen: Pen, tmp_path: Path, origin: DemoOrigin, *, now: Callable[[], datetime] = utc_now, **http: Any
) -> AsyncIterator[RunningPop]:
    """A PoP whose desks sign their webhooks, with these settings of `[http]`."""
    home = tmp_path / "home"
    if not await asyncio.to_thread(home.exists):
        await asyncio.to_thread(pen.copy_home, home)
    await asyncio.to_thread((tmp_path / "webhook.secret").write_text, SECRET + "\n")
    section = {
        "url": "http://127.0.0.1:9/",
        "webhook_secret_files": ["webhook.secret"],
        "tenants": {
            "northwind": {"url": origin.url, "retry_base_s": 0.01, "webhook_secret_files": ["webhook.secret"]},
            "default-shop": {"url": origin.url, "webhook_secret_files": ["webhook.secret"]},
        },
    }
    async with running_publisher(home, now=now) as publisher_url:
        config = pop_config(
            tmp_path, publisher_url=publisher_url, origin_url=origin.url, origin=section, http={**TRUSTING_HTTP, **http}
        )
        async with running_pop(config, origin, now=now) as pop:
            await pop.until_served()
            yield pop


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP whose desks sign their webhooks."""
    async with webhook_pop(pen, tmp_path, origin) as pop:
        yield pop


async def post_event(pop: RunningPop, name: str, event: dict[str, Any], *, to: str = "northwind") -> tuple[int, Any]:
    """Post a desk event by a signed webhook; gives status and document."""
    body, now = msgspec.json.encode(event), time.time()
    signature = Webhook(SECRET).sign(name, datetime.fromtimestamp(int(now), UTC), body.decode())
    headers = {"webhook-id": name, "webhook-timestamp": str(int(now)), "webhook-signature": signature}
    async with pop.http.post(f"{pop.url}/v1/webhooks/{to}", data=body, headers=headers) as reply:
        return reply.status, await reply.json(content_type=None)


async def escalated(pop: RunningPop) -> str:
    """The id of a ticket that origin has, with one follow-up. Its token is kept for `state`."""
    body = msgspec.json.encode({"island": str(DROP), "text": WORDS, "session": "s", "consent": "c-1"})
    for _ in range(2):
        async with pop.http.post(pop.url + "/v1/ask", data=body, headers={"traceparent": TRACE}) as reply:
            document = await reply.json()
    ticket = str(document["ticket"])
    TOKENS[ticket] = document["ticket_token"]

    async def has_both() -> bool:
        return {ticket} <= pop.origin.tickets.keys() and len(pop.origin.tickets) == 2

    await until(has_both, "ticket and follow-up at origin")
    return ticket


async def state(pop: RunningPop, ticket: str) -> dict[str, Any]:
    """`GET /v1/tickets/{ticket}`."""
    return dict(msgspec.json.decode((await pop.get(f"/v1/tickets/{ticket}", **bearer(TOKENS[ticket])))[1]))


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


async def test_ticket_there_and_back(pop: RunningPop) -> None:
    """It carries session, consent and trace; its state follows the desk's events, each counted once."""
    ticket = await escalated(pop)
    at_origin = pop.origin.tickets[ticket]

    assert (at_origin["trace"], at_origin["consent"], at_origin["deadline"] > at_origin["created"]) == (
        TRACE,
        "c-1",
        True,
    )
    (follow_up,) = [found for found in pop.origin.tickets.values() if "joins" in found]
    assert ([], ticket) == (at_origin["transcript"], follow_up["joins"])
    assert [turn["text"] for turn in follow_up["transcript"]] == [WORDS]

    async def delivered() -> bool:
        return bool((await state(pop, ticket))["state"] == "delivered")

    await until(delivered, "the delivery in the ticket's state")
    answered = {"type": "ticket.answered", "data": {"ticket": ticket, "reply": "they do"}}
    assert await post_event(pop, "m1", {"type": "ticket.acknowledged", "data": {"ticket": ticket}}) == (
        200,
        {"accepted": True},
    )
    assert (await state(pop, ticket))["state"] == "acknowledged"
    assert await post_event(pop, "m2", answered) == (200, {"accepted": True})
    assert await post_event(pop, "m2", answered) == (200, {"accepted": False})
    assert await post_event(pop, "m3", {"type": "ticket.resolved", "data": {"ticket": ticket}}) == (
        200,
        {"accepted": True},
    )
    found = await state(pop, ticket)
    assert (found["state"], found["reply"]) == ("resolved", "they do")
    assert set(found) == {"ticket", "state", "since", "reply"}


async def test_webhooks_that_change_nothing(pop: RunningPop) -> None:
    """Unsigned, about another origin's ticket, an unknown ticket or origin, too large, or another type of event."""
    ticket = await escalated(pop)
    event = {"type": "ticket.resolved", "data": {"ticket": ticket}}
    async with pop.http.post(f"{pop.url}/v1/webhooks/northwind", json=event) as reply:
        unsigned = (reply.status, (await reply.json(content_type=None))["reason"])
    before = await state(pop, ticket)

    assert unsigned == (401, "signature_invalid")
    status, problem = await post_event(pop, "m1", event, to="default")
    assert (status, problem["detail"]) == (404, "this origin was given no such ticket")
    status, problem = await post_event(pop, "m1", event, to="nobody")
    assert (status, problem["detail"]) == (404, "no such origin, expected 'default' or a tenant with its own")
    status, problem = await post_event(pop, "m1", event, to="defaultnorthwind")
    assert (status, problem["detail"]) == (404, "no such origin, expected 'default' or a tenant with its own")
    status, problem = await post_event(pop, "m1", event, to="default-shop")
    assert (status, problem["detail"]) == (404, "this origin was given no such ticket")
    assert (await post_event(pop, "m2", {"type": "x", "data": {"filler": "x" * 20_000}}))[0] == 413
    assert await post_event(pop, "m3", {"type": "user.created"}) == (200, {"accepted": False})
    assert before["state"] in {"waiting", "delivered"}
    assert (await state(pop, ticket))["state"] in {"waiting", "delivered"}
    metrics = (await pop.get("/metrics"))[1].decode()
    assert 'skerry_webhooks_total{result="refused"} 1.0' in metrics
    assert 'skerry_webhooks_total{result="unknown"} 2.0' in metrics


SECRET_FAULTS = {
    "missing": (None, "cannot read the secret {path}: No such file or directory; look at it with: ls -l {path}"),
    "empty": ("\n", "the secret {path} is empty; put it there: $EDITOR {path}"),
    "not one": (
        "hunter2",
        (
            "{path}: not a webhook secret, expected whsec_, whsk_ or whpk_ and 24 to 64 bytes in Base64; put one there:"
            " $EDITOR {path}"
        ),
    ),
    "public": (
        "whpk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "{path} holds a public key, which cannot sign; put a whsec_ or whsk_ there: $EDITOR {path}",
    ),
}


@pytest.mark.parametrize(("text", "expected"), SECRET_FAULTS.values(), ids=SECRET_FAULTS.keys())
def test_secret_that_cannot_be_used(tmp_path: Path, text: str | None, expected: str) -> None:
    """The error names the file and what to do, and never shows the content of the file."""
    section = {"url": "http://x", "kind": "webhook", "secret_files": ["desk.secret"]}
    config = pop_config(tmp_path, publisher_url="http://x", origin_url="", origin=section)
    if text is not None:
        (tmp_path / "desk.secret").write_text(text)

    with pytest.raises(ConfigError) as caught:
        read_origin_files(config)
    assert caught.value.text == expected.format(path=tmp_path / "desk.secret")
