"""Settings for when more is asked than a PoP can answer."""

from typing import Annotated

import msgspec

from edge.records import Count, Positive


class OverloadSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a PoP refuses requests at once, so that the others are answered in time."""

    max_in_flight: Annotated[int, msgspec.Meta(ge=10)] = 512
    """Requests in progress, streams apart. Further ones are refused with 503 before their body is read. The last tenth
    is kept for requests with a signed session.
    """
    max_lag_s: Positive = 0.05
    """While the event loop is always later than this, only questions that need no triage are answered: exact matches,
    questions asked a moment ago, and those that a route by keyword sends to an urgent lane. The others are refused with
    503. The same holds while `triage.max_queue` is reached.
    """
    max_urgent_per_s: Count = 20
    """Tickets a second for urgent lanes that are made while questions are refused."""
