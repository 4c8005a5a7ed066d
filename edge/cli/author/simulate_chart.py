"""The course of a simulated drop as a picture: threshold, queue and expected wait."""

from pathlib import Path

from edge.config import library_missing
from edge.errors import ConfigError
from edge.simulate import Course


def draw(path: Path, *, title: str, steered: Course, fixed: Course) -> None:
    """Write a PNG file. Raises `ConfigError` if matplotlib is missing or the file cannot be written."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise library_missing("matplotlib", extra="plot", needed_by="--plot") from error
    # Not pyplot: it would look for a screen and keep every figure in memory.
    figure = Figure(figsize=(9, 8), layout="constrained")
    FigureCanvasAgg(figure)
    threshold, queue, wait = figure.subplots(3, 1, sharex=True)
    for course, label, colour in ((fixed, "no surge control", "tab:gray"), (steered, "surge control", "tab:blue")):
        minutes = [sample.at_s / 60 for sample in course.samples]
        threshold.step(
            minutes, [sample.precision for sample in course.samples], where="post", label=label, color=colour
        )
        queue.plot(minutes, [sample.queue for sample in course.samples], label=label, color=colour)
        wait.plot(minutes, [sample.wait_s / 60 for sample in course.samples], label=label, color=colour)
    minutes = [sample.at_s / 60 for sample in steered.samples]
    queue.plot(minutes, [s.callbacks for s in steered.samples], ":", label="callbacks promised", color="tab:orange")
    for axes, name in (
        (threshold, "threshold"),
        (queue, "questions waiting"),
        (wait, "expected wait, minutes"),
    ):
        axes.set_ylabel(name)
        axes.grid(visible=True, alpha=0.3)
        axes.legend(loc="upper right")
    wait.set_xlabel("minutes")
    figure.suptitle(title)
    try:
        figure.savefig(path, format="png", dpi=120)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}; choose another file with: --plot FILE") from error
