"""How good will it be? Triage is tried on questions whose answers are known."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.evaluate.cross_validate import leave_one_out
    from edge.publish.evaluate.dry_run import DryRun
    from edge.publish.evaluate.evaluate import (
        OUT_OF_SCOPE,
        judge_all,
        train_on,
        unknown_labels,
        unknown_notes,
        write_predictions,
    )
    from edge.publish.evaluate.expected_solved import CostlySnippet, ExpectedSolved
    from edge.publish.evaluate.island_evaluation import (
        ExpectedQuality,
        HarmfulExample,
        IslandEvaluation,
        Suggestions,
        evaluate_island,
    )
    from edge.publish.evaluate.labelled_csv import Labelled, read_labelled
    from edge.publish.evaluate.labelled_toml import is_island_file, label_examples, label_questions
    from edge.publish.evaluate.metrics import (
        TriageFigures,
        calibration_error,
        coverage_at,
        measure,
        outcomes,
        risk_curve,
    )
    from edge.publish.evaluate.plot import check_plotting, draw
    from edge.publish.evaluate.solved import Solved, how_solved
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "cross_validate": "leave_one_out",
            "dry_run": "DryRun",
            "evaluate": "OUT_OF_SCOPE judge_all train_on unknown_labels unknown_notes write_predictions",
            "expected_solved": "CostlySnippet ExpectedSolved",
            "island_evaluation": "ExpectedQuality HarmfulExample IslandEvaluation Suggestions evaluate_island",
            "labelled_csv": "Labelled read_labelled",
            "labelled_toml": "is_island_file label_examples label_questions",
            "metrics": "TriageFigures calibration_error coverage_at measure outcomes risk_curve",
            "plot": "check_plotting draw",
            "solved": "Solved how_solved",
        },
    )

__all__ = [
    "OUT_OF_SCOPE",
    "CostlySnippet",
    "DryRun",
    "ExpectedQuality",
    "ExpectedSolved",
    "HarmfulExample",
    "IslandEvaluation",
    "Labelled",
    "Solved",
    "Suggestions",
    "TriageFigures",
    "calibration_error",
    "check_plotting",
    "coverage_at",
    "draw",
    "evaluate_island",
    "how_solved",
    "is_island_file",
    "judge_all",
    "label_examples",
    "label_questions",
    "leave_one_out",
    "measure",
    "outcomes",
    "read_labelled",
    "risk_curve",
    "train_on",
    "unknown_labels",
    "unknown_notes",
    "write_predictions",
]
