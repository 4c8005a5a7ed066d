"""The trusted metadata, brought up to date: the client's requests, answered from a push or from the repository.

refused = await refresh_metadata(trust, Pushed(files, repository), now=now, follow=lambda tenant: True)
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from edge.errors import RefusedError
from edge.trust import TrustedMetadata

_ROOT = ".root.json"


class Source(Protocol):
    """Where files come from: `edge.wire.publisher.RepositoryClient`, say."""

    async def fetch(self, path: str, max_length: int) -> bytes | None:
        """The file, None where there is none; raises `RefusedError` or `UnreachableError`."""


class PushedFiles:
    """What was pushed, and the repository for the rest. A new root that was not pushed is left to the next poll."""

    def __init__(self, files: Mapping[str, bytes], repository: Source) -> None:
        self._files, self._repository = files, repository

    async def fetch(self, path: str, max_length: int) -> bytes | None:
        """As `Source`."""
        if path in self._files:
            return self._files[path]
        return None if path.endswith(_ROOT) else await self._repository.fetch(path, max_length)


async def refresh_metadata(
    trust: TrustedMetadata, source: Source, *, now: datetime, follow: Callable[[str], bool]
) -> Mapping[str, RefusedError]:
    """Walk the TUF client workflow; gives back the tenants whose role was refused, and why.

    Raises what `source` raises, but for a tenant's own file that it refused, and `RefusedError` for a top role.
    """
    steps = trust.refresh(now, follow=follow)
    try:
        request = next(steps)
        while True:
            try:
                data = await source.fetch(request.path, request.max_length)
            except RefusedError as error:
                request = steps.throw(error)
            else:
                request = steps.send(data)
    except StopIteration as end:
        refused: Mapping[str, RefusedError] = end.value.refused
        return refused
