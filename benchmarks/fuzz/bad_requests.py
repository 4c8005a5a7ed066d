"""Bad requests of every kind: valid ones of each route, changed in every field, header and byte. Seeded and pure.

Tokens and signatures are real where a request needs them to get past the first check.
"""

import base64
import hmac
import json
import random
from collections.abc import Callable
from typing import Any, NamedTuple


class Subjects(NamedTuple):
    """What a PoP has given out, so that a request can be nearly right."""

    island: str
    receipt: str
    trees: dict[str, str]
    """A token of the first step, by the tree's id."""
    ticket: str
    promise: str
    desk_token: str
    webhook_secret: str
    origin: str
    now: int
    """Unix seconds."""


class BadRequest(NamedTuple):
    """One request, ready to be sent."""

    method: str
    path: str
    headers: list[tuple[str, bytes]]
    body: bytes

    def raw(self) -> bytes:
        """Its bytes."""
        lines = [(name.encode(), value) for name, value in self.headers]
        lines += [(b"Host", b"pop"), (b"Content-Length", str(len(self.body)).encode())]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in lines)
        return f"{self.method} {self.path} HTTP/1.1\r\n".encode() + head + b"\r\n" + self.body


ODD: list[Any] = [
    None, True, False, -1, 0, 2**31, 2**63, 2**64, -(2**63), 10**400, 1e308, 5e-324, 1.5, float("nan"), float("inf"),
    "", " ", "\x00", "\x1b[2J", "\x9b31m", "\ud800", "\udfff\ud800", "a" * 130, "x" * 2_001, "\u202eevil\u2066",
    "\u200b", "\u2028", "\ufeff", "\U0001f600" * 500, "A\u030a", "\ufb01", "\u0130", "\xdf", "\u0661\u0662",
    "z\u0334\u0337\u0327\u031b" * 40, "\u0e33" * 400, "\U0001f468\u200d\U0001f469" * 100, "e\u0301" * 900,
    "\ufdfd" * 500, "[]", "{}", "northwind/hoodie-drop\n", "northwind//hoodie-drop", "NORTHWIND/hoodie-drop",
    "northwind/hoodie\u2010drop", "\u2170/\u2170", "a/b", "../..", "%2e%2e", "'; drop table tickets;--",
    "${jndi:ldap://x}", "{{7*7}}", "<script>", "[@Dana](mention://user/1/Dana)", "NaN", [], {}, [[]], {"a": 1},
    ["x"] * 50, "2026-11-24T19:40:00", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-24T23:59:60Z",
    "viewer", "bot", "staff", "person",
]  # fmt: skip
"""Values of every type that JSON has, and words that broke other programs."""

NAMES = ["x", "", "\x00", "a" * 500, "island ", "\xe9", "` - at `$.x", "want", "claims", "address", "__proto__"]
"""Names of fields that a body does not have, or not yet."""

PATHS = [
    "/", "//", "/v1", "/v1/ask/", "/v1//ask", "/v1/%61sk", "/v1/ask?x=%00", "/v1/islands/%2e%2e/%2e%2e",
    "/v1/islands/northwind%2fhoodie-drop", "/v1/islands/northwind/hoodie-drop/snippets/%00", "/v1/tickets/x",
    "/v1/islands/northwind/hoodie-drop?revision=999999999999999", "/v1/islands/northwind/hoodie-drop?revision=-1",
    "/v1/tickets/%00", "/v1/tickets/%ff", "/v1/tickets/%F0%9F%98%80", "/v1/tickets/x/events", "/v1/tickets/" + "a" * 65,
    "/v1/stats?since=x", "/v1/stats?since=0001-01-01T00:00:00Z", "/v1/stats?since=9998-12-31T23:59:59Z",
    "/v1/stats?since=2026-11-24T00:00:00%2B00:00", "/v1/stats?since=%00", "/v1/stats?island=*/*",
    "/v1/stats?island=%27",
    "/v1/trees/%2e%2e/x/y", "/v1/webhooks/%00", "/v1/webhooks/nobody", "/problems?x=%ff", "/%ff", "/openapi.json/..",
]  # fmt: skip

