"""Two diagrams in one picture: what more answers would risk, and whether confidences mean what they say.

Drawn with matplotlib, which is an extra of its own: nobody else needs it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge.config import library_missing
from edge.errors import ConfigError
from edge.publish.evaluate.metrics import Bin, RiskPoint

_INCHES = (11, 5)
_DOTS_PER_INCH = 120


def check_plotting() -> None:
    """Raise `ConfigError` unless diagrams can be drawn here."""
    _figure()


def draw(path: Path, *, curve: Sequence[RiskPoint], bins: Sequence[Bin], target_precision: float) -> None:
    """Write the picture as PNG; raises `ConfigError` when it cannot be written."""
    figure = _figure()
    left, right = figure.subplots(1, 2)
    _risk_coverage(left, curve, target_precision)
    _reliability(right, bins)
    figure.tight_layout()
    try:
        figure.savefig(path, dpi=_DOTS_PER_INCH, format="png")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}, give another --plot") from error


def _risk_coverage(axes: Any, curve: Sequence[RiskPoint], target_precision: float) -> None:
    axes.plot([point.coverage for point in curve], [point.risk for point in curve], marker=".", label="triage")
    axes.axhline(1 - target_precision, linestyle="--", color="grey", label=f"wanted precision {target_precision:g}")
    axes.set(xlabel="coverage: share of questions answered", ylabel="risk: share of answers that are wrong")
    axes.set(title="Risk and coverage", xlim=(0, 1), ylim=(0, None))
    axes.legend()


def _reliability(axes: Any, bins: Sequence[Bin]) -> None:
    width = 1 / len(bins)
    axes.bar([one.above for one in bins], [one.right for one in bins], width, align="edge", edgecolor="white")
    filled = [one for one in bins if one.questions]
    axes.plot([one.confidence for one in filled], [one.right for one in filled], "o", color="black")
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey")
    for one in filled:
        axes.annotate(str(one.questions), (one.above + width / 2, 0.01), ha="center", fontsize="x-small")
    axes.set(xlabel="confidence", ylabel="share that is right", title="Reliability", xlim=(0, 1), ylim=(0, 1))


def _figure() -> Any:
    try:
        # Imported here: all else works without it. `Figure` alone needs no display.
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise library_missing("matplotlib", extra="plot", needed_by="--plot") from error
    return Figure(figsize=_INCHES)
