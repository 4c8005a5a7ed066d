"""What the client asks for while it refreshes, and what came of it."""

from typing import NamedTuple

from edge.errors import RefusedError

MAX_ROOTS = 256
"""New roots taken in one refresh."""

MAX_ROOT_BYTES = 512_000
MAX_TIMESTAMP_BYTES = 16_384
MAX_SNAPSHOT_BYTES = 2_000_000
MAX_TARGETS_BYTES = 5_000_000
"""The limits of python-tuf's own client (`tuf.ngclient.UpdaterConfig`); that of targets also holds for tenants."""


class Request(NamedTuple):
    """One metadata file, please: at most `max_length` bytes of it. Only timestamp has no version.

    >>> Request("acme", 7, 5_000_000).path
    'metadata/7.acme.json'
    """

    role: str
    version: int | None
    max_length: int

    @property
    def path(self) -> str:
        """Where the repository keeps it."""
        return f"metadata/{self.role}.json" if self.version is None else f"metadata/{self.version}.{self.role}.json"


class RefreshOutcome(NamedTuple):
    """What a refresh brought. `refused` says, by tenant, why its newest role is not believed."""

    changed: frozenset[str]
    """Tenants whose verified role is new, different or gone."""
    refused: dict[str, RefusedError]
