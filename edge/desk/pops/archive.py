"""The desk's archive of PoPs' logs: a PoP is known by its token, and by its key if the desk was told one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from edge.archive import ARCHIVE_BYTES, ArchiveRoutes
from edge.desk.access import POP_KEYS

FOLDER = "desk-archive"
"""Its folder in the home: not that of a publisher with the same home."""


def archive_routes(home: Path, *, max_bytes: int = ARCHIVE_BYTES) -> ArchiveRoutes:
    """The routes of a desk's archive. The guard has let in the PoP of the path only."""

    async def keys_of(request: web.Request) -> Sequence[bytes]:
        keys: tuple[Any, ...] = request[POP_KEYS]
        return keys

    return ArchiveRoutes(home / FOLDER, keys_of=keys_of, max_bytes=max_bytes)
