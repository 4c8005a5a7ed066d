"""A shop's page with the widget, on an origin of its own, and what a viewer does there."""

import html
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Locator, Page, expect

from edge.cli.demo import LocalSite
from tests.browser.desk.faces import BUILT
from tests.client.odd_proxy import OddProxy
from tests.pen import DROP

WIDGET = BUILT / "widget"
PREFLIGHT = {"Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Prefer"}
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><style>{style}</style>
<main><h1>Tidebreak hoodie</h1><p>Made to order.</p></main>
<script type="module" src="{loader}" integrity="{integrity}" crossorigin></script>
<skerry-chat {attributes}></skerry-chat></html>"""


def integrity_of(folder: Path) -> str:
    """The hash of the loader in a folder with the widget's files."""
    found: str = json.loads((folder / "manifest.json").read_bytes())["skerry.js"]
    return found


INTEGRITY = integrity_of(WIDGET)


class PageProxy(OddProxy):
    """The odd proxy for pages of other origins."""

    def make_app(self) -> web.Application:
        """Pages may read its responses."""
        app = super().make_app()
        app.on_response_prepare.append(_let_pages_in)
        return app

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return web.Response(headers=PREFLIGHT)
        if not request.path.endswith(("/v1/ask", "/v1/choice")):
            request.match_info["mode"] = "honest"
        return await super()._pass(request)


async def _let_pages_in(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After"


class Shop(LocalSite):
    """Serves one page, made of the fields below. `/own/` has the widget's files, as a shop hosts them itself."""

    def __init__(self, pop: str, key: str) -> None:
        super().__init__(0, [web.get("/", self._page), web.get("/own/{file}", self._own)])
        self.pop, self.key = pop, key
        self.loader = f"{pop}/widget/skerry.js"
        self.integrity = ""
        """What pins the loader; its hash if it is empty."""
        self.lang, self.style, self.policy = "en", "", ""
        self.files = WIDGET
        """What `/own/` has."""
        self.body = ""
        """The whole page in place of the usual one."""
        self.attributes: dict[str, str] = {}
        self.is_bare = False
        """True for the same page without the widget."""

    async def _own(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(self.files / request.match_info["file"])

    async def _page(self, _request: web.Request) -> web.Response:
        attributes = {"island": str(DROP), "pop": self.pop, "key": self.key, **self.attributes}
        text = PAGE.format(
            lang=self.lang,
            style=self.style,
            loader=self.loader,
            integrity=self.integrity or integrity_of(self.files),
            attributes=" ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items()),
        )
        if self.is_bare:
            text = text.partition("<script")[0]
        headers = {"Content-Security-Policy": self.policy} if self.policy else {}
        return web.Response(text=self.body or text, content_type="text/html", headers=headers)


class Viewer:
    """Somebody at the shop's page."""

    def __init__(self, page: Page, shop: Shop) -> None:
        self.page, self.shop = page, shop
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    async def come(self) -> None:
        """Open the page."""
        await self.page.goto(self.shop.url)

    async def open(self) -> None:
        """Open the page and the chat."""
        await self.come()
        await self.part("button").click()
        await expect(self.field).to_be_focused()

    async def ask(self, text: str) -> None:
        """Type a question and press Enter."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask_a_person(self, text: str) -> None:
        """Type a question and press the other button."""
        await self.field.fill(text)
        await self.part("person").click()

    def part(self, name: str) -> Locator:
        """An element of the widget."""
        return self.page.locator(f'skerry-chat [part~="{name}"]')

    @property
    def field(self) -> Locator:
        """Where a question is typed."""
        return self.part("field")

    async def stored(self) -> dict[str, Any]:
        """Everything that the page keeps anywhere, but for HTTP caches."""
        found: dict[str, Any] = await self.page.evaluate(
            """async () => ({session: {...sessionStorage}, local: {...localStorage}, cookies: document.cookie,
                databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
                workers: (await navigator.serviceWorker.getRegistrations()).length})"""
        )
        return found


@asynccontextmanager
async def viewer_at(browser: Browser, shop: Shop, **context: Any) -> AsyncIterator[Viewer]:
    """A fresh viewer, with no memory of earlier ones."""
    opened = await browser.new_context(**context)
    try:
        yield Viewer(await opened.new_page(), shop)
    finally:
        await opened.close()
