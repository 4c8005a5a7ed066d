"""Which tickets a reader may know of.

A statement has the condition `tenant = ? AND ? IN ('', lane)`, and takes the scope as its two arguments.
"""

from typing import NamedTuple


class Scope(NamedTuple):
    """The tickets of one tenant, of all its lanes or of one."""

    tenant: str
    lane: str = ""
    """Empty: all lanes."""
