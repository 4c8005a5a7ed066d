"""What is to be done about this question, given verdict, island, policy, load and time?

Start at `conversation`: `open_question` decides what needs no verdict, `conclude` decides the rest. It calls

* `policy`: what a verdict means on this island, and which lane takes an escalation;
* `owner`: a session that people have stays with them;
* `capacity`: when people cannot keep up, the least urgent escalations become callbacks;
* `tree`: the author's buttons.

`steering` holds an island's surge control (`surge`), its thresholds (`threshold`) and its incidents (`incident`).
`load` is what a PoP knows of people's queue.

No function here reads a clock, a file or a socket. So the simulator runs the functions that a PoP runs.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.decide.capacity import CALLBACK_LANE
    from edge.decide.conversation import Conclusion, Standing, conclude, open_question
    from edge.decide.load import Load, accept_report, current, wait_s
    from edge.decide.locale import best_locale, language_note, wanted_locales
    from edge.decide.owner import FRESH, Session
    from edge.decide.policy import (
        OUT_OF_SCOPE_BELOW,
        SILENT_FROM,
        UNSERVED_REASONS,
        Asked,
        ChannelClass,
        by_taken_offer,
        by_verdict,
        class_of,
        has_lane,
        is_filtered_before,
        is_urgent,
        keyword_routes,
        notice_of,
        route_to,
        takes_budget,
        unserved_reason,
    )
    from edge.decide.resolution import OfferRefused, OfferTaken, PostedForPeople, Resolution, TreeEnd, Unjudged
    from edge.decide.steering import NOBODY, Steering, SteeringSignals
    from edge.decide.surge import start, step
    from edge.decide.text import MAX_TEXT_CHARACTERS, check_labels, check_text
    from edge.decide.threshold import LiveThreshold, dated
    from edge.decide.tree import (
        TreePlace,
        Walked,
        begin,
        find_tree,
        hour_from,
        list_trees,
        pattern_of,
        read_place,
        token_at,
        walk,
        walk_back,
    )
    from edge.decide.typed_value import pattern_fault
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "capacity": "CALLBACK_LANE",
            "conversation": "Conclusion Standing conclude open_question",
            "load": "Load current accept_report wait_s",
            "locale": "best_locale language_note wanted_locales",
            "owner": "FRESH Session",
            "policy": (
                "OUT_OF_SCOPE_BELOW SILENT_FROM UNSERVED_REASONS Asked ChannelClass by_taken_offer by_verdict class_of"
                " has_lane is_filtered_before is_urgent keyword_routes"
                " notice_of route_to takes_budget unserved_reason"
            ),
            "resolution": "OfferRefused OfferTaken PostedForPeople Resolution TreeEnd Unjudged",
            "steering": "NOBODY SteeringSignals Steering",
            "surge": "start step",
            "threshold": "LiveThreshold dated",
            "text": "MAX_TEXT_CHARACTERS check_labels check_text",
            "tree": (
                "TreePlace Walked begin find_tree hour_from list_trees pattern_of read_place token_at walk walk_back"
            ),
            "typed_value": "pattern_fault",
        },
    )

__all__ = [
    "CALLBACK_LANE",
    "FRESH",
    "MAX_TEXT_CHARACTERS",
    "NOBODY",
    "OUT_OF_SCOPE_BELOW",
    "SILENT_FROM",
    "UNSERVED_REASONS",
    "Asked",
    "ChannelClass",
    "Conclusion",
    "LiveThreshold",
    "Load",
    "OfferRefused",
    "OfferTaken",
    "PostedForPeople",
    "Resolution",
    "Session",
    "Standing",
    "Steering",
    "SteeringSignals",
    "TreeEnd",
    "TreePlace",
    "Unjudged",
    "Walked",
    "accept_report",
    "begin",
    "best_locale",
    "by_taken_offer",
    "by_verdict",
    "check_labels",
    "check_text",
    "class_of",
    "conclude",
    "current",
    "dated",
    "find_tree",
    "has_lane",
    "hour_from",
    "is_filtered_before",
    "is_urgent",
    "keyword_routes",
    "language_note",
    "list_trees",
    "notice_of",
    "open_question",
    "pattern_fault",
    "pattern_of",
    "read_place",
    "route_to",
    "start",
    "step",
    "takes_budget",
    "token_at",
    "unserved_reason",
    "wait_s",
    "walk",
    "walk_back",
    "wanted_locales",
]
