"""What does a verdict mean on this island: an answer, a choice, people, or nothing? And which people?

`policy` begins; `harm` and `parts` come before a single question's candidates, `offers` after those that are
sure. `routes` finds the lane.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.decide.policy.filters import apply_filters, is_filtered_before, with_verdicts
    from edge.decide.policy.harm import SELF_HARM_TEXT, notice_of
    from edge.decide.policy.offers import SILENT_FROM, by_taken_offer
    from edge.decide.policy.policy import (
        OUT_OF_SCOPE_BELOW,
        by_posted,
        by_refused_offer,
        by_tree_end,
        by_verdict,
        without_verdict,
    )
    from edge.decide.policy.ramp import after_ramp, apply_ramp
    from edge.decide.policy.routes import (
        Asked,
        ChannelClass,
        class_of,
        escalate,
        has_lane,
        is_urgent,
        keyword_routes,
        must_be_reviewed,
        route_to,
    )
    from edge.decide.policy.stream import apply_stream_policy, takes_budget
    from edge.decide.policy.unserved import UNSERVED_REASONS, unserved_reason
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "filters": "apply_filters is_filtered_before with_verdicts",
            "harm": "SELF_HARM_TEXT notice_of",
            "offers": "SILENT_FROM by_taken_offer",
            "policy": "OUT_OF_SCOPE_BELOW by_posted by_refused_offer by_tree_end by_verdict without_verdict",
            "ramp": "after_ramp apply_ramp",
            "routes": (
                "Asked ChannelClass class_of escalate has_lane is_urgent keyword_routes must_be_reviewed route_to"
            ),
            "stream": "apply_stream_policy takes_budget",
            "unserved": "UNSERVED_REASONS unserved_reason",
        },
    )

__all__ = [
    "OUT_OF_SCOPE_BELOW",
    "SELF_HARM_TEXT",
    "SILENT_FROM",
    "UNSERVED_REASONS",
    "Asked",
    "ChannelClass",
    "after_ramp",
    "apply_filters",
    "apply_ramp",
    "apply_stream_policy",
    "by_posted",
    "by_refused_offer",
    "by_taken_offer",
    "by_tree_end",
    "by_verdict",
    "class_of",
    "escalate",
    "has_lane",
    "is_filtered_before",
    "is_urgent",
    "keyword_routes",
    "must_be_reviewed",
    "notice_of",
    "route_to",
    "takes_budget",
    "unserved_reason",
    "with_verdicts",
    "without_verdict",
]
