"""The widget's files: `GET /widget/skerry.js`, which a page names, and the parts that it loads.

All files are read when the PoP starts, and served as they were then. They are the same for every tenant and hold no
secret. A part's name has its content's hash, so a browser keeps it for a year. `skerry.js` keeps its name: a browser
asks each time whether it has the newest (`ETag`).

If the publisher signed `skerry.js` (`edge.trust.widget`), it has that signature as headers, which browsers verify. A
file that differs from what was signed has none, and `Skerry-Widget` says so.

A page of another origin loads them as modules, which needs CORS: `http.cors_origins` holds for them, too.

`/widget/themes.html` is a page of the PoP's own, on which an author tries themes with her island. Its policy (CSP Level
3, Trusted Types) lets it load its own files and ask this PoP, and no other page may frame it.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

import edge
from edge.daemon.widget.proof import LoaderProof
from edge.errors import ConfigError, Reason, RefusedError
from edge.trust import TrustedMetadata

BUILT = Path(edge.__file__).parent / "faces" / "built" / "widget"
THEMES = BUILT.parent / "themes"

LOADER = "skerry.js"

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Not the table of the machine: a browser runs no script that has another type."""

_HASHED = re.compile(r"-[A-Za-z0-9_-]{12}\.js")
_HEADERS = {"Cross-Origin-Resource-Policy": "cross-origin"}
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
_GZIP_WINDOW = 31
"""15 bits, and a gzip header and trailer (zlib manual, `deflateInit2`)."""


class _WidgetFile(NamedTuple):
    """One file as it is sent; `compressed` to browsers that accept gzip."""

    content: bytes
    compressed: bytes
    headers: dict[str, str]


class WidgetRoutes:
    """The routes of the widget. The constructor blocks; it raises `ConfigError` if a file cannot be read."""

    def __init__(self, folder: Path = BUILT, themes: Path = THEMES) -> None:
        try:
            files = {one.name: one for one in folder.iterdir()}
            files |= {f"themes{one.suffix}": one for one in themes.iterdir()}
            self._files = {name: _read(one) for name, one in files.items() if one.suffix in _TYPES}
        except OSError as error:
            text = f"the widget {error.filename} cannot be read: {error.strerror}; install Skerry again"
            raise ConfigError(text) from error
        self.integrity: str = json.loads(self._files["manifest.json"].content)[LOADER]
        """What a page pins the loader by."""
        self._proof: LoaderProof | None = None

    def prove_by(self, trust: Callable[[], TrustedMetadata], now: Callable[[], datetime]) -> None:
        """Serve the loader with the signature that verified metadata has of it. Until this is called, it has none."""
        self._proof = LoaderProof(self._files[LOADER].content, trust=trust, now=now)

    @property
    def routes(self) -> Iterable[web.RouteDef]:
        """One for all files."""
        return [web.get("/widget/{file}", self._get)]

    async def _get(self, request: web.Request) -> web.Response:
        cached, accepted = request.headers.get("If-None-Match", ""), request.headers.get("Accept-Encoding", "")
        return self.response(request.match_info["file"], cached=cached, accepted=accepted)

    def response(self, name: str, *, cached: str, accepted: str) -> web.Response:
        """The response with a file. Raises `RefusedError` for a name that none has.

        `cached`: the header `If-None-Match`. `accepted`: `Accept-Encoding`.
        """
        file = self._files.get(name)
        if file is None:
            known = ", ".join(sorted(self._files))
            raise RefusedError(f"the widget has no such file, expected one of {known}", reason=Reason.NOT_FOUND)
        headers = self._proof.added_to(file.headers) if name == LOADER and self._proof else file.headers
        if headers["ETag"] in (tag.strip().removeprefix("W/") for tag in cached.split(",")):
            return web.Response(status=304, headers=headers)
        if "gzip" in accepted:
            return web.Response(body=file.compressed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=file.content, headers=headers)


def _read(path: Path) -> _WidgetFile:
    content = path.read_bytes()
    compressor = zlib.compressobj(9, wbits=_GZIP_WINDOW)
    compressed = compressor.compress(content) + compressor.flush()
    kept = "public, max-age=31536000, immutable" if _HASHED.search(path.name) else "no-cache"
    headers = {
        **_HEADERS,
        **(_PAGE_HEADERS if path.suffix == ".html" else {}),
        "Content-Type": _TYPES[path.suffix],
        "Cache-Control": kept,
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Vary": "Accept-Encoding",
    }
    return _WidgetFile(content, compressed, headers)
