"""Where a conversation stands: what is remembered of it, as `edge.decide` wants to see it. Reads only."""

from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry
from edge.decide import Load, Standing, SteeringSignals
from edge.records import AskRequest


def standing_of(
    remembered: Remembered, request: AskRequest, entry: PopEntry, signals: SteeringSignals, load: Load | None
) -> Standing:
    """Session and posted answers, with what bears on the decision and the tenant's `load`."""
    name, channel = entry.island.name, request.channel
    return Standing(
        session=remembered.sessions.get(name, request.session) if request.session else None,
        load=load,
        threshold=signals.threshold,
        incidents=signals.incidents,
        posted_at=lambda snippet: remembered.posted.at(name, channel, snippet),
    )
