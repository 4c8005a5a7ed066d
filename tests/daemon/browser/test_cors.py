"""Which pages may use which routes, by the rule alone and over HTTP, for every route of a running PoP."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from yarl import URL

from edge.cli.demo.origin import DemoOrigin
from edge.daemon.browser import cors_headers, is_viewer_path
from edge.daemon.contract import openapi_document
from tests.daemon.api.test_webhooks_http import webhook_pop
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen

SHOP, STRANGER = "https://shop.example", "https://stranger.example"
ROOT = Path(__file__).parents[3]

NOT_FOR_PAGES = {
    "/v1/load", "/v1/release", "/v1/open-questions", "/v1/stats", "/v1/tickets", "/v1/webhooks/{origin}",
    "/v1/sessions/merge", "/v1/sessions/merge/undo", "/livez", "/readyz", "/overlay/{tenant}/{island}",
    "/statusz", "/metrics", "/openapi.json",
}  # fmt: skip
"""Desks' and operators' routes, and a page of the PoP's own. Every other route is a viewer's."""

TRUSTED: dict[str, tuple[tuple[str, ...], str | None, str | None, str | None]] = {
    "every page": (("*",), SHOP, "*", None),
    "every page, and no page asks": (("*",), None, "*", None),
    "this page": ((SHOP,), SHOP, SHOP, "Origin"),
    "another page": ((SHOP,), STRANGER, None, "Origin"),
    "another port": ((SHOP,), f"{SHOP}:8443", None, "Origin"),
    "no page": ((SHOP,), None, None, "Origin"),
    "a page without an origin": ((SHOP,), "null", None, "Origin"),
    "nobody": ((), SHOP, None, "Origin"),
    "nobody, and no page asks": ((), None, None, "Origin"),
}


@pytest.mark.parametrize(("allowed", "origin", "expected", "vary"), TRUSTED.values(), ids=TRUSTED.keys())
def test_who_may_read(allowed: tuple[str, ...], origin: str | None, expected: str | None, vary: str | None) -> None:
    """A page is named only if it may read; and a cache is told that the origin matters. Credentials never go along."""
    headers = cors_headers(origin, allowed)

    assert (expected, vary) == (headers.get("Access-Control-Allow-Origin"), headers.get("Vary"))
    assert ("Access-Control-Expose-Headers" in headers) == (expected is not None)
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path, origin: DemoOrigin) -> AsyncIterator[RunningPop]:
    """A PoP that lets one shop's pages in."""
    async with webhook_pop(pen, tmp_path, origin, cors_origins=[SHOP]) as pop:
        yield pop


async def test_every_route_is_either_for_pages_or_not(pop: RunningPop) -> None:
    """A preflight of each viewer's route is allowed for the shop, with what a page has to send; of no other route."""
    paths = json.loads((await pop.get("/openapi.json"))[1])["paths"]
    asking = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    found = {}
    for path in paths:
        sent = re.sub(r"\{.*?\}", "x", path)
        async with pop.http.options(pop.url + sent, headers=asking) as reply:
            found[path] = (reply.status, reply.headers.get("Access-Control-Allow-Origin"))
            if reply.status == 204:
                headers = reply.headers

    assert NOT_FOR_PAGES <= found.keys()
    assert {path: (405, None) if path in NOT_FOR_PAGES else (204, SHOP) for path in paths} == found
    assert {
        "Authorization",
        "Content-Type",
        "Idempotency-Key",
        "If-None-Match",
        "Last-Event-ID",
        "Prefer",
        "traceparent",
    } == set(headers["Access-Control-Allow-Headers"].split(", "))
    assert ("GET, POST", "7200") == (headers["Access-Control-Allow-Methods"], headers["Access-Control-Max-Age"])


