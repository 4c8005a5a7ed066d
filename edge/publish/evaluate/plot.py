"""Draw two diagrams in one picture: the risk-coverage curve and the reliability diagram.

Drawn with matplotlib, which is an optional dependency (extra `plot`).
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
    """Raise `ConfigError` unless matplotlib is installed; its text ends with the command that installs it."""
    _figure()


def draw(path: Path, *, curve: Sequence[RiskPoint], bins: Sequence[Bin], target_precision: float) -> None:
    """Write the picture as a PNG.

    Raises `ConfigError` if the file cannot be written or matplotlib is not installed.
    """
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
    axes.axhline(1 - target_precision, linestyle="--", color="grey", label=f"target precision {target_precision:g}")
    axes.set(xlabel="coverage: share of questions answered", ylabel="risk: share of answers that are wrong")
    axes.set(title="Risk and coverage", xlim=(0, 1), ylim=(0, None))
    axes.legend()


def _reliability(axes: Any, bins: Sequence[Bin]) -> None:
    width = 1 / len(bins)
    axes.bar([bin_.above for bin_ in bins], [bin_.right for bin_ in bins], width, align="edge", edgecolor="white")
    filled = [bin_ for bin_ in bins if bin_.questions]
    axes.plot([bin_.confidence for bin_ in filled], [bin_.right for bin_ in filled], "o", color="black")
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey")
    for bin_ in filled:
        axes.annotate(str(bin_.questions), (bin_.above + width / 2, 0.01), ha="center", fontsize="x-small")
    axes.set(xlabel="confidence", ylabel="share that is right", title="Reliability", xlim=(0, 1), ylim=(0, 1))


def _figure() -> Any:
    try:
        # Imported here, because everything else works without matplotlib. `Figure`, unlike pyplot, needs no display.
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise library_missing("matplotlib", extra="plot", needed_by="--plot") from error
    return Figure(figsize=_INCHES)
