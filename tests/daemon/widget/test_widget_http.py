"""The widget's files over HTTP: readable by pages, small, and never of two releases."""

import asyncio
import base64
import gzip
import hashlib
import json
import zlib
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from edge.daemon.browser import let_pages_in
from edge.daemon.widget import WidgetRoutes
from edge.errors import ConfigError
from edge.host import problems_middleware
from tests.browser.desk.faces import BUILT

WIDGET = BUILT / "widget"
FILES = {one.name: one.read_bytes() for one in WIDGET.iterdir()}
PAGE = {f"themes{one.suffix}": one.read_bytes() for one in (BUILT / "themes").iterdir()}
SHOP = "https://shop.example"


@pytest.fixture
async def client() -> "TestClient[web.Request, web.Application]":
    """Only the widget's routes, for pages of one shop."""
    app = web.Application(middlewares=[problems_middleware(lambda _reason: None)])
    app.add_routes((await asyncio.to_thread(WidgetRoutes)).routes)
    let_pages_in(app, [SHOP])
    client = TestClient(TestServer(app), auto_decompress=False)
    await client.start_server()
    return client


@pytest.mark.parametrize("file", sorted(FILES))
async def test_file_is_for_pages_of_the_shop(client: "TestClient[web.Request, web.Application]", file: str) -> None:
    """It may be read by its pages, has a type that a browser runs, and is the file byte for byte in gzip, too."""
    async with client:
        response = await client.get(f"/widget/{file}", headers={"Origin": SHOP, "Accept-Encoding": "gzip"})
        stranger = await client.get(f"/widget/{file}", headers={"Origin": "https://evil.example"})
        content = await response.read()

    assert gzip.decompress(content) == FILES[file]
    assert response.content_type in {"text/javascript", "application/json"}
    assert SHOP == response.headers["Access-Control-Allow-Origin"]
    assert {"Origin", "Accept-Encoding"} == set(response.headers.getall("Vary"))
    assert "Access-Control-Allow-Origin" not in stranger.headers


async def test_page_for_authors(client: "TestClient[web.Request, web.Application]") -> None:
    """Its files have their types, and its policy lets it load and ask nothing but this PoP."""
    async with client:
        plain = {"Accept-Encoding": "identity"}
        found = {name: await client.get(f"/widget/{name}", headers=plain) for name in PAGE}
        contents = {name: await response.read() for name, response in found.items()}
        loader = await client.get("/widget/skerry.js")
    policy = found["themes.html"].headers["Content-Security-Policy"]

    assert contents == PAGE
    assert {"themes.html": "text/html", "themes.js": "text/javascript", "themes.css": "text/css"} == {
        name: response.content_type for name, response in found.items() if name != "themes.svg"
    }
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "frame-ancestors 'none'" in policy
    assert {"no-cache"} == {response.headers["Cache-Control"] for response in found.values()}
    assert "Content-Security-Policy" not in loader.headers


async def test_parts_are_kept_and_the_loader_is_asked_for(client: "TestClient[web.Request, web.Application]") -> None:
    """A part's name is that of its bytes. The loader's is not, so a browser asks, and is told if it has the newest."""
    part = next(one for one in FILES if one.startswith("chat-"))
    async with client:
        kept = (await client.get(f"/widget/{part}")).headers["Cache-Control"]
        loader = await client.get("/widget/skerry.js")
        again = await client.get("/widget/skerry.js", headers={"If-None-Match": f'"x", W/{loader.headers["ETag"]}'})
        elsewhere = await client.get("/widget/../desk/main.js")

    assert ("public, max-age=31536000, immutable", "no-cache") == (kept, loader.headers["Cache-Control"])
    assert (304, 404) == (again.status, elsewhere.status)


def test_manifest_has_the_loader_s_hash() -> None:
    """It is the value of `integrity` in the embed line."""
    digest = base64.b64encode(hashlib.sha384((WIDGET / "skerry.js").read_bytes()).digest()).decode()

    assert {"skerry.js": f"sha384-{digest}"} == json.loads((WIDGET / "manifest.json").read_bytes())


def test_missing_files_are_an_error(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(ConfigError, match=r"widget cannot be read: No such file or directory; install Skerry again$"):
        WidgetRoutes(tmp_path / "widget")


def test_gzip_is_what_browsers_expect() -> None:
    """A gzip header, and not that of a zlib stream."""
    routes = WidgetRoutes()
    file = routes._files["skerry.js"]

    assert b"\x1f\x8b" == file.compressed[:2]
    assert file.content == zlib.decompress(file.compressed, wbits=31)


async def test_file_that_is_not_there(client: "TestClient[web.Request, web.Application]") -> None:
    """404, and which files there are."""
    async with client:
        response = await client.get("/widget/nothing.js")
        problem = await response.json()

    assert 404 == response.status
    assert "skerry.js" in problem["detail"]
