"""What must an authored island obey?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.source.rules.island import RESERVED_TENANTS, island_faults
    from edge.publish.source.rules.routes import route_faults
    from edge.publish.source.rules.snippets import (
        EXAMPLES_MIN,
        EXAMPLES_WANTED,
        MAX_EXAMPLE_CHARACTERS,
        MAX_SNIPPETS,
        SNIPPETS_MIN,
        answer_problem,
        snippet_faults,
    )
    from edge.publish.source.rules.trees import tree_faults
    from edge.publish.source.rules.values import MAX_PRECISION, PRECISION_MIN, duration_s
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "island": "RESERVED_TENANTS island_faults",
            "routes": "route_faults",
            "snippets": (
                "EXAMPLES_MIN EXAMPLES_WANTED MAX_EXAMPLE_CHARACTERS MAX_SNIPPETS SNIPPETS_MIN "
                "answer_problem snippet_faults"
            ),
            "trees": "tree_faults",
            "values": "MAX_PRECISION PRECISION_MIN duration_s",
        },
    )

__all__ = [
    "EXAMPLES_MIN",
    "EXAMPLES_WANTED",
    "MAX_EXAMPLE_CHARACTERS",
    "MAX_PRECISION",
    "MAX_SNIPPETS",
    "PRECISION_MIN",
    "RESERVED_TENANTS",
    "SNIPPETS_MIN",
    "answer_problem",
    "duration_s",
    "island_faults",
    "route_faults",
    "snippet_faults",
    "tree_faults",
]
