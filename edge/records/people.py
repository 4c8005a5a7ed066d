"""What a tenant allows to be traded between machine and people, and what its desk says of its load."""

from typing import Annotated

import msgspec

from edge.records.stored_words import ISLAND_FIELDS
from edge.records.types import Utc


class SurgePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a surge may move the wanted precision, and when a place in the queue is no longer offered.

    `1 - floor` is the share of wrong answers that the tenant bears at the very most.
    """

    floor: float
    """Never wanted less, however long people's queue is."""
    ceiling: float
    """Never wanted more, however idle people are."""
    target_wait_s: int = 120
    """The wait for a person that the tenant aims at."""
    max_wait_s: int = 600
    """Above it the least urgent escalations are called back instead of waiting."""
    handle_s: int = 120
    """How long a person spends on one question, where the desk does not say."""


class SessionPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=ISLAND_FIELDS):
    """When a session belongs to people, and what spares a chat repetition."""

    human_active_s: int = 1_800
    """How long after its last escalation a session stays with people who have not released it."""
    max_clarify_streak: int = 2
    """So many questions in a row that were asked back; the next one goes to people."""
    max_repeats: int = 2
    """So often the same answer in a row helps nobody; the next time people take over."""
    cool_down_s: int = 20
    """For so long after an answer the same one is not posted again in a stream's chat."""


class LoadReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`PUT /v1/load`: how busy a tenant's people are. Rules between fields are in `edge.decide`."""

    tenant: Annotated[str, msgspec.Meta(max_length=63)]
    queue_depth: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    """Questions that wait for a person, callbacks not counted."""
    wait_s: Annotated[float, msgspec.Meta(ge=0, le=604_800)]
    """How long the one that has waited longest has waited."""
    agents: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    """People at work, busy ones included."""
    free_agents: Annotated[int, msgspec.Meta(ge=0)] | None = None
    callbacks: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    """Questions that were promised a callback and have not had it."""
    handle_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] | None = None
    """Mean time that a person spends on one question."""
    pops: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    """PoPs that hand over to these people; each counts on the others handing over as much as it does itself."""
    at: Utc | None = None
    """When it was measured; the time of arrival when left out."""


class CallbackRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/callback-promises`: the token from a response whose reason was `surge`."""

    token: Annotated[str, msgspec.Meta(max_length=1_024)]


class CallbackPromise(msgspec.Struct, frozen=True, kw_only=True):
    """What a viewer was promised."""

    ticket: str
    island: str
    asked: Utc
    expected: Utc | None
    """None: nobody was at work who could say."""


class ReleaseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/release`: people are done with a session."""

    island: str
    session: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
