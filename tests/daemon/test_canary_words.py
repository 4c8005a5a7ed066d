"""Words that a stranger puts into every field come back in no log, no metric and no error, at any layer.

Tickets are where they belong: people read them there.
"""

import asyncio
import base64
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from edge.cli import cli
from edge.config import asset_folder
from edge.host import utc_now
from edge.publish.fleet import PublisherAuth, issue_token
from edge.publish.server import PublisherServer
from edge.tokens import SessionIssuer, SessionKeys, SignedSession, make_session
from tests.daemon.conftest import SECRET as FLEET_SECRET
from tests.daemon.conftest import (
    RunningPop,
    fleet_sessions,
    pop_config,
    pseudonym,
    running_origin,
    running_pop,
    running_publisher,
    started,
)
from tests.pen import DROP, Pen
from tests.waiting import until

CANARY = "pelargonium"
"""In every word of a stranger here, and nowhere in Skerry."""

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DESK_TOKEN = "desk-token-of-northwind"
ASK = f'"island": "{DROP}"'
ASKED_AT = '"outcome": "escalate", "at": "2026-11-26T18:00:00Z"'


def request(line: str, body: bytes = b"", /, **headers: str) -> bytes:
    """A request that ends its connection."""
    named = {"Host": "pop", "Connection": "close", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"{line} HTTP/1.1\r\n{head}\r\n".encode("utf-8", "surrogateescape") + body


def ask(body: str | bytes, **headers: str) -> bytes:
    """A question."""
    return request("POST /v1/ask", body.encode() if isinstance(body, str) else body, **headers)


def webhook(body: str, *, name: str = f"{CANARY}-id", secret: str = SECRET) -> bytes:
    """A desk's webhook, signed."""
    moment = str(int(time.time()))
    content = b".".join((name.encode(), moment.encode(), body.encode()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(key, content, "sha256").digest()).decode()
    signed = {"webhook_id": name, "webhook_timestamp": moment, "webhook_signature": f"v1,{signature}"}
    return request("POST /v1/webhooks/default", body.encode(), **signed)


REFUSED = {
    "a question with words everywhere": ask(
        f'{{{ASK}, "text": "my arm burns, {CANARY}", "session": "{CANARY}", "consent": "{CANARY}",'
        f' "channel": "{CANARY}", "locale": "{CANARY}"}}'
    ),
    "the same again": ask(f'{{{ASK}, "text": "a person please {CANARY}", "session": "{CANARY}"}}'),
    "a text that is refused": ask(f'{{{ASK}, "text": "{CANARY}\\u0000"}}'),
    "a session that is refused": ask(f'{{{ASK}, "text": "when", "session": "{CANARY}\\u009b"}}'),
    "a channel that is too long": ask(f'{{{ASK}, "text": "when", "channel": "{CANARY * 20}"}}'),
    "an author": ask(f'{{{ASK}, "text": "when", "author": "{CANARY}"}}'),
    "a field's name": ask(f'{{{ASK}, "text": "when", "{CANARY}": 1}}'),
    "a field of another type": ask(f'{{{ASK}, "text": ["{CANARY}"]}}'),
    "an island's name": ask(f'{{"island": "{CANARY} {CANARY}", "text": "when"}}'),
    "an unknown island": ask(f'{{"island": "{CANARY}/{CANARY}", "text": "when"}}'),
    "no JSON": ask(f"{CANARY}"),
    "JSON that is cut off": ask(f'{{{ASK}, "text": "{CANARY}'),
    "bad UTF-8": ask(f'{{{ASK}, "text": "{CANARY}'.encode() + b'\xff"}'),
    "another encoding": ask(f'{{"text": "{CANARY}"}}'.encode("utf-16")),
    "a body that is too large": ask(CANARY * 10_000),
    "a body that is no gzip": ask(CANARY, Content_Encoding="gzip"),
    "an encoding": ask(CANARY, Content_Encoding=CANARY),
    "a type": ask(CANARY, Content_Type=CANARY),
    "headers": ask(
        f'{{{ASK}, "text": "when?"}}',
        traceparent=CANARY, Origin=f"https://{CANARY}", Cookie=CANARY, X_Forwarded_For=CANARY, Authorization=CANARY,
        Idempotency_Key=CANARY, Referer=CANARY, User_Agent=CANARY, Forwarded=CANARY, Last_Event_ID=CANARY,
    ),
    "a path": request(f"GET /{CANARY}"),
    "a path that is encoded": request(f"GET /%ff{CANARY}%00"),
    "a query": request(f"GET /livez?{CANARY}={CANARY}"),
    "another method": request(f"DELETE /v1/ask?{CANARY}"),
    "an island's path": request(f"GET /v1/islands/{CANARY}/{CANARY}"),
    "an island's path that is no name": request(f"GET /v1/islands/{CANARY}%20/{CANARY}"),
    "a snippet's path": request(f"GET /v1/islands/{DROP}/snippets/{CANARY}"),
    "a revision": request(f"GET /v1/islands/{DROP}?revision={CANARY}"),
    "a ticket": request(f"GET /v1/tickets/{CANARY}"),
    "a ticket's events": request(f"GET /v1/tickets/{CANARY}/events", Authorization=f"Bearer {CANARY}"),
    "stats of an island": request(f"GET /v1/stats?island={CANARY}", Authorization=f"Bearer {DESK_TOKEN}"),
    "stats since a time": request(f"GET /v1/stats?island={DROP}&since={CANARY}", Authorization=f"Bearer {DESK_TOKEN}"),
    "open questions of an island": request(
        f"GET /v1/open-questions?island={CANARY}/{CANARY}", Authorization=f"Bearer {DESK_TOKEN}"
    ),
    "open questions of no island": request(
        f"GET /v1/open-questions?island={CANARY}%20", Authorization=f"Bearer {DESK_TOKEN}"
    ),
    "open questions with a wrong token": request(
        f"GET /v1/open-questions?island={DROP}", Authorization=f"Bearer {CANARY}"
    ),
    "stats with a wrong token": request("GET /v1/stats", Authorization=f"Bearer {CANARY}"),
    "load with a wrong token": request(
        "PUT /v1/load", f'{{"tenant": "{CANARY}"}}'.encode(), Authorization=f"Bearer {CANARY}"
    ),
    "load of another form": request(
        "PUT /v1/load", f'{{"{CANARY}": 1}}'.encode(), Authorization=f"Bearer {DESK_TOKEN}"
    ),
    "a release": request(
        "POST /v1/release", f'{{"island": "{DROP}", "session": "{CANARY}"}}'.encode(), Authorization=CANARY
    ),
    "a tree": request(f"POST /v1/trees/{DROP}/{CANARY}", b"{}"),
    "a tree's token": request(f"POST /v1/trees/{DROP}/my-order", f'{{"token": "{CANARY}", "choice": 0}}'.encode()),
    "a tree's field": request(f"POST /v1/trees/{DROP}/my-order", f'{{"{CANARY}": 0}}'.encode()),
    "a tree's value": request(f"POST /v1/trees/{DROP}/my-order", f'{{"token": "x", "value": "{CANARY}"}}'.encode()),
    "a posted message": request(
        "POST /v1/tickets",
        f'{{{ASK}, "channel": "{CANARY}", "id": "{CANARY}", "text": "{CANARY}", "locale": "{CANARY}",'
        f' "context": {{"{CANARY}": "{CANARY}"}}}}'.encode(),
        Authorization=f"Bearer {DESK_TOKEN}",
    ),
    "a posted message of a viewers' channel": request(
        "POST /v1/tickets",
        f'{{{ASK}, "channel": "chat:{CANARY}", "id": "{CANARY}", "text": "{CANARY}"}}'.encode(),
        Authorization=f"Bearer {DESK_TOKEN}",
    ),
    "a posted message of another form": request(
        "POST /v1/tickets", f'{{"{CANARY}": "{CANARY}"}}'.encode(), Authorization=f"Bearer {DESK_TOKEN}"
    ),
    "a choice": request("POST /v1/choice", f'{{"receipt": "x", "snippet": null, "text": "{CANARY}"}}'.encode()),
    "a choice's receipt": request(
        "POST /v1/choice", f'{{"receipt": "{CANARY}", "snippet": null, "text": "x"}}'.encode()
    ),
    "a receipt": request("POST /v1/feedback", f'{{"receipt": "{CANARY}", "helpful": true}}'.encode()),
    "feedback of another form": request("POST /v1/feedback", f'{{"receipt": 1, "{CANARY}": "{CANARY}"}}'.encode()),
    "a callback promise": request("POST /v1/callback-promises", f'{{"token": "{CANARY}"}}'.encode()),
    "a session": request("POST /v1/sessions", f'{{"event": "{CANARY}", "claims": {{"{CANARY}": 1}}}}'.encode()),
    "a webhook of nobody": request(f"POST /v1/webhooks/{CANARY}", b"{}"),
    "a webhook without a signature": request("POST /v1/webhooks/default", CANARY.encode(), webhook_id=CANARY),
    "a webhook with a wrong signature": webhook(f'{{"{CANARY}": 1}}', secret="whsec_" + "c2tlcnJ5" * 4),
    "a webhook of an unknown ticket": webhook(json.dumps({"type": "ticket.resolved", "data": {"ticket": CANARY}})),
    "a webhook's suggestion": webhook(
        json.dumps({"type": "ticket.resolved", "data": {"ticket": "x", "suggestion": CANARY, "reply": CANARY}})
    ),
    "a webhook that is no JSON": webhook(CANARY),
    "a webhook of another type": webhook(json.dumps({"type": CANARY, "data": {"ticket": CANARY}})),
}  # fmt: skip
"""Requests that are HTTP, by what has the words."""


HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: pop\r\n"
WORDS = CANARY.encode()
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
RAW = {
    "a chunk's size": CHUNKED + WORDS + b"\r\n",
    "what follows a chunk": CHUNKED + b"1\r\nx" + WORDS + b"\r\n",
    "a chunk's extension": CHUNKED + b"5;" + WORDS + b"\r\n12345\r\n0\r\n\r\n",
    "a trailer": CHUNKED + b"0\r\n" + WORDS + b": x\r\n\r\n",
    "a control in a header": b"GET /v1/stats HTTP/1.1\r\nAuthorization: Bearer " + WORDS + b"\x01\r\n\r\n",
    "a header without a colon": HEAD + WORDS + b"\r\n\r\n",
    "a header's name": HEAD + WORDS + b" x: y\r\n\r\n",
    "a folded header": HEAD + b"A: b\r\n " + WORDS + b"\r\n\r\n",
    "a byte in a query": b"GET /livez?" + WORDS + b"\xff HTTP/1.1\r\nHost: pop\r\n\r\n",
    "a byte in a path": b"GET /" + WORDS + b"\x00 HTTP/1.1\r\nHost: pop\r\n\r\n",
    "a method": WORDS + b"{} /v1/ask HTTP/1.1\r\nHost: pop\r\n\r\n",
    "a version": b"GET /" + WORDS + b" HTTP/" + WORDS + b"\r\n\r\n",
    "a length": HEAD + b"Content-Length: " + WORDS + b"\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n" + WORDS,
    "a coding of the transfer": HEAD + b"Transfer-Encoding: " + WORDS + b"\r\n\r\n",
    "an expectation": HEAD + b"Expect: " + WORDS + b"\r\nContent-Length: 0\r\n\r\n",
    "a header that is too long": HEAD + b"A: " + WORDS * 2_000 + b"\r\n\r\n",
    "an address that is too long": b"GET /" + WORDS * 2_000 + b" HTTP/1.1\r\n\r\n",
    "no host": b"GET /" + WORDS + b" HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: " + WORDS + b"\r\n\r\n",
    "a host that is none": b"GET /livez? HTTP/1.1\r\nHost: [" + WORDS + b"\r\nConnection: close\r\n\r\n",
    "a target that is no path": b"GET *" + WORDS + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address that is none": b"GET http://[" + WORDS + b"/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a port that is none": b"GET http://" + WORDS + b":99999999/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT " + WORDS + b":80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "another protocol": b"GET /livez? HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: " + WORDS + b"\r\n\r\n",
    "another version of HTTP": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + WORDS,
    "no HTTP at all": WORDS + b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + WORDS + b"\r\n\r\n",
    "a body that is cut off": HEAD + b"Content-Length: 500\r\n\r\n" + WORDS,
    "headers that are cut off": HEAD + b"A: " + WORDS,
}
"""Bytes of which not all are HTTP, by what has the words."""


async def answered(url: str, data: bytes) -> bytes:
    """What comes back for these bytes, until the server closes or is silent."""
    host, _, port = url.rpartition("//")[2].rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    found = b""
    try:
        async with asyncio.timeout(0.5):
            while piece := await reader.read(65_536):
                found += piece
    except (TimeoutError, ConnectionError):
        pass
    writer.close()
    return found


class Heard:
    """Everything that a process logs or prints."""

    def __init__(self, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
        self._caplog, self._capsys, self._printed = caplog, capsys, ""
        caplog.set_level(logging.DEBUG)

    @property
    def text(self) -> str:
        """All of it, with tracebacks."""
        captured = self._capsys.readouterr()
        self._printed += captured.out + captured.err
        return (self._caplog.text + self._printed).casefold()


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Heard:
    """The log."""
    return Heard(caplog, capsys)


@asynccontextmanager
async def echoing_desk() -> AsyncIterator[str]:
    """A desk that refuses tickets, and quotes them in its answer and its headers; gives its address."""

    async def handle(request: web.Request) -> web.Response:
        headers = {"Skerry-Queue-Depth": CANARY, "Skerry-Desk-Token": CANARY, "Retry-After": CANARY, "X": CANARY}
        return web.Response(status=422, body=await request.read(), headers=headers, reason=CANARY)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/tickets"))


@pytest.fixture
async def pop(pen: Pen, tmp_path: Path) -> AsyncIterator[RunningPop]:
    """A PoP whose outbox soon is full: its desk takes no ticket."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    for name, content in (("webhook.secret", SECRET), ("desk.tokens", f"{DROP.tenant} {DESK_TOKEN}")):
        await asyncio.to_thread((tmp_path / name).write_text, content + "\n")
    async with echoing_desk() as desk, running_publisher(home) as publisher_url, running_origin() as origin:
        config = pop_config(
            tmp_path,
            publisher_url=publisher_url,
            origin_url=desk,
            origin={"url": desk, "webhook_secret_files": ["webhook.secret"], "retry_base_s": 0.01, "max_refusals": 2},
            people={"desk_tokens_file": "desk.tokens"},
            outbox={"max_tickets": 1},
        )
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            yield pop


async def test_name_of_an_ingest_stays_at_the_door(pen: Pen, tmp_path: Path, heard: Heard) -> None:
    """Signed or not, it is in no ticket, file, metric, response or line of the log: only its pseudonym is."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    session = SignedSession(SessionIssuer.INGEST, f"{CANARY}-2", str(DROP), expires=4_000_000_000)
    shown = {"Authorization": f"Bearer {make_session(session, keys=SessionKeys((FLEET_SECRET.encode(),)))}"}
    by_ingest = {"session": f"{CANARY}-1"}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/v1/ask", {"text": "a person please", "want": "person"}),
        ("/v1/ask", {"text": pen.example}),
        ("/v1/ask", {"text": "and when then"}),
        (f"/v1/trees/{DROP}/my-order", {}),
        ("/v1/consent", {"takes_back": ["transcript"]}),
    ]
    async with running_publisher(home) as publisher_url, running_origin() as origin:

        async def are_at_origin() -> bool:
            return len({ticket["session"] for ticket in origin.tickets.values() if "session" in ticket}) > 1

        sections = {"sessions": fleet_sessions(tmp_path)}
        config = pop_config(tmp_path, publisher_url=publisher_url, origin_url=origin.url, **sections)
        async with running_pop(config, origin) as pop:
            await pop.until_served()
            told = []
            for path, body in bodies:
                island = {} if path.startswith("/v1/trees") else {"island": str(DROP)}
                for headers, named in ((shown, {}), ({}, by_ingest)):
                    sent = json.dumps(island | body | named).encode()
                    told.append(await answered(pop.url, request(f"POST {path}", sent, **headers)))
            await until(are_at_origin, "tickets of both at origin")
            told.append((await pop.get("/metrics"))[1])
            files = {file.name: file.read_bytes() for file in (tmp_path / "state").rglob("*") if file.is_file()}
    files |= {file.name: file.read_bytes() for file in (tmp_path / "state").rglob("*") if file.is_file()}
    sessions = {ticket["session"] for ticket in origin.tickets.values() if "session" in ticket}

    assert {200, 202} == {int(answer.split(b" ", 2)[1]) for answer in told[:-1]}
    assert {pseudonym(f"{CANARY}-1"), pseudonym(f"signed:ingest:{CANARY}-2")} == sessions
    assert any(b"named:" in content for content in files.values())
    assert [] == [name for name, content in files.items() if WORDS in content.lower()]
    assert not any(WORDS in answer.lower() for answer in told)
    assert CANARY not in heard.text + json.dumps(origin.tickets)


NO_EXAMPLES = {
    "no JSON": f'{{"question": "{CANARY}',
    "another field": f'{{"question": "when", "{CANARY}": 1}}',
    "a field twice": f'{{{ASKED_AT}, "question": "{CANARY}", "question": "{CANARY}"}}',
    "another snippet": f'{{{ASKED_AT}, "question": "when {CANARY}", "used": "{CANARY}"}}',
    "markup": f'{{{ASKED_AT}, "question": "<b>{CANARY}</b>", "used": "ship-date"}}',
    "a secret": f'{{{ASKED_AT}, "question": "password: {CANARY}", "used": "ship-date"}}',
    "what is not seen": f'{{{ASKED_AT}, "question": "{CANARY}\\u202e", "used": "ship-date"}}',
    "harm": f'{{{ASKED_AT}, "question": "i will kill myself {CANARY}", "used": "ship-date"}}',
    "one wording": f'{{{ASKED_AT}, "question": "do you ship {CANARY}", "used": "ship-date"}}',
    "a reply": f'{{{ASKED_AT}, "question": "when", "reply": "See https://{CANARY}.example"}}',
}
"""Lines of an export that become no proposal, by what is wrong with them."""


SHOWN = ("/metrics", "/statusz", "/readyz", "/v1/islands", "/openapi.json")


async def test_refusals_quote_nothing(pop: RunningPop, heard: Heard) -> None:
    """Neither the document nor a header nor the log has a word; and every case is refused or taken, none broken."""
    answers = {name: await answered(pop.url, data) for name, data in REFUSED.items()}
    shown = {path: (await pop.get(path))[1] for path in SHOWN}
    statuses = {int(answer.split(b" ", 2)[1]) for answer in answers.values()}

    assert [] == [name for name, found in {**answers, **shown}.items() if WORDS in found.lower()]
    assert CANARY not in heard.text
    assert {200, 202, 400, 401, 403, 404, 405, 413, 415, 422, 503} <= statuses
    assert 500 not in statuses


def is_one_answer(data: bytes) -> bool:
    """True for one response at most, which blames the sender. A second one would be taken for the next request's."""
    return data.count(b"HTTP/1.1 ") <= 1 and not data.startswith(b"HTTP/1.1 5")


async def test_bytes_that_are_no_http_are_not_quoted(pop: RunningPop, heard: Heard) -> None:
    """Nor are bytes that no handler ever sees; and they get one response, not two."""
    answers = {name: await answered(pop.url, data) for name, data in RAW.items()}

    assert [] == [name for name, found in answers.items() if WORDS in found.lower()]
    assert CANARY not in heard.text
    assert [] == [name for name, found in answers.items() if not is_one_answer(found)]


@asynccontextmanager
async def guarded_publisher(home: Path, tokens: Path) -> AsyncIterator[str]:
    """A publisher that asks for tokens; gives its address."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    guard = await asyncio.to_thread(PublisherAuth, tokens=tokens)
    server = PublisherServer(home=home, host="127.0.0.1", port=0, timestamp_interval_s=5, guard=guard, now=utc_now)
    task = asyncio.create_task(server.run(on_ready=ready.set_result))
    try:
        yield await started(task, ready)
    finally:
        server.request_stop()
        await task


@pytest.fixture
async def publisher(pen: Pen, tmp_path: Path) -> AsyncIterator[tuple[str, str]]:
    """The address of a publisher, and a token for it."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    token = await asyncio.to_thread(issue_token, tmp_path / "tokens", "fra-1")
    async with guarded_publisher(home, tmp_path / "tokens") as url:
        yield url, token


def to_publisher(token: str) -> dict[str, bytes]:
    """Requests that a publisher refuses, by what has the words."""
    known = {"Authorization": f"Bearer {token}"}
    signed = {"Skerry_Pop_Key": "ab" * 32, "Skerry_Pop_Signature": "ab" * 64}
    status = f'{{"{CANARY}": 1}}'.encode()
    return {
        "a wrong token": request("GET /v1/push", Authorization=f"Bearer {CANARY}"),
        "a path": request(f"GET /{CANARY}", **known),
        "a file": request(f"GET /metadata/{CANARY}.json", **known),
        "an encoded file": request(f"GET /targets/%2e%2e/{CANARY}%00", **known),
        "a query": request(f"GET /v1/fleet?island={CANARY}", **known),
        "an island": request(f"GET /v1/fleet?island={CANARY}%20/x&revision={CANARY}", **known),
        "a revision": request(f"GET /v1/fleet?island=a/b&revision={CANARY}", **known),
        "a PoP's name": request("POST /v1/fleet/status", status, **known, Skerry_Pop=f"{CANARY} x"),
        "a PoP's key": request("POST /v1/fleet/status", status, **known, Skerry_Pop="fra-1", Skerry_Pop_Key=CANARY),
        "a status": request("POST /v1/fleet/status", status, **known, **signed, Skerry_Pop="fra-1"),
        "an encoding": request("POST /v1/fleet/status", WORDS, **known, Content_Encoding="gzip"),
        "headers": request("GET /livez", Cookie=CANARY, Origin=CANARY, X=CANARY),
    }


async def test_publisher_quotes_nothing(publisher: tuple[str, str], heard: Heard) -> None:
    """The same for the publisher's server."""
    url, token = publisher
    answers = {name: await answered(url, data) for name, data in to_publisher(token).items()}

    assert [] == [name for name, found in answers.items() if WORDS in found.lower()]
    assert CANARY not in heard.text
    assert {401, 404} <= {int(answer.split(b" ", 2)[1]) for answer in answers.values()}


async def test_publisher_quotes_no_bytes(publisher: tuple[str, str], heard: Heard) -> None:
    """Nor does it quote bytes that are no HTTP."""
    answers = {name: await answered(publisher[0], data) for name, data in RAW.items()}

    assert [] == [name for name, found in answers.items() if WORDS in found.lower()]
    assert CANARY not in heard.text
    assert [] == [name for name, found in answers.items() if not is_one_answer(found)]


def test_learning_quotes_only_what_it_proposes(tmp_path: Path, heard: Heard) -> None:
    """Lines that become no proposal are counted: no word of theirs is in report, patch or log."""
    export, file = tmp_path / "drop.jsonl", asset_folder("islands") / "northwind" / "hoodie-drop.toml"
    export.write_text("\n".join(NO_EXAMPLES.values()) + "\n")
    result = CliRunner().invoke(cli, ["island", "learn", str(DROP), "--from", str(export), "--file", str(file)])

    assert 0 == result.exit_code, result.output
    assert f"{len(NO_EXAMPLES)} lines read" in result.stderr
    assert CANARY not in (result.output + result.stderr + heard.text).lower()


async def test_export_quotes_no_desk(tmp_path: Path, heard: Heard) -> None:
    """A desk that refuses, and quotes: its words are in no error, and no file is left."""
    token, out = tmp_path / "token", tmp_path / "out.jsonl"
    token.write_text(f"{CANARY}-{CANARY}\n")
    token.chmod(0o600)
    async with echoing_desk() as url:
        for desk in (["--zammad", url], ["--chatwoot", url, "--account", "1"]):
            rest = ["--token-file", str(token), "--output", str(out)]
            result = await asyncio.to_thread(
                CliRunner().invoke, cli, ["island", "export", str(DROP), *desk, *rest], color=False
            )

            assert (1, True) == (result.exit_code, result.stderr.startswith("error: "))
            assert CANARY not in (result.output + result.stderr + heard.text).lower()
    assert not await asyncio.to_thread(lambda: [path for path in tmp_path.iterdir() if path != token])