TYPES = [b"", b"text/plain", b"multipart/form-data; boundary=x", b"application/json; charset=utf-16", b"a" * 200]
HEADERS: dict[str, list[bytes]] = {
    "Content-Type": TYPES,
    "Content-Encoding": [b"gzip", b"deflate", b"br", b"identity", b"gzip, gzip", b"\xff"],
    "traceparent": [b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01", b"\xff" * 20, b"00-0-0-0"],
    "Authorization": [b"Bearer ", b"bearer x", b"Bearer \xe9\xe9", b"Basic x", b"Bearer " + b"a" * 1_500],
    "Origin": [b"null", b"https://evil.example", b"\xff", b"*"],
    "Idempotency-Key": [b"", b"\xff", b"k" * 300, b'"x"', b"k"],
    "Last-Event-ID": [b"", b"-1", b"9" * 40, b"\xff"],
    "X-Forwarded-For": [b"", b"::1", b"999.1.1.1", b"\xff", b"a, b, c"],
    "Forwarded": [b"for=", b'for="[::1]:x"', b"for=_x;for=_y", b"\xff"],
    "If-None-Match": [b"*", b'W/"x"', b"\xff", b"," * 500],
    "Cookie": [b"a=b", b"\xff"],
}


class BadRequests:
    """Makes one bad request after another."""

    def __init__(self, subjects: Subjects, seed: int) -> None:
        self._subjects, self._random = subjects, random.Random(seed)
        self._kinds: list[Callable[[], BadRequest]] = [
            *(self._ask,) * 3, self._choice, self._feedback, self._tree, self._promise, self._load, self._release,
            self._webhook, self._session, self._path,
        ]  # fmt: skip

    def next(self) -> BadRequest:
        """A request of any kind."""
        return self._random.choice(self._kinds)()

    def _ask(self) -> BadRequest:
        body = {
            "island": self._subjects.island, "text": self._random.choice(("when does it ship?", "a person, please")),
            "session": f"f{self._random.randrange(50)}", "channel": "stream", "locale": "en", "consent": "c",
            "author": "viewer",
        }  # fmt: skip
        return self._post("/v1/ask", body)

    def _feedback(self) -> BadRequest:
        topics = {"helpful": True, "resolved": False, "contacted_again": True, "converted": True}
        return self._post("/v1/feedback", {"receipt": self._subjects.receipt, **topics})

    def _choice(self) -> BadRequest:
        body = {
            "receipt": self._subjects.receipt, "snippet": self._random.choice((None, "ship-date", "no-such")),
            "text": "when does it ship?", "session": "f2", "channel": "x", "locale": "en", "consent": "c",
        }  # fmt: skip
        return self._post("/v1/choice", body)

    def _tree(self) -> BadRequest:
        tree, token = self._random.choice([*self._subjects.trees.items(), ("no-such", "x")])
        token = self._random.choice((token, token, token[:-2], token + "=", token[::-1]))
        body = {"token": token, "choice": self._random.choice((0, 1)), "session": "f2", "channel": "x"}
        return self._post(f"/v1/trees/{self._subjects.island}/{tree}", body)

    def _promise(self) -> BadRequest:
        return self._post("/v1/callback-promises", {"token": self._subjects.promise})

    def _session(self) -> BadRequest:
        return self._post("/v1/sessions", {"event": self._subjects.island, "claims": {"language": "en"}})

    def _load(self) -> BadRequest:
        body = {
            "tenant": self._subjects.island.partition("/")[0], "queue_depth": 4, "wait_s": 3.5, "agents": 2,
            "free_agents": 1, "callbacks": 0, "handle_s": 60, "pops": 1, "at": "2026-11-24T19:40:00Z",
        }  # fmt: skip
        return self._post("/v1/load", body, method="PUT", token=self._subjects.desk_token)

    def _release(self) -> BadRequest:
        body = {"island": self._subjects.island, "session": "f1"}
        return self._post("/v1/release", body, token=self._subjects.desk_token)

    def _webhook(self) -> BadRequest:
        kind = self._random.choice(("ticket.acknowledged", "ticket.answered", "ticket.resolved", "x"))
        values = [self._subjects.ticket, self._subjects.ticket, self._random.choice(ODD)]
        data = {"ticket": self._random.choice(values), "reply": self._random.choice(ODD), "suggestion": "used"}
        body = self._bytes({"type": kind, "data": self._changed(data)})
        name = self._random.choice(("id-1", f"id-{self._random.random()}", "\udcff\udcfe", "a" * 300, "\xe9"))
        headers = self._signed(name.encode(errors="surrogateescape"), body)
        if self._random.random() < 0.2:
            times = (b"1", b"9" * 400, b"-1", b"\xb2", b"")
            headers[self._random.randrange(3)] = ("webhook-timestamp", self._random.choice(times))
        return BadRequest("POST", f"/v1/webhooks/{self._subjects.origin}", headers, body)

    def _signed(self, name: bytes, body: bytes) -> list[tuple[str, bytes]]:
        """The headers of Standard Webhooks, with a good signature."""
        moment = str(self._subjects.now).encode()
        key = base64.b64decode(self._subjects.webhook_secret.removeprefix("whsec_"))
        signature = base64.b64encode(hmac.new(key, b".".join((name, moment, body)), "sha256").digest())
        return [("webhook-id", name), ("webhook-timestamp", moment), ("webhook-signature", b"v1," + signature)]

    def _path(self) -> BadRequest:
        path = self._random.choice(PATHS).replace("/v1/tickets/x", f"/v1/tickets/{self._subjects.ticket}")
        method = self._random.choice(("GET", "GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"))
        return BadRequest(method, path, self._headers(""), b"" if method in {"GET", "HEAD"} else b"{}")

    def _post(self, path: str, body: dict[str, Any], *, method: str = "POST", token: str = "") -> BadRequest:
        return BadRequest(method, path, self._headers(token), self._bytes(self._changed(body)))

    def _headers(self, token: str) -> list[tuple[str, bytes]]:
        found = {"Authorization": f"Bearer {token}".encode()} if token else {}
        for name, values in HEADERS.items():
            if self._random.random() < 0.05:
                found[name] = self._random.choice(values)
        return list(found.items())

    def _changed(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body with odd values, without a field, with another field, or with random words."""
        rng, kind, changed = self._random, self._random.random(), dict(body)
        if kind < 0.55:
            for _ in range(rng.randint(1, 3)):
                changed[rng.choice(list(body))] = rng.choice(ODD)
        elif kind < 0.65:
            del changed[rng.choice(list(body))]
        elif kind < 0.75:
            changed[rng.choice(NAMES)] = rng.choice(ODD)
        elif kind < 0.85:
            changed[rng.choice(list(body))] = self._words()
        return changed

    def _words(self) -> str:
        blocks = ((32, 127), (0x80, 0xD7FF), (0xE000, 0x110000))
        count = self._random.choice((1, 3, 30, 300, 1_990))
        return "".join(chr(self._random.randrange(*self._random.choice(blocks))) for _ in range(count))

    def _bytes(self, body: dict[str, Any]) -> bytes:
        """The body as JSON, and in one of five cases not even that."""
        rng, kind = self._random, self._random.random()
        raw = json.dumps(body, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
        if kind < 0.10:
            flipped = bytearray(raw)
            for _ in range(rng.randint(1, 6)):
                flipped[rng.randrange(len(flipped))] = rng.randrange(256)
            return bytes(flipped)
        spoilt: list[Callable[[], bytes]] = [
            lambda: raw[: rng.randrange(len(raw) + 1)],
            lambda: raw + raw,
            lambda: b'{"island":"a/b",' + raw[1:],
            lambda: b"[" * rng.choice((10, 1_000, 16_000)),
            lambda: b'{"text":' * 1_500,
            lambda: b'{"choice":' + b"9" * 15_000 + b"}",
            lambda: raw.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-32", "utf-7"))),
            lambda: b"x" * 20_000,
        ]
        return rng.choice(spoilt)() if kind < 0.20 else raw
