"""The transcript of each session: its last turns, for the people who get a ticket.

In memory only, a few turns each. After a restart tickets have no earlier turns.
"""

from datetime import datetime

import msgspec

from edge.consent import Permission
from edge.host import RecentlyUsedByOwner
from edge.records import AskRequest, Decision, Turn
from edge.records.consent import PersonalStep, TicketConsent

MAX_SESSIONS = 10_000
"""Sessions with a transcript: 20 MB at most, and about 2 MB with questions of usual length."""

MAX_TURNS = 6
MAX_TURNS_CHARACTERS = 2_000
"""Bounds of one transcript: six turns fit on one screen, and together they are no longer than one question may be."""


class Transcripts:
    """The transcripts of the last `capacity` sessions, by island and session; each tenant has its share."""

    def __init__(self, capacity: int = MAX_SESSIONS) -> None:
        self._turns: RecentlyUsedByOwner[tuple[str, str], tuple[Turn, ...]] = RecentlyUsedByOwner(capacity)

    def get(self, request: AskRequest) -> tuple[Turn, ...]:
        """The earlier turns of the request's session, oldest first; empty for a request without a session."""
        return self._turns.get((request.island, request.session)) or ()

    def agreed(
        self, request: AskRequest, permission: Permission, missing: tuple[PersonalStep, ...]
    ) -> tuple[tuple[Turn, ...], TicketConsent | msgspec.UnsetType, tuple[PersonalStep, ...]]:
        """What a ticket of this request gets: its transcript, what the viewer agreed to, and which steps are missing.

        Without her consent there are no earlier turns. The question itself is no part of them.
        """
        turns = self.get(request)
        if not permission.is_asked:
            return turns, msgspec.UNSET, missing
        if turns and not permission.may(PersonalStep.TRANSCRIPT):
            turns, missing = (), (*missing, PersonalStep.TRANSCRIPT)
        consented = TicketConsent(
            allows=tuple(step for step in PersonalStep if permission.may(step)),
            missing=missing,
            given=permission.given,
            subject=permission.subject,
        )
        return turns, consented, missing

    def add(self, request: AskRequest, decision: Decision, now: datetime) -> None:
        """Add a turn to the session's transcript; the oldest turns beyond the bounds are dropped."""
        # All requests without a session would share one transcript.
        if not request.session:
            return
        turn = Turn(
            at=now, text=request.text, outcome=decision.outcome, reason=decision.reason, snippet=decision.snippet
        )
        turns = (*self.get(request), turn)[-MAX_TURNS:]
        while sum(len(turn.text) for turn in turns) > MAX_TURNS_CHARACTERS and len(turns) > 1:
            turns = turns[1:]
        owner = request.island.partition("/")[0]
        self._turns.put((request.island, request.session), turns, owner=owner)
