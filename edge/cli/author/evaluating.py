"""Islands evaluated for a command, with their progress."""

from pathlib import Path
from typing import TYPE_CHECKING

from edge.cli.options import progress_bar
from edge.cli.terminal import echo
from edge.publish.source import IslandSource
from edge.triage import Triage

if TYPE_CHECKING:
    from edge.publish.evaluate import IslandEvaluation


def echo_summaries(
    files: tuple[Path, ...], sources: list[IslandSource], triage: Triage, evaluation_file: Path | None
) -> None:
    """Evaluate the islands in `files`; print each evaluation's summary, and the command that prints all of it."""
    from edge.cli.author.island_evaluation import summary

    for evaluation in evaluate_all(sources, triage, evaluation_file):
        echo("\n".join(summary(evaluation)))
    echo(f"details   skerry island evaluate {' '.join(map(str, files))}")


def evaluate_all(sources: list[IslandSource], triage: Triage, evaluation_file: Path | None) -> list["IslandEvaluation"]:
    """The islands' evaluations, also written to `evaluation_file` if there is one."""
    from edge.cli.author.island_evaluation import write_evaluations
    from edge.publish.evaluate import evaluate_island, leave_one_out

    evaluations = []
    for source in sources:
        with progress_bar(f"{source.tenant}/{source.island}") as progress:
            validation = leave_one_out(source, triage=triage, progress=progress)
        evaluations.append(evaluate_island(source, validation, model=triage.model))
    if evaluation_file is not None:
        write_evaluations(evaluation_file, evaluations)
    return evaluations
