"""The desk's pages: `GET /` and the files that it loads. They hold no secret, so they need no token.

All files are read when the desk starts, and served as they were then: an upgrade that replaces them on the disk gives
no browser half of each. A browser asks each time whether it has the newest (`ETag`), so page and script always fit.

A page may do nothing but what its policy (CSP Level 3, Trusted Types) names: load its own scripts and styles, and ask
this desk. No other page may frame it.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

import edge
from edge.errors import ConfigError

BUILT = Path(edge.__file__).parent / "faces" / "built"

PATHS = {"desk": "/", "wall": "/wall"}
"""Where a browser finds each page: the folder of its files, and its path."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html"
)

_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css", ".html": "text/html"}
"""Not the table of the machine: a browser runs no script that has another type."""

_PAGE = "page.html"


class _File(NamedTuple):
    """One file as it is sent."""

    content: bytes
    kind: str
    etag: str


class PageRoutes:
    """The routes of the built pages. The constructor blocks; it raises `ConfigError` if a file cannot be read."""

    def __init__(self, folder: Path = BUILT, paths: Mapping[str, str] = PATHS) -> None:
        self._files = dict[str, _File]()
        for page, path in paths.items():
            try:
                found = [one for one in sorted((folder / page).iterdir()) if one.suffix in _TYPES]
                for one in found:
                    at = path if one.name == _PAGE else f"/faces/{page}/{one.name}"
                    self._files[at] = _read(one)
            except OSError as error:
                text = f"the desk's page {folder / page} cannot be read: {error.strerror}; install Skerry again"
                raise ConfigError(text) from error

    @property
    def paths(self) -> frozenset[str]:
        """All paths: they are open to everybody."""
        return frozenset(self._files)

    def add_to(self, app: web.Application) -> None:
        """Serve the routes in `app`."""
        for path in self._files:
            app.router.add_get(path, self._get)

    async def _get(self, request: web.Request) -> web.Response:
        file = self._files[request.path]
        headers = {**_HEADERS, "ETag": file.etag}
        if file.etag in (tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")):
            return web.Response(status=304, headers=headers)
        return web.Response(body=file.content, headers={**headers, "Content-Type": f"{file.kind}; charset=utf-8"})


def _read(path: Path) -> _File:
    content = path.read_bytes()
    return _File(content, _TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')
