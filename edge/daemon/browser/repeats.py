"""Requests that a client may repeat: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07).

The same key of the same asker gets the same response, byte for byte, and makes one ticket. Two things see to that:

* **The memory** has the last responses. A repetition waits for the first request if that is still in progress. What
  failed is not remembered, so that it can be tried again.
* **The ticket's id** is derived from asker, key and body with the PoP's own secret. The outbox takes an id once, and so
  does origin. So a repetition makes no second ticket after a restart either, when the memory is empty; its response is
  then a new one.

An asker is a session, or an address for anonymous ones. Two askers may use the same key.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from edge.errors import Reason, RefusedError
from edge.host import RecentlyUsed
from edge.tokens import Asker, repeated_ticket_id

MAX_KEY_CHARACTERS = 64
"""A UUID has 36 characters."""

_HEADER = "Idempotency-Key"
_STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
"""A String of Structured Fields (RFC 9651, section 3.3.3), without parameters."""

_BARE = re.compile(r"[A-Za-z0-9._~:/+=-]+")
"""A key without quotes, as payment services take it and most clients send it."""

_ESCAPED = re.compile(r'\\(["\\])')
_DIGEST_BYTES = 16

_Place: TypeAlias = tuple[bytes, ...]


class Repeats:
    """Answers each keyed request once. Belongs to the event loop. At most `max_repeats` responses are remembered."""

    def __init__(self, *, token_key: bytes, max_repeats: int) -> None:
        self._token_key = token_key
        self._known: RecentlyUsed[_Place, _Repeat] = RecentlyUsed(max_repeats)

    async def respond_once(
        self,
        request: web.Request,
        body: bytes,
        *,
        asker: Asker,
        form: str,
        respond: Callable[[str], Awaitable[web.Response]],
    ) -> web.Response:
        """The response of `respond`, or that of the same request before.

        `respond` gets the id for a ticket, which is empty for a request without a key. `form` tells responses apart
        that the same body gets from different requests. Raises `RefusedError`: `MALFORMED` for a malformed key,
        `KEY_REUSED` if the key came with another body; and what `respond` raises.
        """
        key = _key_of(request)
        if key is None:
            return await respond("")
        content = hashlib.blake2b(request.path.encode() + b"\n" + body, digest_size=_DIGEST_BYTES).digest()
        place = (*_name_of(asker), key.encode())
        ticket = repeated_ticket_id(*place, content, key=self._token_key)
        return await self._once((*place, form.encode()), content, lambda: respond(ticket))

    async def _once(
        self, place: _Place, content: bytes, respond: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        while (known := self._known.get(place)) is not None:
            if known.content != content:
                raise RefusedError(
                    "this Idempotency-Key came with another request before, expected a new key for a new request",
                    reason=Reason.KEY_REUSED,
                )
            await known.is_done.wait()
            if known.body is not None:
                return known.response()
        # The first, or the one before it failed. No await until it is known: two at once must not both be the first.
        repeat = _Repeat(content)
        self._known.put(place, repeat)
        try:
            response = await respond()
            repeat.keep(response)
            return response
        finally:
            if repeat.body is None and self._known.get(place) is repeat:
                self._known.pop(place)
            repeat.is_done.set()


class _Repeat:
    """One keyed request: what was asked, and the response once there is one."""

    __slots__ = ("body", "content", "is_done", "status")

    def __init__(self, content: bytes) -> None:
        self.content, self.is_done = content, asyncio.Event()
        self.status = 0
        self.body: bytes | None = None

    def keep(self, response: web.Response) -> None:
        """Keep the response for repetitions."""
        self.status, self.body = response.status, response.body if isinstance(response.body, bytes) else None

    def response(self) -> web.Response:
        """The response again. A response object can be sent only once."""
        return web.Response(body=self.body, status=self.status, content_type="application/json")


def _key_of(request: web.Request) -> str | None:
    """The key; None without one."""
    values = request.headers.getall(_HEADER, None)
    if not values:
        return None
    value = values[0].strip(" ") if len(values) == 1 else ""
    match = _STRING.fullmatch(value)
    key = _ESCAPED.sub(r"\1", match[1]) if match else value if _BARE.fullmatch(value) else ""
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS:
        raise RefusedError(
            f"the Idempotency-Key is malformed, expected one string of 1 to {MAX_KEY_CHARACTERS} characters, such as a"
            " UUID"
        )
    return key


def _name_of(asker: Asker) -> _Place:
    """Who asks. A session that nobody signed is another asker than a signed one of the same name."""
    if not asker.session:
        return b"address", asker.address.encode()
    return b"session", asker.session.encode(), (asker.issuer or "").encode(), b"trusted" if asker.is_trusted else b""
