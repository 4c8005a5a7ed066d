"""The standing of a conversation, in the form that `edge.decide` takes. Reads only."""

from datetime import datetime
from typing import Protocol

from edge.daemon.ask.provenance import posted_as
from edge.daemon.people import Remembered
from edge.daemon.sync import PopEntry
from edge.decide import Asked, Load, Standing, SteeringSignals
from edge.limits import AskerName
from edge.records import AskRequest, Verdict
from edge.records.filters import FilterAction, FilterRule


class InHand(Protocol):
    """What the standing depends on of a question."""

    @property
    def request(self) -> AskRequest:
        """As it was sent."""

    @property
    def asked(self) -> Asked:
        """What rules look at."""

    @property
    def now(self) -> datetime:
        """When it arrived."""

    @property
    def wanted(self) -> tuple[str, ...]:
        """The languages that its viewer wants."""


def standing_of(
    remembered: Remembered,
    question: InHand,
    entry: PopEntry,
    signals: SteeringSignals,
    load: Load | None,
    *,
    verdict: Verdict | None,
    asker: AskerName,
) -> Standing:
    """The standing of a question's conversation: session, chat and posted answers, with `signals` and `load`."""
    name, channel, session = entry.island.name, question.request.channel, question.request.session
    is_public, at, boards = question.asked.is_public, question.now.timestamp(), remembered.boards
    # Only what is said in a chat can be a flood.
    drops_floods = is_public and entry.island.filters_policy.then(FilterRule.FLOOD) is FilterAction.IGNORE
    limit, asks = entry.island.stream_policy.max_out_of_scope_per_minute, verdict.asks if verdict else 1.0
    return Standing(
        session=remembered.sessions.get(name, session) if session else None,
        load=load,
        threshold=signals.threshold.confidence,
        why=signals.threshold.why,
        share=signals.threshold.share,
        incidents=signals.incidents,
        posted_at=lambda snippet: remembered.posted.posted_at(
            name, channel, posted_as(entry, snippet, question.wanted)
        ),
        is_with_people=drops_floods and boards.is_with_people(name, question.asked.text, at),
        is_over_budget=is_public and boards.is_over_budget(name, asker.name, at, limit=limit, asks=asks),
    )
