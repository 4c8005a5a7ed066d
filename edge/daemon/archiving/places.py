"""Which archive does `ledger.archive` mean?"""

from collections.abc import Mapping

from edge.config import ArchivePlace, PopConfig
from edge.daemon.handoff import OriginFiles, OriginSessions
from edge.daemon.ledger import Archive, Ledger
from edge.daemon.upstream import Upstream
from edge.trust import PopSigner


def archive_of(
    config: PopConfig,
    ledger: Ledger,
    *,
    upstream: Upstream,
    origins: Mapping[str, OriginFiles],
    sessions: OriginSessions,
    signer: PopSigner | None,
) -> Archive | None:
    """The archive of a PoP; None if its logs stay here.

    `origins` have the tokens for desks, `sessions` are those to desks. `signer` has the PoP's own key; None if it has
    none, or cannot open it. What is not used is not loaded.
    """
    match config.ledger.archive_place:
        case ArchivePlace.NOWHERE:
            return None
        case ArchivePlace.FOLDER:
            from edge.daemon.archiving.folder_archive import FolderArchive

            return FolderArchive(config.path(config.ledger.archive), ledger)
        case ArchivePlace.DESK:
            from edge.daemon.archiving.desk_archive import DeskArchive

            return DeskArchive(config, origins, sessions, ledger, signer)
        case ArchivePlace.PUBLISHER:
            from edge.daemon.archiving.publisher_archive import PublisherArchive

            # The start has said that the key cannot be opened.
            if signer is None:
                return None
            return PublisherArchive(upstream, config.publisher.url, pop=config.pop.name, ledger=ledger, signer=signer)
