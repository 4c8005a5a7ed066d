"""`tenant/island`: the one way an island is named, in paths, requests, logs and metrics."""

import re
from typing import NamedTuple, Self

from edge.errors import RefusedError

NAME_PATTERN = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
"""A tenant, an island or a snippet: the letters of a DNS label (RFC 1123, section 2.1), so it is safe in any path."""

_FULL = re.compile(f"({NAME_PATTERN})/({NAME_PATTERN})")
_TARGET_SUFFIX = ".island"


class IslandName(NamedTuple):
    """One island of one tenant.

    >>> IslandName.parse("acme/hoodie-drop").target_path
    'acme/hoodie-drop.island'
    """

    tenant: str
    island: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The name written in `text`; raises `RefusedError` when it is not `tenant/island`."""
        match = _FULL.fullmatch(text)
        if match is None:
            raise RefusedError(
                f"{text[:140]!r} is not an island's name, expected tenant/island in lower-case letters, digits and '-'"
            )
        return cls(match[1], match[2])

    @classmethod
    def from_target_path(cls, path: str) -> Self:
        """The island stored at a TUF target path; raises `RefusedError` for any other target."""
        if not path.endswith(_TARGET_SUFFIX):
            raise RefusedError(f"target {path[:140]!r} is not an island, expected a path ending in {_TARGET_SUFFIX}")
        return cls.parse(path.removesuffix(_TARGET_SUFFIX))

    @property
    def target_path(self) -> str:
        """Where the signed island lies among a TUF repository's targets."""
        return f"{self.tenant}/{self.island}{_TARGET_SUFFIX}"

    def __str__(self) -> str:
        return f"{self.tenant}/{self.island}"
