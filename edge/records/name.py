"""The name of an island, `tenant/island`, as paths, requests, logs and metrics have it."""

import re
from functools import lru_cache
from typing import NamedTuple, Self

from edge.errors import RefusedError

NAME_PATTERN = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
"""Name of a tenant, an island or a snippet: a DNS label in lower case (RFC 1123, section 2.1), safe in any path."""

_FULL = re.compile(f"({NAME_PATTERN})/({NAME_PATTERN})")
_TARGET_SUFFIX = ".island"

_NAMES = 512
"""Names that are remembered as they were read: a question reads that of its island up to six times."""


class IslandName(NamedTuple):
    """The name of one island of one tenant.

    >>> IslandName.parse("acme/hoodie-drop").target_path
    'acme/hoodie-drop.island'
    """

    tenant: str
    island: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a name. Raises `RefusedError` (`MALFORMED`) if `text` is not `tenant/island`."""
        return cls(*_parts(text))

    @classmethod
    def from_target_path(cls, path: str) -> Self:
        """Name of the island at a TUF target path. Raises `RefusedError` (`MALFORMED`) if the target is no island."""
        if not path.endswith(_TARGET_SUFFIX):
            raise RefusedError(f"a target is not an island, expected a path ending in {_TARGET_SUFFIX}")
        return cls.parse(path.removesuffix(_TARGET_SUFFIX))

    @property
    def target_path(self) -> str:
        """Path of the signed island among the targets of a TUF repository."""
        return f"{self.tenant}/{self.island}{_TARGET_SUFFIX}"

    def __str__(self) -> str:
        return f"{self.tenant}/{self.island}"


@lru_cache(_NAMES)
def _parts(text: str) -> tuple[str, str]:
    match = _FULL.fullmatch(text)
    if match is None:
        raise RefusedError("this is not an island's name, expected tenant/island in lower-case letters, digits and '-'")
    return match[1], match[2]
