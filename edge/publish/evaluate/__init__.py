"""How good will it be? Triage tried on questions whose answers are known."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.evaluate.cross_validate import rehearse
    from edge.publish.evaluate.evaluate import judge_all, train_on, unknown_labels, unknown_notes, write_predictions
    from edge.publish.evaluate.island_report import Advice, Expected, Hurting, IslandReport, report_on
    from edge.publish.evaluate.labelled_csv import read_labelled
    from edge.publish.evaluate.metrics import Figures, calibration_error, coverage_at, measure, outcomes, risk_curve
    from edge.publish.evaluate.plot import check_plotting, draw
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "cross_validate": "rehearse",
            "evaluate": "judge_all train_on unknown_labels unknown_notes write_predictions",
            "island_report": "Advice Expected Hurting IslandReport report_on",
            "labelled_csv": "read_labelled",
            "metrics": "Figures calibration_error coverage_at measure outcomes risk_curve",
            "plot": "check_plotting draw",
        },
    )

__all__ = [
    "Advice",
    "Expected",
    "Figures",
    "Hurting",
    "IslandReport",
    "calibration_error",
    "check_plotting",
    "coverage_at",
    "draw",
    "judge_all",
    "measure",
    "outcomes",
    "read_labelled",
    "rehearse",
    "report_on",
    "risk_curve",
    "train_on",
    "unknown_labels",
    "unknown_notes",
    "write_predictions",
]
