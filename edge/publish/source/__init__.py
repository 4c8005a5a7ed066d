"""What did the author write? One TOML file in, an island or every problem with its line and column out."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.source.finding import Finding, Severity
    from edge.publish.source.island_file import DEFAULT_WANTED_PRECISION, IslandSource, SnippetSource, read_island
    from edge.publish.source.lint import errors_in, lint_draft
    from edge.publish.source.rules import (
        EXAMPLE_MAX_CHARACTERS,
        EXAMPLES_MIN,
        EXAMPLES_WANTED,
        PRECISION_MAX,
        PRECISION_MIN,
        RESERVED_TENANTS,
        SNIPPETS_MAX,
        SNIPPETS_MIN,
        answer_problem,
        duration_s,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "finding": "Finding Severity",
            "island_file": "DEFAULT_WANTED_PRECISION IslandSource SnippetSource read_island",
            "lint": "errors_in lint_draft",
            "rules": (
                "EXAMPLES_MIN EXAMPLES_WANTED EXAMPLE_MAX_CHARACTERS PRECISION_MAX PRECISION_MIN "
                "RESERVED_TENANTS SNIPPETS_MAX SNIPPETS_MIN answer_problem duration_s"
            ),
        },
    )

__all__ = [
    "DEFAULT_WANTED_PRECISION",
    "EXAMPLES_MIN",
    "EXAMPLES_WANTED",
    "EXAMPLE_MAX_CHARACTERS",
    "PRECISION_MAX",
    "PRECISION_MIN",
    "RESERVED_TENANTS",
    "SNIPPETS_MAX",
    "SNIPPETS_MIN",
    "Finding",
    "IslandSource",
    "Severity",
    "SnippetSource",
    "answer_problem",
    "duration_s",
    "errors_in",
    "lint_draft",
    "read_island",
]
