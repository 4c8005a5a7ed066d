"""What did the author write? One TOML file in, an island or every problem with its line and column out."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.source.finding import Finding, Severity
    from edge.publish.source.island_file import DEFAULT_TARGET_PRECISION, IslandSource, SnippetSource, read_island
    from edge.publish.source.lint import errors_in, lint_draft
    from edge.publish.source.question_file import QuestionKind, SampleQuestion, read_question_file
    from edge.publish.source.rules import (
        EXAMPLES_MIN,
        EXAMPLES_WANTED,
        MAX_EXAMPLE_CHARACTERS,
        MAX_PRECISION,
        MAX_SNIPPETS,
        PRECISION_MIN,
        RESERVED_TENANTS,
        SNIPPETS_MIN,
        answer_problem,
        duration_s,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "finding": "Finding Severity",
            "island_file": "DEFAULT_TARGET_PRECISION IslandSource SnippetSource read_island",
            "lint": "errors_in lint_draft",
            "question_file": "QuestionKind SampleQuestion read_question_file",
            "rules": (
                "EXAMPLES_MIN EXAMPLES_WANTED MAX_EXAMPLE_CHARACTERS MAX_PRECISION PRECISION_MIN "
                "RESERVED_TENANTS MAX_SNIPPETS SNIPPETS_MIN answer_problem duration_s"
            ),
        },
    )

__all__ = [
    "DEFAULT_TARGET_PRECISION",
    "EXAMPLES_MIN",
    "EXAMPLES_WANTED",
    "MAX_EXAMPLE_CHARACTERS",
    "MAX_PRECISION",
    "MAX_SNIPPETS",
    "PRECISION_MIN",
    "RESERVED_TENANTS",
    "SNIPPETS_MIN",
    "Finding",
    "IslandSource",
    "QuestionKind",
    "SampleQuestion",
    "Severity",
    "SnippetSource",
    "answer_problem",
    "duration_s",
    "errors_in",
    "lint_draft",
    "read_island",
    "read_question_file",
]
