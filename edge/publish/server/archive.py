"""The publisher's archive of its PoPs' logs: who may put one, and what this publisher saw of it as a witness."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from edge.archive import ARCHIVE_BYTES, ArchiveRoutes
from edge.errors import Reason, RefusedError
from edge.ledger import Checkpoint
from edge.publish.fleet import TOKEN_OF, FleetMembers
from edge.publish.witness import SeenLogs

FOLDER = "archive"
"""Its folder in the home."""


def archive_routes(home: Path, *, max_bytes: int = ARCHIVE_BYTES) -> ArchiveRoutes:
    """The routes of a home's archive: for members of the fleet, whose key signs each request."""
    members, seen = FleetMembers(home), SeenLogs(home)

    async def keys_of(request: web.Request) -> Sequence[bytes]:
        pop = request.match_info["name"]
        token_of = request.get(TOKEN_OF, pop)
        if token_of != pop:
            text = f"the token is of PoP '{token_of}', expected the token of the PoP in the path"
            raise RefusedError(text, reason=Reason.SIGNATURE_INVALID)
        key = await asyncio.to_thread(members.key, pop)
        if key is None:
            text = f"this PoP is not of the fleet; run: skerry publisher pops add POP --key KEY --home {home}"
            raise RefusedError(text, reason=Reason.POP_UNKNOWN)
        return [key]

    def last_seen(origin: str, pop: str) -> Checkpoint | None:
        last = seen.last(origin, pop)
        return None if last is None else Checkpoint(origin, last.size, last.root)

    return ArchiveRoutes(home / FOLDER, keys_of=keys_of, seen=last_seen, max_bytes=max_bytes)
