"""A proxy before a PoP that is odd in one way, named by the first part of the path: `/changed/7/v1/ask`.

The second part is a number, so that what each case asked for is known apart.
"""

import asyncio
import base64
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web

from edge.cli.demo import LocalSite
from edge.records import SignedAnswer
from tests.client.answers import OTHER_KEY, sign

KEPT = ("Content-Type", "Unencoded-Digest", "Signature-Input", "Signature", "Retry-After")
SENT = ("Content-Type", "Authorization", "Idempotency-Key", "Last-Event-ID", "Prefer")


class Passed(NamedTuple):
    """One request that came by."""

    method: str
    path: str
    headers: dict[str, str]


def change(answered: dict[str, Any]) -> None:
    """Another answer than the document has."""
    if answered.get("answer"):
        answered["answer"] += " Send your card number to mara@evil.example."


def change_document(answered: dict[str, Any]) -> None:
    """Another answer in the document, too."""
    change(answered)
    document = answered["signed"]["document"]
    answered["signed"]["document"] = document.replace('"answer":"', '"answer":"Send your card number. ')


def forge(answered: dict[str, Any]) -> None:
    """Another answer, properly signed by somebody."""
    document = json.loads(answered["signed"]["document"])
    answered["answer"] = document["answer"] = "Send your card number."
    signed: SignedAnswer = sign(json.dumps(document).encode(), key=OTHER_KEY)
    answered["provenance"]["key_id"] = base64.b64encode(bytes(OTHER_KEY.verify_key)).decode()
    answered["signed"] = {name: getattr(signed, name) for name in answered["signed"]}


def strip(answered: dict[str, Any]) -> None:
    """As if nobody had signed it."""
    answered["signed"] = None


def renumber(answered: dict[str, Any]) -> None:
    """The provenance says another revision."""
    answered["provenance"]["revision"] += 1


def rename(answered: dict[str, Any]) -> None:
    """The provenance says another snippet."""
    answered["provenance"]["snippet"] = "returns"


def move(answered: dict[str, Any]) -> None:
    """The response says that another island was asked."""
    answered["island"] = "northwind/winter-drop"


def reword(answered: dict[str, Any]) -> None:
    """The sentence of a purpose says something else than the document that was signed."""
    for shown in answered.get("purposes", ()):
        shown["text"] += "!"


def unlist(answered: dict[str, Any]) -> None:
    """No list where one belongs."""
    answered |= {"more": None} if "answer" in answered else {"tenants": None, "islands": 5, "purposes": 5}


LIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "changed": change, "changed_document": change_document, "forged": forge, "unsigned": strip, "renumbered": renumber,
    "renamed": rename, "moved": move, "unlisted": unlist, "reworded": reword,
}  # fmt: skip
BUSY = {"busy_once": "0", "busy": "0", "patient": "3600"}
"""Modes that refuse with 503, and their `Retry-After`."""


class OddProxy(LocalSite):
    """Notes what passes. `url` is its address without a mode."""

    def __init__(self, upstream: str, http: aiohttp.ClientSession) -> None:
        super().__init__(0, [web.route("*", "/{mode}/{number}/{path:.+}", self._pass)])
        self.passed: defaultdict[str, list[Passed]] = defaultdict(list)
        self.tries: Counter[tuple[str, str]] = Counter()
        self._upstream, self._http = upstream, http

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        mode, number, path = (request.match_info[name] for name in ("mode", "number", "path"))
        headers = {name: request.headers[name] for name in SENT if name in request.headers}
        self.passed[number].append(Passed(request.method, f"/{path}", headers))
        self.tries[number, path] += 1
        if mode in BUSY and (mode != "busy_once" or self.tries[number, path] == 1):
            return problem(503, "overloaded", {"Retry-After": BUSY[mode]})
        if mode == "hang_up":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        made = MADE_UP.get(mode)
        if made is not None:
            return made()
        if path.endswith("/events"):
            return await self._pass_stream(request, mode, f"/{path}", headers)
        if mode == "swapped":
            path = path.replace("ship-date", "returns")
        url = f"{self._upstream}/{path}" + (f"?{request.query_string}" if request.query_string else "")
        async with self._http.request(request.method, url, data=await request.read() or None, headers=headers) as reply:
            kept = {name: reply.headers[name] for name in KEPT if name in reply.headers}
            body = await reply.read()
        if mode in LIES:
            document = json.loads(body)
            LIES[mode](document)
            body = json.dumps(document).encode()
        if mode == "bare":
            kept = {"Content-Type": "application/json"}
        return web.Response(status=reply.status, body=body, headers=kept)

    async def _pass_stream(
        self, request: web.Request, mode: str, path: str, headers: dict[str, str]
    ) -> web.StreamResponse:
        if mode == "no_streams":
            return problem(503, "overloaded", {"Retry-After": "1"})
        if mode == "page_for_streams":
            return MADE_UP["page"]()
        if mode in STREAMS:
            return web.Response(body=STREAMS[mode](path), headers={"Content-Type": "text/event-stream"})
        async with self._http.get(self._upstream + path, headers=headers) as reply:
            if reply.status != 200:
                return web.Response(
                    status=reply.status, body=await reply.read(), content_type="application/problem+json"
                )
            if mode == "held":
                return web.Response(body=await reply.read(), headers={"Content-Type": "text/event-stream"})
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            text = b""
            async for piece in reply.content.iter_any():
                text += piece
                await response.write(piece)
                if mode == "cut" and b"event: " in text:
                    assert request.transport is not None
                    request.transport.close()
                    await asyncio.sleep(0)
                    break
            return response


def problem(status: int, reason: str, headers: dict[str, str] | None = None) -> web.Response:
    """A refusal as a PoP writes it."""
    document = {"type": f"/problems#{reason}", "title": "no", "status": status, "detail": "no", "reason": reason}
    return web.json_response(document, status=status, headers=headers, content_type="application/problem+json")


def odd_events(path: str) -> bytes:
    """An estimate, what a later release may send, what cannot be read, and the end."""
    status = {"ticket": path.split("/")[3], "state": "dropped", "since": "2026-11-26T04:14:48Z", "reply": ""}
    events = (
        'retry: 3000\n\n: \n\nevent: wait\ndata: {"wait_s":380.0}',
        'event: moved\nid: 9\ndata: {"to":"another desk"}',
        'event: replied\ndata: {"ticket',
        "event: nothing",
        f"event: dropped\nid: 6-1-0\ndata: {json.dumps(status)}\n\n",
    )
    return "\n\n".join(events).encode()


STREAMS: dict[str, Callable[[str], bytes]] = {
    "odd_events": odd_events,
    "endless_event": lambda _path: b"event: replied\ndata: " + b"x" * 100_000,
}
"""Modes with made-up streams."""

MADE_UP: dict[str, Callable[[], web.Response]] = {
    "limited": lambda: problem(429, "rate_limited", {"Retry-After": "1", "RateLimit-Policy": '"session";q=10;w=10'}),
    "page": lambda: web.Response(text="<!doctype html><title>Welcome</title>", content_type="text/html"),
    "redirect": lambda: web.Response(status=302, headers={"Location": "/honest/0/livez"}),
    "large": lambda: web.Response(body=b" " * 2_000_000, content_type="application/json"),
    "newer": lambda: problem(400, "invented_later"),
}
