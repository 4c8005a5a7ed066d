"""A signed snippet over HTTP: any cache may keep it, and its signature is checked by the reader.

The body is the exact bytes that the publisher signed (RFC 9421 with the WICG signature-based-integrity profile), so it
may come from any cache or proxy. Caching: strong ETag and 304 (RFC 9110), `Cache-Status` (RFC 9211), `Cache-Groups`
(RFC 9875) with the older `Surrogate-Key`, `stale-while-revalidate` and `stale-if-error` (RFC 5861).
"""

from datetime import datetime
from typing import NamedTuple

from aiohttp import web

from edge.daemon.ask import Approved, approved, find_served
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.decide import wanted_locales
from edge.errors import Reason, RefusedError
from edge.records import Automation, IslandStatus

MAX_AGE_S = 5
"""How long a browser may use a copy without asking: a withdrawal is at most this late there."""

MAX_STALE_S = 6 * MAX_AGE_S
"""How long a cache may go on with a copy while it asks, or cannot ask."""

_OF_THE_DOCUMENT = frozenset({"Content-Type", "Content-Language", "Unencoded-Digest", "Signature-Input", "Signature"})
"""Headers that a client with the document has, too: they never change without its bytes. So they are not in a 304 (RFC
9110, section 15.4.5)."""


class ServedSnippet(NamedTuple):
    """A snippet that may be served now, and the state of its island."""

    entry: PopEntry
    id: str
    status: IslandStatus

    @property
    def has_locales(self) -> bool:
        """True if the reader's language chooses the document."""
        return bool(self.entry.snippets[self.id].locales)


def find_snippet(shelf: PopShelf, visible: PopSlot, snippet: str, now: datetime) -> ServedSnippet:
    """The snippet of a slot as one session sees it. Raises `RefusedError` if it is not served now."""
    entry, status = find_served(shelf, visible, now)
    signed = entry.snippets.get(snippet)
    # A snippet for people only is "not found" like one that does not exist: its text is not public.
    if signed is None or signed.automation is not Automation.ANSWER:
        text = f"island '{status.island}' serves no such snippet, expected one of its served_snippets"
        raise RefusedError(text, reason=Reason.NOT_FOUND)
    return ServedSnippet(entry, snippet, status)


def document_for(served: ServedSnippet, *, stated: str = "", accepted: str = "") -> Approved:
    """The snippet's document in the language `stated` in the address, else in one of the `Accept-Language` header."""
    # An address that names a language means that one alone, for every reader: nothing else may choose.
    return approved(served.entry, served.id, wanted_locales(stated, "", "" if stated else accepted))


def has_document(cached: str, etag: str) -> bool:
    """True if an `If-None-Match` header (RFC 9110, section 13.1.2) names the document with this `etag`."""
    return cached == "*" or etag in (tag.strip().removeprefix("W/") for tag in cached.split(","))


def etag_of(found: Approved) -> str:
    """The strong entity tag of a document."""
    return f'"{found.snippet.digest.split(":")[1]}"'


def snippet_response(
    served: ServedSnippet, found: Approved, *, varies: bool, cached: str, pop: str, now: datetime
) -> web.Response:
    """The snippet's document with its signature and caching headers; 304 if the client has this very document.

    `varies`: another reader may get another language at this address. `cached`: the header `If-None-Match`.
    """
    signed, entry, status, etag = found.snippet, served.entry, served.status, etag_of(found)
    headers = {
        "ETag": etag,
        "Cache-Control": cache_control(status, now),
        "Cache-Status": f'"{pop}"; hit',
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
    if has_document(cached, etag):
        kept = {name: value for name, value in headers.items() if name not in _OF_THE_DOCUMENT}
        return web.Response(status=304, headers=kept)
    return web.Response(body=signed.document, headers=headers)


def cache_control(status: IslandStatus, now: datetime) -> str:
    """How long a cache may use a copy of an answer of this island."""
    # No copy may outlive the time until which the island is served.
    left_s = int((status.serve_until - now).total_seconds()) if status.serve_until else 0
    age_s = min(MAX_AGE_S, left_s)
    stale_s = min(MAX_STALE_S, left_s)
    return f"public, max-age={age_s}, stale-while-revalidate={stale_s}, stale-if-error={stale_s}"
