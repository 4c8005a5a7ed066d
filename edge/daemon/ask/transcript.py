"""What was said before in a session, for the people who take over.

In memory only, a few turns each: a restarted PoP hands over without them.
"""

from datetime import datetime

from edge.host import RecentlyUsed
from edge.records import AskRequest, Decision, Turn

MAX_SESSIONS = 10_000
"""Sessions remembered: at most 20 MB, and about 2 MB with questions as long as people's."""

MAX_TURNS = 6
MAX_TURNS_CHARACTERS = 2_000
"""Six turns of a chat on one screen; together at most what one question may be."""


class Transcripts:
    """The last turns of the sessions heard of lately, by island and session."""

    def __init__(self, capacity: int = MAX_SESSIONS) -> None:
        self._turns: RecentlyUsed[tuple[str, str], tuple[Turn, ...]] = RecentlyUsed(capacity)

    def get(self, request: AskRequest) -> tuple[Turn, ...]:
        """What was asked before in this session, oldest first; nothing for a question without a session."""
        return self._turns.get((request.island, request.session)) or ()

    def note(self, request: AskRequest, decision: Decision, now: datetime) -> None:
        """Remember one more turn, forgetting the oldest beyond the bounds."""
        if not request.session:
            return
        turn = Turn(
            at=now, text=request.text, outcome=decision.outcome, reason=decision.reason, snippet=decision.snippet
        )
        turns = (*self.get(request), turn)[-MAX_TURNS:]
        while sum(len(one.text) for one in turns) > MAX_TURNS_CHARACTERS and len(turns) > 1:
            turns = turns[1:]
        self._turns.put((request.island, request.session), turns)
