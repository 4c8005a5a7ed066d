"""How good will it be? Triage is tried on questions whose answers are known."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.evaluate.cross_validate import leave_one_out
    from edge.publish.evaluate.evaluate import judge_all, train_on, unknown_labels, unknown_notes, write_predictions
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
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "cross_validate": "leave_one_out",
            "evaluate": "judge_all train_on unknown_labels unknown_notes write_predictions",
            "island_evaluation": "ExpectedQuality HarmfulExample IslandEvaluation Suggestions evaluate_island",
            "labelled_csv": "Labelled read_labelled",
            "labelled_toml": "is_island_file label_examples label_questions",
            "metrics": "TriageFigures calibration_error coverage_at measure outcomes risk_curve",
            "plot": "check_plotting draw",
        },
    )

__all__ = [
    "ExpectedQuality",
    "HarmfulExample",
    "IslandEvaluation",
    "Labelled",
    "Suggestions",
    "TriageFigures",
    "calibration_error",
    "check_plotting",
    "coverage_at",
    "draw",
    "evaluate_island",
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
