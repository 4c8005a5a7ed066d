"""Question, verdict, island, policy, load and now in: what is to be done?

Three entries, one for each moment at which a decision can fall: `by_state` before triage is asked, `by_verdict` after
it answered, `without_verdict` when it could not. What people can bear changes it in three places: `surge` moves how
sure a machine must be, `capacity` turns the least urgent escalations into callbacks, `incident` takes an intent away
from the machine. `owner` keeps a session with whoever has it, `tree` walks the author's buttons. All of it computes;
nothing here reads a clock, a file or a socket, so that the simulator runs the very code that a PoP runs.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.decide.capacity import CALLBACK_LANE, admit
    from edge.decide.load import Load, current, take_report, wait_s
    from edge.decide.owner import FRESH, Session, after, cool_down, own
    from edge.decide.policy import by_state, by_verdict, without_verdict
    from edge.decide.routes import Asked
    from edge.decide.steering import Steering
    from edge.decide.surge import start, step
    from edge.decide.text import check_text
    from edge.decide.tree import Walked, begin, find_tree, token_at, walk
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "capacity": "CALLBACK_LANE admit",
            "load": "Load current take_report wait_s",
            "owner": "FRESH Session after cool_down own",
            "policy": "by_state by_verdict without_verdict",
            "routes": "Asked",
            "steering": "Steering",
            "surge": "start step",
            "text": "check_text",
            "tree": "Walked begin find_tree token_at walk",
        },
    )

__all__ = [
    "CALLBACK_LANE",
    "FRESH",
    "Asked",
    "Load",
    "Session",
    "Steering",
    "Walked",
    "admit",
    "after",
    "begin",
    "by_state",
    "by_verdict",
    "check_text",
    "cool_down",
    "current",
    "find_tree",
    "own",
    "start",
    "step",
    "take_report",
    "token_at",
    "wait_s",
    "walk",
    "without_verdict",
]
