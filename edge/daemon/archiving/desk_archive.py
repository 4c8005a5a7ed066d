"""The archives of desks: a log goes to the desk of its tenant."""

from collections.abc import Mapping

from edge.config import PopConfig
from edge.daemon.archiving.shipment import ship
from edge.daemon.handoff import OriginFiles, OriginSessions, settings_by_name
from edge.daemon.ledger import Ledger
from edge.ledger import NoteKey
from edge.store.ledger import StoredLog
from edge.trust import PopSigner
from edge.wire.archive import ArchiveClient


class DeskArchive:
    """Moves logs of one ledger to the desks that are the origins of their tenants: an `Archive`."""

    def __init__(
        self,
        config: PopConfig,
        files: Mapping[str, OriginFiles],
        sessions: OriginSessions,
        ledger: Ledger,
        signer: PopSigner | None,
    ) -> None:
        self._pop, self._settings, self._files = config.pop.name, settings_by_name(config), files
        self._sessions, self._ledger, self._signer = sessions, ledger, signer

    def place(self, log: StoredLog) -> str:
        """As `Archive` says: the origin of its tenant."""
        tenant = log.name.partition("/")[0]
        return tenant if tenant in self._settings else ""

    async def keep(self, log: StoredLog, key: NoteKey, note: str) -> bool:
        """As `Archive` says."""
        origin = self.place(log)
        secrets = self._files[origin].secrets
        client = ArchiveClient(
            self._sessions.through(secrets.proxy),
            self._settings[origin].url,
            pop=self._pop,
            sign=self._signer.sign_as if self._signer is not None else None,
            headers={"Authorization": f"Bearer {secrets.token}"},
        )
        try:
            return await ship(log, key, note, ledger=self._ledger, client=client, signer=self._signer)
        finally:
            self._sessions.leave(secrets.proxy)
            await self._sessions.close_unused()
