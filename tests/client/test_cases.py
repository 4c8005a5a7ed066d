"""One table of cases, each asked of a real PoP by both clients, through a proxy that is odd in one way."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import msgspec
import pytest
import pytest_asyncio

from edge.cli.demo.origin import DemoOrigin
from edge.client import ClientBounds, PopClient
from tests.client.answers import OTHER_KEY, raw
from tests.client.calls import outcome_of
from tests.client.odd_proxy import OddProxy, Passed
from tests.client.typescript import TypeScriptClient
from tests.daemon.api.test_webhooks_http import post_event, webhook_pop
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen
from tests.waiting import until_true

CASES: dict[str, dict[str, Any]] = {
    case["name"]: {"island": str(DROP), "through": "honest", "keys": "given", **case}
    for case in json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
}
BOUNDS = ClientBounds(first_byte_s=0.5, max_failures=1)

pytestmark = pytest.mark.asyncio(loop_scope="module")


class World(NamedTuple):
    """A PoP, the proxy before it, and its tenant's key."""

    pop: RunningPop
    origin: DemoOrigin
    proxy: OddProxy
    key: bytes
    typescript: TypeScriptClient

    def keys(self, which: str) -> dict[str, list[bytes]] | None:
        """By the word of the table."""
        given = {"given": [self.key], "wrong": [raw(OTHER_KEY)]}
        return None if which == "pinned" else {DROP.tenant: given[which]} if which in given else {}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(pen: Pen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Everything, for all cases: each has a number of its own at the proxy."""
    origin = DemoOrigin(0)
    await origin.start()
    try:
        folder = tmp_path_factory.mktemp("client")
        await asyncio.to_thread(pen.publish, await asyncio.to_thread(pen.copy_home, folder / "home"), pen.asking)
        async with webhook_pop(pen, folder, origin) as pop, aiohttp.ClientSession() as http:
            proxy = OddProxy(pop.url, http)
            await proxy.start()
            keys = msgspec.json.decode((await pop.get("/.well-known/skerry-keys"))[1])["tenants"]
            typescript = TypeScriptClient()
            yield World(pop, origin, proxy, base64.b64decode(keys[0]["keys"][0]["ed25519"]), typescript)
            await typescript.stop()
            await proxy.stop()
    finally:
        await origin.stop()


async def by_python(url: str, case: dict[str, Any], keys: dict[str, list[bytes]] | None) -> dict[str, Any]:
    """What the Python client gives back."""
    async with aiohttp.ClientSession() as http:
        return await outcome_of(PopClient(http, url, keys=keys, bounds=BOUNDS), case)


@pytest.mark.parametrize("client", ["python", pytest.param("typescript", marks=pytest.mark.requires("npm"))])
@pytest.mark.parametrize("name", CASES)
async def test_case(world: World, client: str, name: str) -> None:
    """The outcome or the error, how often was asked, and that a second try is the first one again."""
    case, number = CASES[name], f"{client}-{list(CASES).index(name)}"
    desk = asyncio.create_task(reply_and_resolve(world, number, case)) if case["call"] == "follow" else None
    url = f"{world.proxy.url}/{case['through']}/{number}"
    by = world.typescript.outcome if client == "typescript" else by_python
    found = await by(url, case, world.keys(case["keys"]))
    if desk is not None:
        desk.cancel() if "error" in case else await desk
    passed = world.proxy.passed[number]

    expected = case.get("error") or case["expect"]
    assert expected == {key: found.get(key) for key in expected}, found
    assert case.get("requests", len(passed)) == len(passed), passed
    assert {} == {key: paths for key, paths in keys_of(passed).items() if len(set(paths)) > 1}
    assert [] == [one for one in passed if one.path in {"/v1/ask", "/v1/choice"} and not key_of(one)]
    if case.get("resumed"):
        assert any("Last-Event-ID" in one.headers for one in streams_of(passed)), passed


def key_of(passed: Passed) -> str:
    """Its key, for requests that must not count twice."""
    return passed.headers.get("Idempotency-Key", "")


def keys_of(passed: list[Passed]) -> dict[str, list[str]]:
    """By key, the paths of its requests."""
    by_key: dict[str, list[str]] = {}
    for one in passed:
        if key_of(one):
            by_key.setdefault(key_of(one), []).append(one.path)
    return by_key


def streams_of(passed: list[Passed]) -> list[Passed]:
    """Requests for events."""
    return [one for one in passed if one.path.endswith("/events")]


async def reply_and_resolve(world: World, number: str, case: dict[str, Any]) -> None:
    """The desk replies once the viewer reads, and is done once the viewer came back, if the proxy cuts streams."""
    passed = world.proxy.passed[number]
    await until_true(lambda: bool(streams_of(passed)), "the viewer follows the ticket")
    ticket = streams_of(passed)[0].path.split("/")[3]
    await world.pop.until_at_origin({ticket})
    await _tell(world.pop, ticket, "answered", reply="They do.")
    if case.get("resumed"):
        await until_true(
            lambda: any("Last-Event-ID" in one.headers for one in streams_of(passed)), "the viewer comes back"
        )
    await _tell(world.pop, ticket, "resolved")


async def _tell(pop: RunningPop, ticket: str, what: str, **data: str) -> None:
    event = {"type": f"ticket.{what}", "data": {"ticket": ticket, **data}}
    assert (200, {"accepted": True}) == await post_event(pop, f"{ticket}-{what}", event)


async def test_second_try_has_the_first_one_s_key(world: World) -> None:
    """So that a PoP which took the first makes no second ticket."""
    url = f"{world.proxy.url}/busy_once/again"
    await by_python(url, CASES["an answer"], world.keys("given"))
    first, second = world.proxy.passed["again"]

    assert key_of(first) == key_of(second) != ""
