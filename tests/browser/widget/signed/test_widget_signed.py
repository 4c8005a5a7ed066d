"""The browser itself verifies the widget's loader, on a page that pins it by the publisher's key.

`integrity="ed25519-…"` in Chromium (WICG Signature-based Integrity). Between page and PoP is a proxy that changes the
loader, as a PoP that lies would.
"""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import expect

from edge.trust import digest_header, read_signature_input
from tests.browser import lying_proxy
from tests.browser.lying_proxy import Lie, LyingProxy, Passing
from tests.browser.widget.shop import Shop, Viewer
from tests.daemon.conftest import RunningPop
from tests.pen import Pen

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

LOADER = "/widget/skerry.js"


class LoaderProxy(LyingProxy):
    """A proxy for pages of other origins, which lies about the loader alone."""

    def make_app(self) -> web.Application:
        """Pages may load what passes."""
        app = super().make_app()
        app.on_response_prepare.append(_let_pages_in)
        return app

    async def _pass(self, request: web.Request) -> web.Response:
        lie = self.lie
        if request.path != LOADER:
            self.lie = lying_proxy.tell_the_truth
        try:
            return await super()._pass(request)
        finally:
            self.lie = lie


async def _let_pages_in(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Access-Control-Allow-Origin"] = "*"


async def _change(passing: Passing, _proxy: LyingProxy) -> None:
    passing.body += b"\n//"


async def _change_with_digest(passing: Passing, proxy: LyingProxy) -> None:
    await _change(passing, proxy)
    passing.headers["Unencoded-Digest"] = digest_header(passing.body)


BELIEVED = {"as the PoP serves it": lying_proxy.tell_the_truth, "compressed on its way": lying_proxy.compress}
REFUSED: dict[str, Lie] = {
    "the file was changed": _change,
    "file and digest were changed": _change_with_digest,
    "the signature was dropped": lying_proxy.drop_the_signature,
    "somebody else signed it": lying_proxy.sign_with_another_key,
    "somebody else signed it in the publisher's name": lying_proxy.claim_the_tenant_s_key,
    "its life was extended": lying_proxy.extend_the_signature,
}


@pytest_asyncio.fixture(loop_scope="module")
async def pinned(pop: RunningPop, shop: Shop) -> AsyncIterator[LoaderProxy]:
    """The shop's page pins the loader by the publisher's key, and loads it through the proxy."""
    _, _, response = await pop.get(LOADER)
    key = response.headers["Signature-Input"].partition('keyid="')[2].partition('"')[0]
    async with aiohttp.ClientSession(headers={"Accept-Encoding": "identity"}) as http:
        proxy = LoaderProxy(pop.url, http)
        await proxy.start()
        shop.integrity, shop.loader = f"ed25519-{key}", proxy.url + LOADER
        try:
            yield proxy
        finally:
            await proxy.stop()


@pytest.mark.parametrize("sentence", BELIEVED)
async def test_signed_loader_runs(pinned: LoaderProxy, viewer: Viewer, pen: Pen, sentence: str) -> None:
    """With all its parts: a question is answered."""
    pinned.lie = BELIEVED[sentence]
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("answer")).to_be_visible()
    assert [] == viewer.errors


async def test_any_other_loader_does_not_run(pinned: LoaderProxy, viewer: Viewer) -> None:
    """There is no button."""
    found = {}
    for sentence, lie in REFUSED.items():
        pinned.lie = lie
        await viewer.page.goto(viewer.shop.url, wait_until="load")
        found[sentence] = await viewer.page.evaluate("!!customElements.get('skerry-chat')")

    assert dict.fromkeys(REFUSED, False) == found


async def test_page_that_pins_the_hash_needs_no_signature(pinned: LoaderProxy, viewer: Viewer) -> None:
    """It runs the file without one, and refuses it with one that does not hold."""
    viewer.shop.integrity = ""
    pinned.lie = lying_proxy.drop_the_signature
    await viewer.come()
    without = await viewer.page.evaluate("!!customElements.get('skerry-chat')")
    pinned.lie = lying_proxy.extend_the_signature
    await viewer.come()
    with_a_false_one = await viewer.page.evaluate("!!customElements.get('skerry-chat')")

    assert (True, False) == (without, with_a_false_one)


async def test_pop_says_that_it_is_signed(pop: RunningPop) -> None:
    """As for a snippet, by a key and until a time that the headers name."""
    _, body, response = await pop.get(LOADER)
    terms = read_signature_input(response.headers["Signature-Input"])

    assert "signed" == response.headers["Skerry-Widget"]
    assert digest_header(body) == response.headers["Unencoded-Digest"]
    assert terms.created < terms.expires
