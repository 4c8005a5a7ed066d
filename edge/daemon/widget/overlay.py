"""`GET /overlay/{tenant}/{island}`: a page for a stream's picture, such as a browser source of OBS.

The page is transparent. It shows the answer that was approved last for ten seconds, and each one that follows. The
tenant's keys on it are those that this PoP believes: the reader of this page trusts the PoP. With a page of their own
and `mode="overlay"`, authors choose the keys themselves.
"""

import html
import re
from collections.abc import Callable, Iterable

from aiohttp import web

from edge.daemon.ask import find_slot
from edge.daemon.sync import PopShelf
from edge.records import IslandName, TenantKeys

_PAGE = """<!doctype html>
<html lang="{locale}">
<meta charset="utf-8">
<title>{island}</title>
<link rel="icon" href="data:,">
<script type="module" src="../../widget/skerry.js" integrity="{integrity}" crossorigin></script>
<skerry-chat mode="overlay" island="{island}" key="{keys}"></skerry-chat>
</html>
"""
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
}


class OverlayRoutes:
    """The route of the page. `integrity`: that of the widget's loader. `keys`: what `/.well-known/skerry-keys` says."""

    def __init__(
        self, *, integrity: str, shelf: Callable[[], PopShelf], keys: Callable[[], Iterable[TenantKeys]]
    ) -> None:
        self._integrity, self._shelf, self._keys = integrity, shelf, keys

    @property
    def routes(self) -> Iterable[web.RouteDef]:
        """One for all islands."""
        return [web.get("/overlay/{tenant}/{island}", self._get)]

    async def _get(self, request: web.Request) -> web.Response:
        name = IslandName.parse(f"{request.match_info['tenant']}/{request.match_info['island']}")
        # Refused for an island that is not known here. One that is not served yet will be.
        find_slot(self._shelf(), name)
        locale = request.query.get("locale", "en")
        keys = [key.ed25519 for one in self._keys() if one.tenant == name.tenant for key in one.keys]
        values = {
            "locale": locale if _LOCALE.fullmatch(locale) else "en",
            "island": str(name),
            "integrity": self._integrity,
            "keys": " ".join(keys),
        }
        text = _PAGE.format(**{word: html.escape(value) for word, value in values.items()})
        return web.Response(text=text, content_type="text/html", charset="utf-8", headers=_HEADERS)
