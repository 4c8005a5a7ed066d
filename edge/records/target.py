"""What TUF metadata says of a published island: which revision there is, and which sessions already get it."""

from typing import Annotated

import msgspec

from edge.records.types import Utc
from edge.stored_words import ISLAND_FIELDS


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One published revision of an island. Times are RFC 3339 in the metadata."""

    revision: Annotated[int, msgspec.Meta(ge=1)]
    """Number of the publication."""
    opens: Utc
    """When the event begins."""
    expires: Utc
    """When PoPs stop serving the revision."""
    max_stale_s: int
    """How long PoPs serve it after its signed metadata has expired."""
    length: Annotated[int, msgspec.Meta(ge=1)]
    """Size of the island's file in bytes."""
    sha256: str
    """SHA-256 of the island's file, in lower-case hexadecimal."""


class Rollout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which sessions already get a new revision. All others get `previous`."""

    percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    """Percentage of sessions that get the new revision on every PoP. A session keeps it when this is raised."""
    pops: Annotated[tuple[str, ...], msgspec.Meta(max_length=1000)] = ()
    """Canary PoPs: every session there gets the new revision."""
    previous: Revision
    """The revision that all other sessions get."""


class TargetCustom(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=ISLAND_FIELDS):
    """Field `custom` of an island's TUF target: what a PoP must know before it has the island's bytes.

    Times are RFC 3339.
    """

    revision: int
    """Number of the publication."""
    opens: Utc
    """When the event begins."""
    expires: Utc
    """When PoPs stop serving the island."""
    max_stale_s: int
    """How long PoPs serve it after its signed metadata has expired."""
    rollout: Rollout | None = None
    """Which sessions get this revision. None: all."""
