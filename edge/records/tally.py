"""Feedback on outcomes, and the counts that a PoP keeps."""

from enum import StrEnum
from typing import Annotated, TypedDict

import msgspec

from edge.records.decision import ThresholdWhy
from edge.records.types import Utc


class Suggestion(StrEnum):
    """What people did with the answer that their ticket suggested."""

    USED = "used"
    """They sent it word for word."""
    EDITED = "edited"
    """They sent most of its words."""
    IGNORED = "ignored"
    """They sent something else."""


class FeedbackTopic(StrEnum):
    """What feedback can be about. Each topic counts once for each receipt."""

    HELPFUL = "helpful"
    RESOLVED = "resolved"
    CONTACTED_AGAIN = "contacted_again"
    CONVERTED = "converted"


class FeedbackRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/feedback`: what became of one outcome. At least one of the four topics must be set."""

    receipt: Annotated[str, msgspec.Meta(max_length=1_024)]
    """The `receipt` of the response that the feedback is about."""
    helpful: bool | None = None
    """True if the viewer says that the answer helped, false if it did not."""
    resolved: bool | None = None
    """True if the viewer says that the question is resolved, false if it is not."""
    contacted_again: bool | None = None
    """True if the viewer asked people elsewhere about the same. False means nothing and is not counted."""
    converted: bool | None = None
    """True if the answer led to what it was meant for, such as a purchase. False means nothing and is not counted."""


class FeedbackResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Which topics were counted."""

    island: str
    """The island that the feedback is about, as `tenant/island`."""
    snippet: str
    """Id of the snippet that the feedback is about; empty if it is about none."""
    counted: tuple[FeedbackTopic, ...] = ()
    """Topics that were counted now."""
    repeated: tuple[FeedbackTopic, ...] = ()
    """Topics on which this receipt had brought feedback before. The first feedback stays."""


class Prices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Prices that the operator configures, to compute costs."""

    currency: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
    """Currency code (ISO 4217), such as `EUR`."""
    answer: Annotated[float, msgspec.Meta(ge=0)]
    """Price of one answer of the machine."""
    ticket: Annotated[float, msgspec.Meta(ge=0)]
    """Price of one ticket that people replied to or resolved."""


class TallyCell(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one snippet of one island."""

    island: str
    """The island, as `tenant/island`."""
    snippet: str
    """Id of the snippet; empty for counts about no snippet."""
    counts: dict[str, int]
    """Counts by the names that `edge.tally` defines. Times are sums in whole seconds."""


class TallyHour(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one hour, over all islands that were asked for."""

    hour: Utc
    """Beginning of the hour."""
    counts: dict[str, int]
    """Counts by the names that `edge.tally` defines. Times are sums in whole seconds."""


class TallyThreshold(TypedDict):
    """The threshold in force of one island in one class of channel, since the last question there."""

    threshold: float
    """The confidence that an answer needs, from 0 to 1."""
    threshold_why: ThresholdWhy
    """Why it is where it is."""
    answerable_share: float | None
    """Estimated share of the questions there that the island can answer, of those that the threshold decides. None if
    the island promises its precision of each answer."""


class PopTally(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/stats`: the counts of one PoP. Add up the counts of several PoPs before you compute shares."""

    pop: str
    """Name of the PoP."""
    since: Utc
    """Beginning of the first hour in the counts."""
    until: Utc
    """When the counts were read."""
    contact_window_s: float
    """Seconds after a session's first question in which later ones belong to the same contact."""
    prices: Prices | None = None
    """Prices of this PoP; None: not configured."""
    lost: int = 0
    """Number of events since the PoP started that were not counted, because memory was full or the disk failed."""
    cells: tuple[TallyCell, ...] = ()
    """Counts by island and snippet."""
    hours: tuple[TallyHour, ...] = ()
    """Counts by hour."""
    thresholds: dict[str, dict[str, TallyThreshold]] = {}
    """Thresholds in force, by island and class of channel in which somebody asked since the start. A PoP of an earlier
    release sends none."""
