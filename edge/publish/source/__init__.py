"""What did the author write? This room reads one TOML file: an island, or every problem with its line and column."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.source.consent_source import ConsentSource, PurposeLocale, PurposeSource
    from edge.publish.source.finding import Finding, Severity
    from edge.publish.source.island_file import (
        DEFAULT_TARGET_PRECISION,
        IslandDraft,
        IslandSource,
        SnippetLocale,
        SnippetSource,
        parse_island,
        read_island,
    )
    from edge.publish.source.lint import errors_in, lint_draft
    from edge.publish.source.near_duplicates import SIMILAR_COSINE
    from edge.publish.source.question_file import QuestionKind, SampleQuestion, read_question_file
    from edge.publish.source.rules import (
        MAX_EXAMPLE_CHARACTERS,
        MAX_EXAMPLES,
        MAX_PRECISION,
        MAX_SNIPPETS,
        MIN_EXAMPLES,
        MIN_PRECISION,
        MIN_SNIPPETS,
        RECOMMENDED_EXAMPLES,
        RESERVED_TENANTS,
        answer_problem,
        duration_s,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "consent_source": "ConsentSource PurposeLocale PurposeSource",
            "finding": "Finding Severity",
            "island_file": "DEFAULT_TARGET_PRECISION IslandDraft IslandSource SnippetLocale SnippetSource"
            " parse_island read_island",
            "lint": "errors_in lint_draft",
            "near_duplicates": "SIMILAR_COSINE",
            "question_file": "QuestionKind SampleQuestion read_question_file",
            "rules": (
                "MIN_EXAMPLES RECOMMENDED_EXAMPLES MAX_EXAMPLE_CHARACTERS MAX_EXAMPLES MAX_PRECISION MIN_PRECISION "
                "RESERVED_TENANTS MAX_SNIPPETS MIN_SNIPPETS answer_problem duration_s"
            ),
        },
    )

__all__ = [
    "DEFAULT_TARGET_PRECISION",
    "MAX_EXAMPLES",
    "MAX_EXAMPLE_CHARACTERS",
    "MAX_PRECISION",
    "MAX_SNIPPETS",
    "MIN_EXAMPLES",
    "MIN_PRECISION",
    "MIN_SNIPPETS",
    "RECOMMENDED_EXAMPLES",
    "RESERVED_TENANTS",
    "SIMILAR_COSINE",
    "ConsentSource",
    "Finding",
    "IslandDraft",
    "IslandSource",
    "PurposeLocale",
    "PurposeSource",
    "QuestionKind",
    "SampleQuestion",
    "Severity",
    "SnippetLocale",
    "SnippetSource",
    "answer_problem",
    "duration_s",
    "errors_in",
    "lint_draft",
    "parse_island",
    "read_island",
    "read_question_file",
]
