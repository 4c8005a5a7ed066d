"""What a tenant allows when people are busy, and what its desk says about its people."""

from enum import StrEnum
from typing import Annotated

import msgspec

from edge.records.name import NAME_PATTERN
from edge.records.types import Utc
from edge.stored_words import ISLAND_FIELDS


class PromisedOf(StrEnum):
    """Of which answers `target_precision` is promised."""

    EACH = "each"
    """Of each single answer: its confidence reaches it."""
    MEAN = "mean"
    """Of all answers together, over the event: that share of them is right."""


class PromisePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `target_precision` promises."""

    of: PromisedOf = PromisedOf.MEAN
    """Of which answers it is promised."""
    floor: float = 0.6
    """With `mean`: no answer has a lower confidence, however right the answers are together. From 0 to 1."""

    @property
    def is_of_all(self) -> bool:
        """True if it is promised of all answers together."""
        return self.of is PromisedOf.MEAN


class SurgePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a surge may move the threshold, and when viewers get a callback instead of a place in the queue.

    `1 - floor` is the largest share of wrong answers that the tenant accepts. If the island promises `each`, both
    limits are of the threshold. If it promises `mean`, they are of the precision of all answers together.
    """

    floor: float
    """The lowest threshold, or promised precision, even if people's queue is long. From 0 to 1."""
    ceiling: float
    """The highest threshold, or promised precision, even if people are idle. From 0 to 1."""
    target_wait_s: int = 120
    """The wait for a person that the tenant aims at, in seconds."""
    max_wait_s: int = 600
    """If the wait for a person is longer, in seconds, the least urgent escalations get a callback."""
    handle_s: int = 120
    """Seconds that a person spends on one question, if the desk's load report does not say."""


class RampFirst(StrEnum):
    """What a viewer's page shows first while a drop begins."""

    TREES = "trees"
    """The author's decision trees."""
    CHOICES = "choices"
    """The likely snippets."""


class RampPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long after `opens` viewers are offered choices and trees before what they write goes to people."""

    minutes: int = 5
    """Minutes from `opens` on."""
    first: RampFirst = RampFirst.TREES
    """What a page shows first: the trees, or the choices."""


class SessionPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=ISLAND_FIELDS):
    """When a session goes to people, and how repetition is avoided."""

    human_active_s: int = 1_800
    """Seconds that a session stays with people after its last escalation, if people do not release it."""
    max_clarify_streak: int = 2
    """After this many clarifications in a row, people get the next question of the session."""
    max_repeats: int = 2
    """After this many times the same answer in a row, people get the next question of the session."""
    cool_down_s: int = 20
    """Seconds after an answer in which it is not posted again in a stream's chat."""


class HarmPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which probability on a message that may tell of harm or fraud goes to the people for it."""

    floor: float = 0.15
    """From this probability on, it goes to the lane for safety or fraud."""
    doubt: float = 0.05
    """From this probability on, up to `floor`, people of an ordinary lane read it, with a flag."""
    self_harm_text: str = ""
    """What a viewer reads at once whose message tells of self-harm. Empty: Skerry's own words, which name no number to
    call."""


class OffersPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a viewer whose question has no sure answer is offered likely ones to pick from."""

    floor: float = 0.65
    """The least probability that one of the offered snippets is right. From 0 to 1."""
    in_public_chat: bool = False
    """True: where no buttons exist, the best snippet alone is offered, as text, if it reaches the floor by itself."""
    waiting_floor: float = 0.3
    """The least probability that one of those offered while people have the question is right. 0: none is offered."""


class StreamPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people take from a stream's public chat."""

    max_out_of_scope_per_minute: int = 6
    """Tickets of a minute about something that no snippet is about. Questions beyond it are ignored and counted."""


class LoadReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`PUT /v1/load`: how busy a tenant's people are. Fields that contradict each other are refused with status 409."""

    # `edge.decide.load` checks the rules between fields.

    tenant: Annotated[str, msgspec.Meta(max_length=63, pattern=rf"^{NAME_PATTERN}$(?!\n)")]
    """The tenant whose people these are."""
    queue_depth: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    """Questions that wait for a person, without promised callbacks."""
    wait_s: Annotated[float, msgspec.Meta(ge=0, le=604_800)]
    """Seconds that the oldest waiting question has waited; 0 if none waits."""
    agents: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    """People at work, busy ones included."""
    free_agents: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """People at work who have nothing to do; at most `agents`."""
    callbacks: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    """Promised callbacks that people have not made yet."""
    handle_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] | None = None
    """Mean seconds that a person spends on one question. None: the island's `surge.handle_s`."""
    pops: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    """Number of PoPs that escalate to these people. Each assumes that the others escalate as much as it does itself."""
    at: Utc | None = None
    """When the load was measured. None: when the report arrives."""


class CallbackRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/callback-promises`: look up what a viewer was promised."""

    token: Annotated[str, msgspec.Meta(max_length=1_024)]
    """The `callback_token` of a response with the reason `surge`."""


class CallbackPromise(msgspec.Struct, frozen=True, kw_only=True):
    """The callback that a viewer was promised."""

    ticket: str
    """Id of the ticket."""
    island: str
    """The island that was asked, as `tenant/island`."""
    asked: Utc
    """When the viewer asked."""
    expected: Utc | None
    """When a person is expected to call back, as estimated at `asked`. None: nobody was at work."""
    purpose: str = ""
    """The purpose that the viewer agreed to, as `id/version`. Empty if the island asks for no consent."""


class ReleaseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/release`: people are done with a session; the machine answers it again."""

    island: str
    """The island, as `tenant/island`."""
    session: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    """The session's pseudonym, as in the ticket."""
