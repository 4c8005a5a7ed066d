"""What no proxy shows: how long the client waits, what it sends, and that keys are pinned."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.client import ClientBounds, PopClient
from edge.client.follow import _delay_s
from edge.errors import ConfigError, LimitedError, Reason, RefusedError, UnreachableError
from edge.records import AskRequest, IslandName, TenantKey, TenantKeys
from tests.client.answers import ANSWER, DROP, KEY, OTHER_KEY, raw, response_of, text_of

QUESTION = AskRequest(island=str(DROP), text="how much")
Handler = Callable[[web.Request], Awaitable[web.Response]]


class Pop:
    """Answers every question truly after so many refusals, and names a key."""

    def __init__(self) -> None:
        self.refusals: list[dict[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.named, self.has_keys = KEY, True
        self.tenants = [DROP.tenant]
        self.url = ""
        app = web.Application()
        app.add_routes([web.post("/v1/ask", self._ask), web.get("/.well-known/skerry-keys", self._keys)])
        app.add_routes([web.get("/v1/tickets/{ticket}{rest:.*}", self._busy)])
        self.runner = web.AppRunner(app, access_log=None)

    async def _ask(self, request: web.Request) -> web.Response:
        self.bodies.append(msgspec.json.decode(await request.read()))
        if self.refusals:
            return refusal(503, self.refusals.pop(0))
        name = IslandName.parse(self.bodies[-1]["island"])
        return web.Response(body=msgspec.json.encode(response_of(ANSWER, name=name)))

    async def _keys(self, _request: web.Request) -> web.Response:
        keys = (TenantKey(key_id="k", ed25519=text_of(self.named)),) if self.has_keys else ()
        tenants = [TenantKeys(tenant=tenant, keys=keys) for tenant in self.tenants]
        return web.Response(body=msgspec.json.encode({"tenants": tenants}))

    async def _busy(self, _request: web.Request) -> web.Response:
        return refusal(503, {"Retry-After": "60"})


def refusal(status: int, headers: dict[str, str]) -> web.Response:
    """A problem document."""
    document = {"title": "no", "status": status, "detail": "too much at once", "reason": "overloaded"}
    return web.json_response(document, status=status, headers=headers)


@pytest.fixture
async def pop() -> AsyncIterator[Pop]:
    """A running stand-in."""
    pop = Pop()
    await pop.runner.setup()
    await web.TCPSite(pop.runner, "127.0.0.1", 0).start()
    pop.url = f"http://127.0.0.1:{pop.runner.addresses[0][1]}"
    yield pop
    await pop.runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A session."""
    async with aiohttp.ClientSession() as http:
        yield http


class Slept(list[float]):
    """Notes for how long a client wanted to wait."""

    async def __call__(self, seconds: float) -> None:
        """Wait no time at all."""
        self.append(seconds)


WAITS: dict[str, tuple[dict[str, str], list[float]]] = {
    "as it says": ({"Retry-After": "3"}, [3.0]),
    "a second if it says nothing": ({}, [1.0]),
    "a second if it is unreadable": ({"Retry-After": "soon"}, [1.0]),
    "not at all if it is too long": ({"Retry-After": "6"}, []),
}


@pytest.mark.parametrize(("headers", "waits"), WAITS.values(), ids=WAITS.keys())
async def test_wait_before_the_second_try(
    pop: Pop, http: aiohttp.ClientSession, headers: dict[str, str], waits: list[float]
) -> None:
    """Once, within the bound; the error says how long the PoP wants to be left alone."""
    slept = Slept()
    pop.refusals = [headers] * 2
    client = PopClient(http, pop.url, sleep=slept)
    with pytest.raises(UnreachableError) as caught:
        await client.ask(QUESTION)

    assert waits == slept
    assert 1 + len(waits) == len(pop.bodies)
    assert ("too much at once (overloaded)", Reason.OVERLOADED) == (caught.value.text, caught.value.reason)
    asked_for = headers.get("Retry-After", "")
    assert (float(asked_for) if asked_for.isdigit() else None) == caught.value.retry_after_s


async def test_nothing_usual_is_sent(pop: Pop, http: aiohttp.ClientSession) -> None:
    """A PoP of an older release refuses a field that it does not know."""
    await PopClient(http, pop.url).ask(QUESTION)

    assert [{"island": str(DROP), "text": "how much"}] == pop.bodies


async def test_first_keys_are_pinned(pop: Pop, http: aiohttp.ClientSession) -> None:
    """A PoP that names others later changes nothing; one that named them first is believed."""
    first, second = PopClient(http, pop.url), PopClient(http, pop.url)
    before = (await first.ask(QUESTION)).answer
    pop.named = OTHER_KEY
    after = (await first.ask(QUESTION)).answer
    with pytest.raises(RefusedError) as caught:
        await second.ask(QUESTION)

    assert (ANSWER, ANSWER) == (before, after)
    assert f"the answer is signed by key {text_of()}, expected a key of the tenant" == caught.value.text


