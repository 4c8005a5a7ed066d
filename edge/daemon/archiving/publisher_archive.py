"""The archive of the publisher."""

from edge.daemon.archiving.shipment import ship
from edge.daemon.ledger import Ledger
from edge.daemon.upstream import Upstream
from edge.ledger import NoteKey
from edge.store.ledger import StoredLog
from edge.trust import PopSigner
from edge.wire.archive import ArchiveClient


class PublisherArchive:
    """Moves logs of one ledger to the publisher at `url`: an `Archive`. `signer` has the PoP's key."""

    def __init__(self, upstream: Upstream, url: str, *, pop: str, ledger: Ledger, signer: PopSigner) -> None:
        self._client = ArchiveClient(upstream.session, url, pop=pop, sign=signer.sign_as, via=upstream.via)
        self._ledger, self._signer = ledger, signer

    def place(self, log: StoredLog) -> str:  # noqa: ARG002 - all go to one place
        """As `Archive` says."""
        return ""

    async def keep(self, log: StoredLog, key: NoteKey, note: str) -> bool:
        """As `Archive` says."""
        return await ship(log, key, note, ledger=self._ledger, client=self._client, signer=self._signer)
