"""Where a conversation stands: what is remembered of it, as `edge.decide` wants to see it."""

from datetime import datetime

from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry
from edge.decide import Standing
from edge.records import AskRequest, Verdict


def standing_of(
    remembered: Remembered, request: AskRequest, entry: PopEntry, verdict: Verdict | None, now: datetime
) -> Standing:
    """Session, load, threshold, incidents and posted answers at `now`; a `verdict` is counted for incidents."""
    name, channel = entry.island.name, request.channel
    load = remembered.loads.get(name.tenant, now)
    bearing = remembered.steerings.observe(entry, verdict, load, now)
    return Standing(
        session=remembered.sessions.get(name, request.session) if request.session else None,
        load=load,
        threshold=bearing.threshold,
        incidents=bearing.incidents,
        posted_at=lambda snippet: remembered.posted.at(name, channel, snippet),
    )


def threshold_of(remembered: Remembered, entry: PopEntry, now: datetime) -> float:
    """How sure the machine must be for an answer of this island at `now`."""
    load = remembered.loads.get(entry.island.tenant, now)
    return remembered.steerings.observe(entry, None, load, now).threshold
