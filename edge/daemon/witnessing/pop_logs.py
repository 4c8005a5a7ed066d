"""A PoP's logs as a witness is shown them, and the route of what it cosigned."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web

from edge.daemon.ledger import Ledger
from edge.errors import Reason, RefusedError
from edge.ledger import Tile, consistency_proof, hashes_in
from edge.store.ledger import CosignedNotes, LedgerStore, LogState, StoredLog

_NOTE = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-cache"}


class PopLogs:
    """The logs of one PoP's ledger: `WitnessedLogs`."""

    def __init__(self, ledger: Ledger, notes: CosignedNotes) -> None:
        self._ledger, self._notes = ledger, notes

    async def origins(self) -> Sequence[str]:
        """Those whose leaves are here. A closed log waits for its cosignature before it goes to the archive."""
        return list(await self._logs())

    async def checkpoint(self, origin: str) -> str:
        """As `WitnessedLogs` says."""
        return (await self._log(origin)).checkpoint

    async def consistency(self, origin: str, before: int, after: int) -> Sequence[bytes]:
        """As `WitnessedLogs` says."""
        name = (await self._log(origin)).name

        def prove(store: LedgerStore) -> list[bytes]:
            return consistency_proof(before, after, hashes_in(_reader(store, name), after))

        return await self._ledger.writer.read(prove)

    async def cosigned(self, origin: str, note: str) -> None:
        """As `WitnessedLogs` says."""
        await asyncio.to_thread(self._notes.put, origin, note)

    async def _log(self, origin: str) -> StoredLog:
        log = (await self._logs()).get(origin)
        if log is None:
            raise RefusedError(f"log {origin} was moved to the archive meanwhile", reason=Reason.NOT_FOUND)
        return log

    async def _logs(self) -> dict[str, StoredLog]:
        logs = await self._ledger.writer.read(lambda store: store.logs())
        return {log.origin: log for log in logs if log.checkpoint and log.state is not LogState.ARCHIVED}


def cosigned_route(ledger: Ledger, state_dir: Path) -> web.RouteDef:
    """The route of a log's last cosigned checkpoint: public, as the log is."""
    notes = CosignedNotes(state_dir)

    async def respond(request: web.Request) -> web.Response:
        log = await ledger.log(f"{request.match_info['tenant']}/{request.match_info['event']}")
        note = None if log is None else await asyncio.to_thread(notes.get, log.origin)
        if note is None:
            raise RefusedError("no witness cosigned a log of this event, expected one", reason=Reason.NOT_FOUND)
        return web.Response(body=note.encode(), headers=_NOTE)

    return web.get("/v1/ledger/{tenant}/{event}/cosigned", respond)


def _reader(store: LedgerStore, name: str) -> Callable[[Tile], bytes]:
    """Tiles of a log as it is now. Of a smaller one, a tile that is not full is the beginning of this one."""

    def read(tile: Tile) -> bytes:
        return store.tile(name, tile) or b""

    return read
