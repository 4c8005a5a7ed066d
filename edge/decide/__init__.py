"""What is to be done about this question, given verdict, island, policy, load and time?

`conversation` is the entrance: `open_question`, and `conclude` once it is known how a question is resolved. `policy`
says what a verdict means, `owner` keeps a session with the people who have it, `capacity` turns the least urgent
escalations into callbacks. `steering` is an island's surge control (`surge`) and incidents (`incident`); `load` is what
is known of people, `routes` who takes what, `tree` the author's buttons.

All of it computes; nothing here reads a clock, a file or a socket, so the simulator runs the functions that a PoP runs.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.decide.capacity import CALLBACK_LANE
    from edge.decide.conversation import Conclusion, Resolution, Standing, TreeEnd, Unjudged, conclude, open_question
    from edge.decide.load import Load, current, take_report, wait_s
    from edge.decide.owner import FRESH, Session
    from edge.decide.policy import by_verdict
    from edge.decide.routes import Asked
    from edge.decide.steering import Bearing, Steering
    from edge.decide.surge import start, step
    from edge.decide.text import check_text
    from edge.decide.tree import Walked, begin, find_tree, token_at, walk
    from edge.decide.unserved import unserved_reason
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "capacity": "CALLBACK_LANE",
            "conversation": "Conclusion Resolution Standing TreeEnd Unjudged conclude open_question",
            "load": "Load current take_report wait_s",
            "owner": "FRESH Session",
            "policy": "by_verdict",
            "routes": "Asked",
            "steering": "Bearing Steering",
            "surge": "start step",
            "text": "check_text",
            "tree": "Walked begin find_tree token_at walk",
            "unserved": "unserved_reason",
        },
    )

__all__ = [
    "CALLBACK_LANE",
    "FRESH",
    "Asked",
    "Bearing",
    "Conclusion",
    "Load",
    "Resolution",
    "Session",
    "Standing",
    "Steering",
    "TreeEnd",
    "Unjudged",
    "Walked",
    "begin",
    "by_verdict",
    "check_text",
    "conclude",
    "current",
    "find_tree",
    "open_question",
    "start",
    "step",
    "take_report",
    "token_at",
    "unserved_reason",
    "wait_s",
    "walk",
]
