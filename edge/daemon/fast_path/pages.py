"""Responses as bytes, all but what differs from request to request: the time, and what a page may read. Pure."""

from datetime import datetime
from typing import NamedTuple

from aiohttp import web

from edge.daemon.api import MAX_STALE_S, ServedSnippet, document_for, etag_of, snippet_response
from edge.daemon.sync import PopShelf


class Page(NamedTuple):
    """One document of a snippet, as both responses that it may have."""

    etag: bytes
    whole: bytes
    """Status line and headers with the document, up to those that every response has."""
    unchanged: bytes
    """The same with status 304."""
    document: bytes


def head_of(response: web.Response) -> bytes:
    """Status line and headers of a response, in aiohttp's order, up to `Date`."""
    lines = [f"HTTP/1.1 {response.status:d} {response.reason}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    if response.status != web.HTTPNotModified.status_code:
        lines.append(f"Content-Length: {len(body_of(response))}")
    return "\r\n".join((*lines, "")).encode()


def body_of(response: web.Response) -> bytes:
    """The body of a response that has one as bytes."""
    body = response.body
    return body if isinstance(body, bytes) else b""


def unchanged_until(shelf: PopShelf, served: ServedSnippet, now: datetime) -> datetime:
    """Until when the responses for a snippet stay as they are at `now`, if the shelf does. `now` if they change now."""
    status = served.status
    if status.serve_until is None:
        return now
    # From then on, the times in `Cache-Control` follow the clock.
    until = status.serve_until.timestamp() - MAX_STALE_S
    fresh_until = shelf.fresh_until.get(served.entry.island.tenant)
    if fresh_until is not None and now < fresh_until:
        until = min(until, fresh_until.timestamp())
    return datetime.fromtimestamp(until, tz=now.tzinfo)


class KnownSnippet:
    """A snippet at one address, with the pages that were asked for, by language. Good from `since` until `until`."""

    __slots__ = ("_pages", "_pop", "has_locales", "served", "since", "until")

    def __init__(self, served: ServedSnippet, *, pop: str, since: datetime, until: datetime) -> None:
        self.served, self.since, self.until, self._pop = served, since, until, pop
        self.has_locales = served.has_locales
        self._pages: dict[str, Page] = {}

    def page(self, accepted: str) -> Page:
        """The page for a reader with this `Accept-Language` header."""
        if not self.has_locales:
            return self._pages.get("") or self._made("", accepted)
        locale = document_for(self.served, accepted=accepted).document.locale
        return self._pages.get(locale) or self._made(locale, accepted)

    def _made(self, locale: str, accepted: str) -> Page:
        found = document_for(self.served, accepted=accepted)
        etag = etag_of(found)
        whole, unchanged = (
            snippet_response(
                self.served, found, varies=self.has_locales, cached=cached, pop=self._pop, now=self.since
            )
            for cached in ("", etag)
        )  # fmt: skip
        page = Page(etag.encode(), head_of(whole), head_of(unchanged), body_of(whole))
        self._pages[locale] = page
        return page
