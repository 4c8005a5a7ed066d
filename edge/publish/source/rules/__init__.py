"""Which rules must an authored island follow?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.source.rules.care import care_faults
    from edge.publish.source.rules.consent import consent_faults
    from edge.publish.source.rules.filters import filter_faults
    from edge.publish.source.rules.island import RESERVED_TENANTS, island_faults
    from edge.publish.source.rules.locales import locale_faults
    from edge.publish.source.rules.routes import route_faults
    from edge.publish.source.rules.snippets import (
        MAX_EXAMPLE_CHARACTERS,
        MAX_EXAMPLES,
        MAX_SNIPPETS,
        MIN_EXAMPLES,
        MIN_SNIPPETS,
        RECOMMENDED_EXAMPLES,
        answer_problem,
        snippet_faults,
    )
    from edge.publish.source.rules.trees import tree_faults
    from edge.publish.source.rules.values import MAX_PRECISION, MIN_PRECISION, duration_s
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "care": "care_faults",
            "consent": "consent_faults",
            "filters": "filter_faults",
            "island": "RESERVED_TENANTS island_faults",
            "locales": "locale_faults",
            "routes": "route_faults",
            "snippets": (
                "MAX_EXAMPLES MAX_EXAMPLE_CHARACTERS MAX_SNIPPETS MIN_EXAMPLES MIN_SNIPPETS "
                "RECOMMENDED_EXAMPLES answer_problem snippet_faults"
            ),
            "trees": "tree_faults",
            "values": "MAX_PRECISION MIN_PRECISION duration_s",
        },
    )

__all__ = [
    "MAX_EXAMPLES",
    "MAX_EXAMPLE_CHARACTERS",
    "MAX_PRECISION",
    "MAX_SNIPPETS",
    "MIN_EXAMPLES",
    "MIN_PRECISION",
    "MIN_SNIPPETS",
    "RECOMMENDED_EXAMPLES",
    "RESERVED_TENANTS",
    "answer_problem",
    "care_faults",
    "consent_faults",
    "duration_s",
    "filter_faults",
    "island_faults",
    "locale_faults",
    "route_faults",
    "snippet_faults",
    "tree_faults",
]
