"""What comes back about decisions, and the counts that a PoP makes of it."""

from enum import StrEnum
from typing import Annotated

import msgspec

from edge.records.types import Utc


class Suggestion(StrEnum):
    """What people made of the answer that their ticket suggested."""

    USED = "used"
    EDITED = "edited"
    IGNORED = "ignored"


class FeedbackTopic(StrEnum):
    """What feedback can be about; each counts once for each decision."""

    HELPFUL = "helpful"
    RESOLVED = "resolved"
    CONTACTED_AGAIN = "contacted_again"
    CONVERTED = "converted"


class FeedbackRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/feedback`: what became of one decision. At least one of the four is said."""

    receipt: Annotated[str, msgspec.Meta(max_length=1_024)]
    """From the response that is meant."""
    helpful: bool | None = None
    resolved: bool | None = None
    contacted_again: bool | None = None
    """The viewer asked people elsewhere about the same; `false` says nothing."""
    converted: bool | None = None
    """What the answer was meant to bring about happened, a purchase for instance; `false` says nothing."""


class FeedbackResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken, and what had been said of this decision before and stays as it was said first."""

    island: str
    snippet: str
    counted: tuple[FeedbackTopic, ...] = ()
    repeated: tuple[FeedbackTopic, ...] = ()


class Prices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the operator says a contact costs."""

    currency: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
    """ISO 4217."""
    answer: Annotated[float, msgspec.Meta(ge=0)]
    """One answer of the machine."""
    ticket: Annotated[float, msgspec.Meta(ge=0)]
    """One ticket that people dealt with."""


class TallyCell(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one snippet of one island; the snippet is empty for what was about none."""

    island: str
    snippet: str
    counts: dict[str, int]
    """By the names that `edge.tally` defines; times are whole seconds."""


class TallyHour(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one hour, of all islands that were asked for."""

    hour: Utc
    counts: dict[str, int]


class PopTally(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/stats`: one PoP's counts. Those of several PoPs add up; shares and percentiles do not."""

    pop: str
    since: Utc
    """The beginning of the first hour that is counted in full."""
    until: Utc
    contact_window_s: float
    """How long a contact lasts here."""
    prices: Prices | None = None
    lost: int = 0
    """Events of this run that could not be counted, for want of memory or of a working disk."""
    cells: tuple[TallyCell, ...] = ()
    hours: tuple[TallyHour, ...] = ()
