"""A signed snippet over HTTP: any cache may keep it, and its signature is checked by the reader.

The body is the exact bytes that the publisher signed (RFC 9421 with the WICG signature-based-integrity profile), so it
may come from any cache or proxy. Caching: strong ETag and 304 (RFC 9110), `Cache-Status` (RFC 9211), `Cache-Groups`
(RFC 9875) with the older `Surrogate-Key`, `stale-while-revalidate` and `stale-if-error` (RFC 5861).
"""

from datetime import datetime

from aiohttp import web

from edge.config import PopConfig
from edge.daemon.ask import approved
from edge.daemon.sync import PopEntry
from edge.decide import wanted_locales
from edge.records import IslandStatus

MAX_AGE_S = 5
"""How long a browser may use a copy without asking: a withdrawal is at most this late there."""


def snippet_response(
    request: web.Request,
    *,
    entry: PopEntry,
    snippet: str,
    status: IslandStatus,
    config: PopConfig,
    now: datetime,
) -> web.Response:
    """The snippet's document with its signature and caching headers; 304 if the client has this very document.

    It is in the language of `?locale=`, else in that of `Accept-Language`, if the snippet has it.
    """
    stated = request.query.get("locale", "")
    # An address that names a language means that one alone, for every reader: nothing else may choose.
    accepted = "" if stated else request.headers.get("Accept-Language", "")
    found = approved(entry, snippet, wanted_locales(stated, "", accepted))
    signed, varies = found.snippet, bool(entry.snippets[snippet].locales) and not stated
    etag = f'"{signed.digest.split(":")[1]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": _cache_control(status, now),
        "Cache-Status": f'"{config.pop.name}"; hit',
        "Cache-Groups": f'"{status.island}"',
        "Surrogate-Key": f"{entry.island.tenant} {status.island} {status.island}/{signed.id}",
        "Content-Type": "application/json",
        "Content-Language": found.document.locale,
        "Unencoded-Digest": signed.digest,
        "Signature-Input": signed.signature_input,
        "Signature": signed.signature,
        "Skerry-Island-State": status.state.value,
    }
    if varies:
        # Else a cache would give one reader's language to the next.
        headers["Vary"] = "Accept-Language"
    cached = request.headers.get("If-None-Match", "")
    if cached == "*" or etag in (tag.strip().removeprefix("W/") for tag in cached.split(",")):
        return web.Response(status=304, headers=headers)
    return web.Response(body=signed.document, headers=headers)


def _cache_control(status: IslandStatus, now: datetime) -> str:
    # No copy may outlive the time until which the island is served.
    left_s = int((status.serve_until - now).total_seconds()) if status.serve_until else 0
    age_s = min(MAX_AGE_S, left_s)
    stale_s = min(6 * MAX_AGE_S, left_s)
    return f"public, max-age={age_s}, stale-while-revalidate={stale_s}, stale-if-error={stale_s}"
