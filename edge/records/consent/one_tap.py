"""One tap: a question, and the consent that is given with it, in one request."""

from typing import Annotated

import msgspec

from edge.records.consent.messages import MAX_PURPOSES, ConsentResponse, GivenPurpose
from edge.records.messages import AskRequest, AskResponse


class FastPathRequest(AskRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/fastpath`: a question, and the purposes that the viewer agrees to by the same tap. Needs a session."""

    gives: Annotated[tuple[GivenPurpose, ...], msgspec.Meta(min_length=1, max_length=MAX_PURPOSES)]
    """The purposes whose sentences stood above the button."""


class FastPathResponse(AskResponse, frozen=True, kw_only=True):
    """What became of both. What it says is durable: the ticket and the consent together, or the consent alone."""

    consent: ConsentResponse
    """What is in force now. Without a `record`, none was taken: this PoP has no room for one (`storage`), or the
    same request was here before it started."""