async def test_keys_of_a_further_tenant_change_no_pinned_one(pop: Pop, http: aiohttp.ClientSession) -> None:
    """The PoP is asked again for a tenant that it did not name before, and believed about that one alone."""
    client = PopClient(http, pop.url)
    await client.ask(QUESTION)
    pop.named, pop.tenants = OTHER_KEY, [DROP.tenant, "rival"]
    with pytest.raises(RefusedError) as caught:
        await client.ask(AskRequest(island="rival/drop", text="how much"))

    assert f"the answer is signed by key {text_of()}, expected a key of the tenant" == caught.value.text
    assert ANSWER == (await client.ask(QUESTION)).answer


async def test_address_with_a_path(pop: Pop, http: aiohttp.ClientSession) -> None:
    """What follows the host is kept, what follows the path is not."""
    with pytest.raises(UnreachableError) as caught:
        await PopClient(http, f"{pop.url}/edge/?a=b#c").ask(QUESTION)

    assert "found HTTP 404 without a problem document, expected a PoP" == caught.value.text
    assert (await PopClient(http, f"{pop.url}/").ask(QUESTION)).answer == ANSWER


@pytest.mark.parametrize("url", ["", "pop.example", "ftp://x", "http://", "http://[/", "https://:443"])
async def test_address_that_is_none(http: aiohttp.ClientSession, url: str) -> None:
    """It is the operator's mistake, and is not repeated: it may hold a password."""
    with pytest.raises(ConfigError) as caught:
        PopClient(http, url)

    expected = "found no http:// or https:// address, expected a PoP's; try: curl http://127.0.0.1:8080/livez"
    assert expected == caught.value.text


async def test_following_ends_with_the_error(pop: Pop, http: aiohttp.ClientSession) -> None:
    """After so many failures in a row, with longer waits between them."""
    slept = Slept()
    client = PopClient(http, pop.url, bounds=ClientBounds(max_failures=3), sleep=slept)
    with pytest.raises(UnreachableError):
        await anext(client.follow("t", "token"))

    assert 3 == len(slept)
    assert all(low <= slept[number] <= 2 * low for number, low in enumerate((0.5, 1.0, 2.0)))


def test_delay_after_hours_of_failures() -> None:
    """It stays at its longest."""
    assert 2.5 <= _delay_s(2_000, 0) <= 5.0
    assert 15.0 <= _delay_s(0, 2_000) <= 30.0


async def test_names_stay_within_their_part_of_a_path(pop: Pop, http: aiohttp.ClientSession) -> None:
    """An id with a slash asks for nothing else; an island's name is read before anything is sent."""
    client = PopClient(http, pop.url, keys={"northwind": [raw()]})
    with pytest.raises(UnreachableError):
        await client.ticket("../ask?x=", "token")
    with pytest.raises(RefusedError):
        await client.snippet("northwind/drop/../../x", "price")

    assert [] == pop.bodies


async def test_limit_is_told(http: aiohttp.ClientSession) -> None:
    """With its name, and the seconds after which the same request is accepted."""

    async def limited(_request: web.Request) -> web.Response:
        document = {"title": "no", "status": 429, "detail": "too many questions", "reason": "rate_limited"}
        fields = {"Retry-After": "7", "RateLimit-Policy": '"session";q=10;w=10', "RateLimit": '"session";r=0;t=7'}
        return web.json_response(document, status=429, headers=fields)

    app = web.Application()
    app.add_routes([web.post("/v1/ask", limited)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        with pytest.raises(LimitedError) as caught:
            await PopClient(http, f"http://127.0.0.1:{runner.addresses[0][1]}").ask(QUESTION)
    finally:
        await runner.cleanup()

    assert ("session", 7, {"RateLimit-Policy", "RateLimit"}) == (
        caught.value.limit,
        caught.value.retry_after_s,
        set(caught.value.fields),
    )


async def test_streams_that_end_at_once(http: aiohttp.ClientSession) -> None:
    """The state is polled, every 5 to 30 seconds after the second stream: a proxy ends each of them.

    Each begins with a wait that is no news.
    """
    status = {"ticket": "t", "state": "waiting", "since": "2026-09-01T12:00:00Z"}
    polls = 0

    async def state(_request: web.Request) -> web.Response:
        nonlocal polls
        polls += 1
        return web.json_response(status | ({"state": "resolved"} if polls == 6 else {}))

    async def stream(_request: web.Request) -> web.Response:
        return web.Response(body=b'event: wait\ndata: {"wait_s":380.0}\n\n', content_type="text/event-stream")

    app = web.Application()
    app.add_routes([web.get("/v1/tickets/t", state), web.get("/v1/tickets/t/events", stream)])
    slept = Slept()
    async with TestServer(app) as server:
        client = PopClient(http, str(server.make_url("")), sleep=slept)
        kinds = [event.kind async for event in client.follow("t", "token")]

    assert ["waiting", "resolved"] == [kind for kind in kinds if kind != "wait"]
    assert slept[0] <= 1.0
    assert all(5.0 <= seconds <= 30.0 for seconds in slept[1:])
    assert 5 == len(slept)


async def test_tenant_without_keys_at_the_first_look(pop: Pop, http: aiohttp.ClientSession) -> None:
    """The PoP had not taken its island yet: it is asked again, and the keys that it names then are pinned."""
    client = PopClient(http, pop.url)
    pop.has_keys = False
    with pytest.raises(RefusedError):
        await client.ask(QUESTION)
    pop.has_keys = True
    found = await client.ask(QUESTION)

    assert found.answer
