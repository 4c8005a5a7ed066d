"""A proxy between browser and PoP that changes what passes through, as a hostile cache or network would."""

import base64
import gzip
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp import web
from nacl.signing import SigningKey

from edge.cli.demo import LocalSite
from edge.trust import digest_header, read_signature_input, signature_base, signature_header, signature_input

SIGNED = ("Unencoded-Digest", "Signature-Input", "Signature")


class Passing:
    """One response on its way; a lie changes it in place."""

    def __init__(self, body: bytes, headers: dict[str, str]) -> None:
        self.body = body
        self.headers = headers


Lie = Callable[[Passing, "LyingProxy"], Awaitable[None]]


async def tell_the_truth(_passing: Passing, _proxy: "LyingProxy") -> None:
    """What the PoP served."""


async def compress(passing: Passing, _proxy: "LyingProxy") -> None:
    """What honest proxies do: the digest is that of the unencoded body."""
    passing.body = gzip.compress(passing.body)
    passing.headers["Content-Encoding"] = "gzip"


async def change_the_answer(passing: Passing, _proxy: "LyingProxy") -> None:
    """Another answer under the old digest."""
    passing.body = passing.body.replace(b'"answer":"', b'"answer":"Send your card number to mara@evil.example. ')


async def change_answer_and_digest(passing: Passing, proxy: "LyingProxy") -> None:
    """Another answer with its own digest, under the old signature."""
    await change_the_answer(passing, proxy)
    passing.headers["Unencoded-Digest"] = digest_header(passing.body)


async def drop_the_signature(passing: Passing, _proxy: "LyingProxy") -> None:
    """As if it had never been signed."""
    for name in SIGNED:
        del passing.headers[name]


async def sign_with_another_key(passing: Passing, proxy: "LyingProxy") -> None:
    """Another answer, properly signed, by somebody."""
    await change_answer_and_digest(passing, proxy)
    key = SigningKey.generate()
    terms = read_signature_input(passing.headers["Signature-Input"])
    header = signature_input(public_key=bytes(key.verify_key), created=terms.created, expires=terms.expires)
    base = signature_base(passing.headers["Unencoded-Digest"], header)
    passing.headers["Signature-Input"] = header
    passing.headers["Signature"] = signature_header(key.sign(base).signature)


async def claim_the_tenant_s_key(passing: Passing, proxy: "LyingProxy") -> None:
    """Another answer, signed with another key under the name of the tenant's key."""
    own = passing.headers["Signature-Input"]
    await sign_with_another_key(passing, proxy)
    passing.headers["Signature-Input"] = own


async def extend_the_signature(passing: Passing, _proxy: "LyingProxy") -> None:
    """The same answer, for longer than the tenant said."""
    terms = read_signature_input(passing.headers["Signature-Input"])
    longer = terms.expires + 86_400
    passing.headers["Signature-Input"] = passing.headers["Signature-Input"].replace(
        f"expires={terms.expires}", f"expires={longer}"
    )


async def flip_a_bit_of_the_signature(passing: Passing, _proxy: "LyingProxy") -> None:
    """One bit of 512."""
    written = passing.headers["Signature"].removeprefix("pub=:").removesuffix(":")
    signature = bytearray(base64.b64decode(written))
    signature[17] ^= 4
    passing.headers["Signature"] = signature_header(bytes(signature))


class LyingProxy(LocalSite):
    """Serves an empty page at `/`; everything else comes from the PoP, after `lie` had it.

    `instead` is a path to fetch in place of the one that was asked for.
    """

    def __init__(self, upstream: str, http: aiohttp.ClientSession) -> None:
        super().__init__(0, [web.get("/", self._page), web.get("/{path:.+}", self._pass)])
        self.lie: Lie = tell_the_truth
        self.instead: str | None = None
        self._upstream, self._http = upstream, http

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>a viewer's page</title>", content_type="text/html")

    async def _pass(self, request: web.Request) -> web.Response:
        async with self._http.get(self._upstream + (self.instead or request.path)) as reply:
            kept = ("Content-Type", *SIGNED)
            passing = Passing(await reply.read(), {name: reply.headers[name] for name in kept if name in reply.headers})
            status = reply.status
        await self.lie(passing, self)
        return web.Response(body=passing.body, headers=passing.headers, status=status)
