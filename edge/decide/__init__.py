"""Question, verdict, island, policy, load and now in: what is to be done?

Three entries, one for each moment at which a decision can fall: `by_state` before triage is asked, `by_verdict` after
it answered, `without_verdict` when it could not. What people can bear changes it in three places: `surge` moves how
sure a machine must be, `capacity` turns the least urgent escalations into callbacks, `incident` takes an intent away
from the machine. `owner` keeps a session with whoever has it, `tree` walks the author's buttons. All of it computes;
nothing here reads a clock, a file or a socket, so that the simulator runs the very code that a PoP runs.
"""

from edge.decide.policy import OUT_OF_SCOPE_BELOW, by_state, by_verdict, without_verdict
from edge.decide.routes import DEFAULT_LANE, NOT_SAID, Asked
from edge.decide.text import check_text

__all__ = [
    "DEFAULT_LANE",
    "NOT_SAID",
    "OUT_OF_SCOPE_BELOW",
    "Asked",
    "by_state",
    "by_verdict",
    "check_text",
    "without_verdict",
]
