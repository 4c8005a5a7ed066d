"""Chromium without a window, a real publisher and PoP with two tenants, and a proxy that lies between them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import aiohttp
import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from edge.cli.demo.origin import DemoOrigin
from edge.host import utc_now
from edge.publish.compile import Prepared, sign_island
from edge.publish.keys import PrivateKey
from edge.publish.repository import Repository, SignedIsland, list_loader
from edge.publish.source import IslandSource
from edge.records import IslandName
from tests.browser.desk.faces import BUILT
from tests.browser.lying_proxy import LyingProxy
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen

RIVAL = IslandName("rival", "hoodie-drop")
"""Another tenant's island with the very same snippets."""

LOADER = BUILT / "widget" / "skerry.js"
"""What the publisher signs as the widget."""

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # there is no other user to hide from, and root may not start without it
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

FETCH = """async ([url, key]) => {
    const text = async options => {
        try { return await (await fetch(url, {cache: "no-store", ...options})).text() } catch { return null }
    }
    return {unasked: await text({}), asked: await text({integrity: `ed25519-${key}`})}
}"""


ASK = """async ([url, key, question]) => {
    const headers = {"Content-Type": "application/json", "Idempotency-Key": `"${crypto.randomUUID()}"`}
    const post = () => fetch(url + "/v1/ask", {method: "POST", headers, body: JSON.stringify(question)})
    const [first, again] = [await (await post()).text(), await (await post()).text()]
    const {answer, signed, ticket, ticket_token} = JSON.parse(first)
    if (!signed) return {answer, ticket, token: ticket_token, same: first === again}
    const bytes = text => new TextEncoder().encode(text)
    const decoded = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(signed.document)))
    const digest = `sha-256=:${btoa(String.fromCharCode(...hash))}:`
    const params = signed.signature_input.slice("pub=".length)
    const base = `"unencoded-digest";sf: ${digest}\\n"@signature-params": ${params}`
    const trusted = await crypto.subtle.importKey("raw", decoded(key), "Ed25519", false, ["verify"])
    const signature = decoded(signed.signature.slice("pub=:".length, -1))
    const verify = text => crypto.subtle.verify("Ed25519", trusted, signature, bytes(text))
    return {
        answer, same: first === again, document: JSON.parse(signed.document).answer,
        good: digest === signed.unencoded_digest && await verify(base), forged: await verify(base + " "),
    }
}"""

FOLLOW = """async ([url, ticket, token]) => {
    const response = await fetch(`${url}/v1/tickets/${ticket}/events`, {headers: {Authorization: `Bearer ${token}`}})
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = "", part = {}
    while (!part.done && !text.includes("event: delivered")) text += (part = await reader.read()).value
    await reader.cancel()
    const stranger = await fetch(`${url}/v1/tickets/${ticket}/events`, {headers: {Authorization: "Bearer x"}})
    return {type: response.headers.get("Content-Type"), refused: (await stranger.json()).reason}
}"""


class Fetched(msgspec.Struct):
    """What came over the wire, and what the browser gave its page of it; None where it refused."""

    status: int
    sent: str
    unasked: str | None
    """For a page that asked for no signature."""
    asked: str | None
    """For a page that asked for the tenant's."""


class World(NamedTuple):
    """A browser's page, a PoP with two tenants, and a proxy before it."""

    page: Page
    pop: RunningPop
    proxy: LyingProxy
    keys: dict[str, str]
    """By tenant, as the PoP tells them."""
    snippet: str

    def path(self, name: IslandName = DROP) -> str:
        """Of the snippet, in either tenant's island."""
        return f"/v1/islands/{name}/snippets/{self.snippet}"

    async def fetch(self, url: str, *, tenant: str = DROP.tenant) -> Fetched:
        """What the page gets from `url` when it wants the tenant's signature."""
        async with self.pop.http.get(url) as reply:
            sent = {"status": reply.status, "sent": await reply.text()}
        given = await self.page.evaluate(FETCH, [url, self.keys[tenant]])
        return msgspec.convert({**sent, **given}, Fetched)


def chromium() -> str:
    """Where the browser is; without one the test is skipped, or fails where everything must be there."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium, install it with: apt-get install chromium")
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page() -> AsyncIterator[Page]:
    """An empty page in a fresh profile."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        try:
            yield await browser.new_page()
        finally:
            await browser.close()


@asynccontextmanager
async def two_tenants(
    folder: Path, pen: Pen, *, ago: timedelta = timedelta(0), **times: datetime
) -> AsyncIterator[RunningPop]:
    """A PoP that serves the drop of two tenants, all of it happening `ago`; `times` replace the island's."""

    def now() -> datetime:
        return utc_now() - ago

    source = msgspec.structs.replace(pen.prepared.source, **times)
    await asyncio.to_thread(_publish, folder / "home", pen.prepared, source, now())
    origin = DemoOrigin(0)
    await origin.start()
    try:
        async with running_publisher(folder / "home", now=now) as url:
            config = pop_config(folder, publisher_url=url, origin_url=origin.url)
            async with running_pop(config, origin, now=now) as pop:
                await pop.until_served(2)
                yield pop
    finally:
        await origin.stop()


def _publish(home: Path, prepared: Prepared, source: IslandSource, now: datetime) -> None:
    repository = Repository(home)
    repository.init(now=now, tenants=[DROP.tenant, RIVAL.tenant])
    for name in (DROP, RIVAL):
        own = msgspec.structs.replace(prepared, source=msgspec.structs.replace(source, tenant=name.tenant))
        repository.publish_island(name, _signer(own, repository.tenant_key(name.tenant), now), now=now)
    with repository.change(now) as change:
        for path, file in list_loader(change.state.targets, LOADER.read_bytes()).items():
            change.add_target(path, file)
        change.touch("targets")


def _signer(prepared: Prepared, key: PrivateKey, now: datetime) -> Callable[[int], SignedIsland]:
    return lambda revision: sign_island(prepared, revision=revision, signer=key, now=now)


@asynccontextmanager
async def world_of(page: Page, pop: RunningPop) -> AsyncIterator[World]:
    """The page opened at the proxy, so that the PoP itself is another origin."""
    keys = msgspec.json.decode((await pop.get("/.well-known/skerry-keys"))[1])["tenants"]
    island = msgspec.json.decode((await pop.get(f"/v1/islands/{DROP}"))[1])
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        proxy = LyingProxy(pop.url, http)
        await proxy.start()
        try:
            await page.goto(proxy.url)
            known = {one["tenant"]: one["keys"][0]["ed25519"] for one in keys}
            yield World(page, pop, proxy, known, island["served_snippets"][0])
        finally:
            await proxy.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(page: Page, pen: Pen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Everything as it is now."""
    async with two_tenants(tmp_path_factory.mktemp("now"), pen) as pop, world_of(page, pop) as world:
        yield world
