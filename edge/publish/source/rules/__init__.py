"""What must an authored island obey?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.source.rules.island import RESERVED_TENANTS, island_faults
    from edge.publish.source.rules.routes import route_faults
    from edge.publish.source.rules.snippets import (
        EXAMPLE_MAX_CHARACTERS,
        EXAMPLES_MIN,
        EXAMPLES_WANTED,
        SNIPPETS_MAX,
        SNIPPETS_MIN,
        answer_problem,
        snippet_faults,
    )
    from edge.publish.source.rules.trees import tree_faults
    from edge.publish.source.rules.values import PRECISION_MAX, PRECISION_MIN, duration_s
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "island": "RESERVED_TENANTS island_faults",
            "routes": "route_faults",
            "snippets": (
                "EXAMPLES_MIN EXAMPLES_WANTED EXAMPLE_MAX_CHARACTERS SNIPPETS_MAX SNIPPETS_MIN "
                "answer_problem snippet_faults"
            ),
            "trees": "tree_faults",
            "values": "PRECISION_MAX PRECISION_MIN duration_s",
        },
    )

__all__ = [
    "EXAMPLES_MIN",
    "EXAMPLES_WANTED",
    "EXAMPLE_MAX_CHARACTERS",
    "PRECISION_MAX",
    "PRECISION_MIN",
    "RESERVED_TENANTS",
    "SNIPPETS_MAX",
    "SNIPPETS_MIN",
    "answer_problem",
    "duration_s",
    "island_faults",
    "route_faults",
    "snippet_faults",
    "tree_faults",
]
