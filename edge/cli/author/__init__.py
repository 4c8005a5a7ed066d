"""Which commands does an author use? Check and publish islands, replace an answer, measure triage, simulate a drop."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.author.incident import incident_command
    from edge.cli.author.late import island_commands
    from edge.cli.author.simulate import simulate_command
    from edge.cli.author.simulate_questions import compile_island, judge_questions
    from edge.cli.author.triage import triage_command
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "incident": "incident_command",
            "late": "island_commands",
            "simulate": "simulate_command",
            "simulate_questions": "compile_island judge_questions",
            "triage": "triage_command",
        },
    )

__all__ = [
    "compile_island",
    "incident_command",
    "island_commands",
    "judge_questions",
    "simulate_command",
    "triage_command",
]
