"""Brings the trusted metadata up to date: gives the TUF client the files that it asks for.

For example:

    refused = await refresh_metadata(trust, PushedFiles(files, repository), now=now, follow=lambda tenant: True)
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from edge.errors import RefusedError
from edge.trust import TrustedMetadata

_ROOT = ".root.json"


class Source(Protocol):
    """A source of files, such as `edge.wire.publisher.RepositoryClient`."""

    async def fetch(self, path: str, max_length: int) -> bytes | None:
        """The file of at most `max_length` bytes; None if there is none.

        Raises `RefusedError` for a file that is too long, `UnreachableError` when the source does not answer.
        """


class PushedFiles:
    """The files of a push, and those of `repository` for the rest."""

    def __init__(self, files: Mapping[str, bytes], repository: Source) -> None:
        self._files, self._repository = files, repository

    async def fetch(self, path: str, max_length: int) -> bytes | None:
        """As `Source.fetch`."""
        if path in self._files:
            return self._files[path]
        # The client asks for the next root at every refresh. Asking the repository each time would cost a request for
        # every push; a root that was not pushed comes with the next poll.
        return None if path.endswith(_ROOT) else await self._repository.fetch(path, max_length)


async def refresh_metadata(
    trust: TrustedMetadata, source: Source, *, now: datetime, follow: Callable[[str], bool]
) -> Mapping[str, RefusedError]:
    """Run the TUF client workflow once; gives the refusal of each tenant whose role was refused.

    Raises `RefusedError` for a fault in root, timestamp, snapshot or targets, and `UnreachableError` of `source`.
    Metadata that was verified before stays verified.
    """
    steps = trust.refresh(now, follow=follow)
    try:
        request = next(steps)
        while True:
            try:
                data = await source.fetch(request.path, request.max_length)
            except RefusedError as error:
                # The client decides: for a tenant's role it goes on without it, for a top role it raises.
                request = steps.throw(error)
            else:
                request = steps.send(data)
    except StopIteration as end:
        refused: Mapping[str, RefusedError] = end.value.refused
        return refused
