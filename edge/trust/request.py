"""What the client asks for while it refreshes, and the outcome of a refresh."""

from typing import NamedTuple

from edge.errors import RefusedError

MAX_ROOTS = 256
"""New roots that one refresh accepts."""

MAX_ROOT_BYTES = 512_000
MAX_TIMESTAMP_BYTES = 16_384
MAX_SNAPSHOT_BYTES = 2_000_000
MAX_TARGETS_BYTES = 5_000_000
"""The limits of python-tuf's own client (`tuf.ngclient.UpdaterConfig`); that of targets also holds for tenants."""


class Request(NamedTuple):
    """A metadata file that the client needs, of at most `max_length` bytes. `version` is None only for timestamp.

    >>> Request("acme", 7, 5_000_000).path
    'metadata/7.acme.json'
    """

    role: str
    version: int | None
    max_length: int

    @property
    def path(self) -> str:
        """Path of the file in the repository."""
        return f"metadata/{self.role}.json" if self.version is None else f"metadata/{self.version}.{self.role}.json"


class RefreshOutcome(NamedTuple):
    """What a refresh changed, and what it refused."""

    changed: frozenset[str]
    """Tenants whose verified role is new, different or gone."""
    refused: dict[str, RefusedError]
    """By tenant: why its newest role is not trusted."""
