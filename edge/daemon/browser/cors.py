"""Which pages may use viewers' routes: CORS (WHATWG Fetch, section 3.2), with `http.cors_origins`.

Every response to a viewer's path has the headers, errors too, because a page cannot read a response without them.
Desks' and operators' paths have none. Credentials are never allowed: a page sends its tokens in `Authorization`, and a
PoP sets no cookies.

>>> cors_headers("https://shop.example", ["https://shop.example"])["Vary"]
'Origin'
"""

from collections.abc import Collection

from aiohttp import web
from aiohttp.typedefs import Handler

MAX_AGE_S = 7_200
"""How long a browser remembers a preflight. Chromium remembers none for longer."""

_ANY = "*"
_PATHS = frozenset(
    {
        "/v1/ask",
        "/v1/choice",
        "/v1/consent",
        "/v1/fastpath",
        "/v1/sessions",
        "/v1/feedback",
        "/v1/callback-promises",
        "/v1/islands",
        "/v1/ledger",
        "/.well-known/skerry-keys",
        "/problems",
    }
)
_BELOW = ("/v1/islands/", "/v1/ledger/", "/v1/receipts/", "/v1/tickets/", "/v1/trees/", "/widget/")
_EXPOSED = (
    "ETag, Cache-Status, Retry-After, RateLimit, RateLimit-Policy, Unencoded-Digest, Signature, Signature-Input,"
    " Skerry-Island-State, Skerry-Widget"
)
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Prefer, traceparent"
    ),
    "Access-Control-Max-Age": str(MAX_AGE_S),
}
"""What a preflight of every viewer's path is told, besides `cors_headers`."""

_OPTIONS = "OPTIONS"


def is_viewer_path(path: str) -> bool:
    """True if pages may use this path. They may not use the paths of desks and operators."""
    return path in _PATHS or path.startswith(_BELOW)


def cors_headers(origin: str | None, allowed: Collection[str]) -> dict[str, str]:
    """The headers of a response to a viewer's path, for a request with this `Origin`.

    `allowed`: the setting `http.cors_origins`.
    """
    if _ANY in allowed:
        return {"Access-Control-Allow-Origin": _ANY, "Access-Control-Expose-Headers": _EXPOSED}
    # A cache must not give one page's response to another, also if neither is allowed to read it.
    if origin not in allowed:
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin or "", "Access-Control-Expose-Headers": _EXPOSED, "Vary": "Origin"}


def let_pages_in(app: web.Application, allowed: Collection[str]) -> None:
    """Add the headers to every response of `app` to a viewer's path, and answer preflights."""

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        if is_viewer_path(request.path):
            response.headers.extend(cors_headers(request.headers.get("Origin"), allowed))

    # Before the headers are sent, and not in a middleware: an event stream has sent its own by then.
    app.on_response_prepare.append(add_headers)
    app.middlewares.insert(0, _preflight)


@web.middleware
async def _preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a preflight of a viewer's path; pass on everything else."""
    # Before authorisation, limits and the body: a preflight has no credentials, and the browser caches it.
    if request.method == _OPTIONS and is_viewer_path(request.path):
        return web.Response(status=204, headers=PREFLIGHT)
    return await handler(request)
