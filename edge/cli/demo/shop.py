"""A shop's page with the widget, on a port of its own: another origin than the PoP, as a real shop is."""

import html
import json
from pathlib import Path

from aiohttp import web

import edge
from edge.cli.demo.local_site import LocalSite

_MANIFEST = Path(edge.__file__).parent / "faces" / "built" / "widget" / "manifest.json"

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<main>
<h1>{title}</h1>
<p>This page stands for a shop of its own. Its questions are answered by the button in the corner.</p>
</main>
<script type="module" src="{pop}/widget/skerry.js" integrity="{integrity}" crossorigin></script>
<skerry-chat island="{island}" pop="{pop}" key="{key}"></skerry-chat>
</html>
"""
_STYLES = """body { font: 1.1rem/1.5 system-ui, sans-serif; max-inline-size: 42rem; margin: 3rem auto; padding: 0 1rem }
html { color-scheme: light dark }
"""
_POLICY = (
    "default-src 'none'; script-src {pop}; connect-src {pop}; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


class DemoShop(LocalSite):
    """Serves one page with the widget for `island`, at `port`. `key`: the tenant's public keys in base64."""

    def __init__(self, port: int, *, pop_url: str, island: str, title: str, key: str) -> None:
        super().__init__(port, [web.get("/", self._get_page), web.get("/page.css", self._get_styles)])
        self._policy = _POLICY.format(pop=pop_url)
        values = {"pop": pop_url, "island": island, "title": title, "key": key, "integrity": _integrity()}
        self._page = _PAGE.format(**{name: html.escape(value) for name, value in values.items()})

    async def _get_page(self, _request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": self._policy, "Cache-Control": "no-cache"}
        return web.Response(text=self._page, content_type="text/html", headers=headers)

    async def _get_styles(self, _request: web.Request) -> web.Response:
        return web.Response(text=_STYLES, content_type="text/css")


def _integrity() -> str:
    found: str = json.loads(_MANIFEST.read_bytes())["skerry.js"]
    return found
