"""The panel of a Twitch extension, from its ZIP file: at 318 pixels, with a strict policy, it answers."""

import asyncio
import zipfile
from pathlib import Path

import pytest
from aiohttp import web
from click.testing import CliRunner
from playwright.async_api import Route, expect

from edge.cli import cli
from edge.cli.demo import LocalSite
from tests.browser.widget.shop import Shop, Viewer
from tests.pen import DROP, Pen

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

HELPER = "https://extension-files.twitch.tv"


def unpack(shop: Shop, folder: Path) -> None:
    """Write the ZIP file for this shop's PoP, and unpack it."""
    packed = folder.with_suffix(".zip")
    words = ["widget", "twitch", str(DROP), "--pop", shop.pop, "--key", shop.key, "--out", str(packed)]
    assert 0 == CliRunner().invoke(cli, words).exit_code
    with zipfile.ZipFile(packed) as opened:
        opened.extractall(folder)


async def test_panel_answers(viewer: Viewer, shop: Shop, pen: Pen, tmp_path: Path) -> None:
    """Scripts come from the extension and Twitch alone. No part is wider than the panel."""
    await asyncio.to_thread(unpack, shop, tmp_path / "panel")

    async def file(request: web.Request) -> web.FileResponse:
        policy = f"default-src 'none'; script-src 'self' {HELPER}; connect-src {shop.pop}; frame-ancestors 'none'"
        headers = {"Content-Security-Policy": policy}
        return web.FileResponse(tmp_path / "panel" / request.match_info["file"], headers=headers)

    async def help_out(route: Route) -> None:
        await route.fulfill(body="", content_type="text/javascript")

    site = LocalSite(0, [web.get("/{file}", file)])
    await site.start()
    try:
        await viewer.page.route(f"{HELPER}/**", help_out)
        await viewer.page.set_viewport_size({"width": 318, "height": 500})
        await viewer.page.goto(f"{site.url}/panel.html")
        await viewer.ask(pen.example)
        await expect(viewer.part("approved")).to_contain_text("Dana Ortiz")
        width = await viewer.page.evaluate("document.documentElement.scrollWidth")
    finally:
        await site.stop()

    assert 318 == width
    assert [] == [error for error in viewer.errors if "<style>" not in error and "inline style" not in error]
