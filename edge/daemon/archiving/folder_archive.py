"""The archive in a folder of this machine, such as a mounted disk."""

import asyncio
from pathlib import Path

from edge.daemon.ledger import Ledger
from edge.ledger import NoteKey, new_tiles
from edge.store.ledger import COSIGNED_FILE, LogArchive, StoredLog


class FolderArchive:
    """Moves logs of one ledger into `folder`: an `Archive`."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder, self._ledger = folder, ledger

    def place(self, log: StoredLog) -> str:  # noqa: ARG002 - all go to one place
        """As `Archive` says."""
        return ""

    async def keep(self, log: StoredLog, key: NoteKey, note: str) -> bool:
        """As `Archive` says. It was read again when this returns."""
        archive = LogArchive(self._folder, log.origin)
        await asyncio.to_thread(archive.begin, log.checkpoint)
        # A tile at a time: leaves of answers are written in between.
        for tile in new_tiles(0, log.size):
            content = await self._ledger.tile(log.name, tile)
            if content is not None:
                await asyncio.to_thread(archive.write, tile.path, content)
        if note:
            await asyncio.to_thread(archive.write, COSIGNED_FILE, note.encode())
        await asyncio.to_thread(archive.write, "checkpoint", log.checkpoint.encode())
        await asyncio.to_thread(archive.finish)
        await asyncio.to_thread(lambda: archive.check(key, cosigned=note))
        return True