async def test_preflight_behind_another_request(pop: RunningPop) -> None:
    """In the same bytes, where it is not answered before the application sees it."""
    url = URL(pop.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    preflight = f"OPTIONS /v1/ask HTTP/1.1\r\nHost: pop\r\nOrigin: {SHOP}\r\nConnection: close\r\n\r\n"
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: pop\r\n\r\n" + preflight.encode())
    _, _, found = (await reader.read()).partition(b"HTTP/1.1 204")
    writer.close()
    await writer.wait_closed()

    assert f"Access-Control-Allow-Origin: {SHOP}\r\n".encode() in found
    assert b"Access-Control-Allow-Methods: GET, POST\r\n" in found


async def test_errors_can_be_read_by_pages(pop: RunningPop) -> None:
    """Every layer that refuses says why to the page: bad JSON, no question, no island, no path, no token, no method."""
    requests = (
        ("POST", "/v1/ask", b"{", 400),
        ("POST", "/v1/ask", b'{"island": "a/b", "text": ""}', 422),
        ("POST", "/v1/ask", b"x" * 20_000, 413),
        ("GET", "/v1/islands/northwind/other", None, 404),
        ("GET", "/v1/tickets/x", None, 401),
        ("DELETE", "/v1/ask", None, 405),
    )
    for method, path, body, expected in requests:
        async with pop.http.request(method, pop.url + path, data=body, headers={"Origin": SHOP}) as reply:
            found = (reply.status, reply.headers.get("Access-Control-Allow-Origin"), reply.headers.get("Vary"))
        assert (expected, SHOP, "Origin") == found


CUT_OFF = {
    "headers that are too large": (b"POST /v1/ask HTTP/1.1\r\nX: " + b"x" * 20_000, b"431"),
    "bytes that are no request": (b"\0\r\n\r\n", b"400"),
    "another expectation": (b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", b"417"),
}


@pytest.mark.parametrize("sentence", CUT_OFF)
async def test_what_is_refused_before_it_is_read_can_be_read_by_pages(sentence: str, pop: RunningPop) -> None:
    """By each page: who asks what is not known yet."""
    data, expected = CUT_OFF[sentence]
    url = URL(pop.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(data)
    found = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert b"HTTP/1.1 " + expected == found[:12]
    assert b"Access-Control-Allow-Origin: *\r\n" in found


async def test_answers_are_for_pages_and_stats_are_not(pop: RunningPop) -> None:
    """Desks' and operators' routes have no CORS header at all; a stranger's page is not named."""
    question = {"island": str(DROP), "text": "when does it ship?"}
    found = []
    for origin, path in ((SHOP, "/v1/ask"), (STRANGER, "/v1/ask")):
        async with pop.http.post(pop.url + path, json=question, headers={"Origin": origin}) as reply:
            found.append((reply.status, reply.headers.get("Access-Control-Allow-Origin")))
    _, _, stats = await pop.get("/v1/stats", Origin=SHOP)

    assert [(200, SHOP), (200, None)] == found
    assert not [name for name in stats.headers if name.startswith("Access-Control")]


def test_paths_of_viewers_are_exact() -> None:
    """A path that only begins like a viewer's is none."""
    assert not any(map(is_viewer_path, ("/v1/asks", "/v1/islandsx", "/v1/load", "/v1/tickets", "/problems/x", "")))
    assert all(
        map(
            is_viewer_path,
            ("/v1/ask", "/v1/choice", "/v1/sessions", "/v1/tickets/t/events", "/.well-known/skerry-keys"),
        )
    )


def test_server_in_front_passes_on_every_route_of_viewers() -> None:
    """The lines for nginx have all of them, and so has the list. Without one, such as that of consent, chats fail."""
    operate, http = ((ROOT / page).read_text(encoding="utf-8") for page in ("deploy/operate.md", "edge/http.md"))
    passed = "|".join(re.findall(r"^location ~ (\S+) \{$", operate, re.MULTILINE))
    listed = http.partition("Viewers need")[2].partition("The desk needs")[0]
    viewers = {path for path in openapi_document()["paths"] if path not in NOT_FOR_PAGES} | {"/overlay/x/y"}

    assert {"/v1/fastpath", "/v1/consent", "/widget/{file}"} <= viewers
    assert [] == [path for path in sorted(viewers) if not re.match(passed, path)]
    for path in viewers:
        first = re.match(r"(/v1)?/[^/]+", path)
        assert first is not None
        assert f"`{path}`" in listed or f"`{first[0]}`" in listed, path
    assert not [path for path in ("/v1/load", "/v1/release", "/statusz", "/metrics") if re.match(passed, path)]


def test_nothing_secret_is_ever_in_a_url() -> None:
    """Proxies log URLs. No route takes a session or a token in its path, and no handler reads one from the query."""
    source = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "edge" / "daemon").rglob("*.py"))]
    routes = {route for text in source for route in re.findall(r'web\.\w+\(\s*f?"([^"]+)"', text)}
    in_paths = {name for route in routes for name in re.findall(r"\{(\w+)\}", route)}
    in_queries = [name for text in source for name in re.findall(r'query(?:\.get\(|\[)"(\w+)"', text)]
    reads_of_queries = sum(text.count(".query") + text.count("query_string") + text.count("rel_url") for text in source)

    assert {"/v1/ask", "/v1/tickets/{ticket}/events"} <= routes
    assert in_paths <= {"tenant", "island", "snippet", "tree", "ticket", "origin", "file", "leaf", "event"}
    assert set(in_queries) == {"revision", "island", "since", "locale"}
    assert reads_of_queries == len(in_queries)
