"""In which state an island is on one PoP."""

from enum import StrEnum

import msgspec

from edge.records.types import Utc


class IslandState(StrEnum):
    """`fresh` and `stale` are served, the others are not."""

    NEVER_LOADED = "never_loaded"
    """Wanted, but no verified bytes have arrived."""
    REJECTED = "rejected"
    """Bytes arrived, broke a rule, and there is no earlier revision to keep serving."""
    FRESH = "fresh"
    """The publisher vouches for it now."""
    STALE = "stale"
    """The publisher is silent; served until the island's `max_stale_s` has passed."""
    STOPPED = "stopped"
    """Silent for longer than `max_stale_s`; not served until the publisher is heard again."""
    EXPIRED = "expired"
    """Past the time its author set."""
    WITHDRAWN = "withdrawn"
    """Its author took it back."""


class IslandStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the API, readiness and metrics say of one island."""

    island: str
    state: IslandState
    since: Utc
    revision: int | None = None
    title: str = ""
    phase: str = ""
    """`before`, `live` or `ended`, by the island's `opens` and `closes`."""
    snippets: int = 0
    required: bool = False
    serve_until: Utc | None = None
    previous_revision: int | None = None
    """What sessions get that are outside the stage of `revision`; None when everybody gets that."""
    stage_percent: int | None = None
    """How many sessions in a hundred get `revision`, but on a canary PoP, where all do."""
    withdrawn_why: str = ""
    """Why its tenant took it back, in at most 500 characters of the tenant's own."""
    last_error: str = ""
    """The text of the last refusal, also when an earlier revision is still served."""
