"""The standing of a conversation, in the form that `edge.decide` takes. Reads only."""

from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry
from edge.decide import Load, Standing, SteeringSignals
from edge.records import AskRequest


def standing_of(
    remembered: Remembered, request: AskRequest, entry: PopEntry, signals: SteeringSignals, load: Load | None
) -> Standing:
    """The standing of a request's conversation: session and posted answers, with `signals` and the tenant's `load`."""
    name, channel = entry.island.name, request.channel
    return Standing(
        session=remembered.sessions.get(name, request.session) if request.session else None,
        load=load,
        threshold=signals.threshold,
        incidents=signals.incidents,
        posted_at=lambda snippet: remembered.posted.posted_at(name, channel, snippet),
    )
