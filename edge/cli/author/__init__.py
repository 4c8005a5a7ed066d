"""What does an author type? Check, publish, replace an answer, try triage, simulate a drop."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.author.simulate_questions import compile_island, judge_questions
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "simulate_questions": "compile_island judge_questions",
        },
    )

__all__ = [
    "compile_island",
    "judge_questions",
]
