"""Statistics as a picture: questions by the hour, reasons for no answer, people's times, snippets."""

from datetime import UTC, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from edge.cli.stats.sums import Stats
from edge.cli.stats.table import percent
from edge.config import library_missing
from edge.errors import ConfigError
from edge.tally import StatsFigures

_INCHES = (13, 9)
_DOTS_PER_INCH = 110
_HOUR = timedelta(hours=1)
_REASONS = 8
_SNIPPETS = 10
_BARS = (
    ("answered", "automation", "tab:green"),
    ("clarified", "clarified", "tab:orange"),
    ("escalated", "escalated", "tab:blue"),
)


def check_plotting() -> None:
    """Raise `ConfigError` unless pictures can be drawn here."""
    _figure()


def draw(path: Path, stats: Stats) -> None:
    """Write the picture as PNG. Raises `ConfigError` if it cannot be written."""
    figure = _figure()
    (hours, reasons), (snippets, suggestions) = figure.subplots(2, 2)
    _hours(hours, stats)
    _reasons(reasons, stats.total)
    _snippets(snippets, stats)
    _times(suggestions, stats.total)
    figure.suptitle(f"{stats.since:%Y-%m-%d %H:%M} to {stats.until:%Y-%m-%d %H:%M} UTC, {', '.join(stats.pops)}")
    try:
        figure.savefig(path, dpi=_DOTS_PER_INCH, format="png")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}, give another --plot") from error


def _hours(axes: Any, stats: Stats) -> None:
    """Bars at their hours. Hours without questions leave a gap."""
    from matplotlib.dates import ConciseDateFormatter

    formatter: Any = ConciseDateFormatter
    axes.set_title("Questions by the hour")
    if not _is_drawn(axes, stats.total.questions):
        return
    moments = [hour.hour for hour in stats.hours]
    below = [0] * len(moments)
    for label, field, colour in _BARS:
        parts = [getattr(hour.figures, field).part for hour in stats.hours]
        axes.bar(moments, parts, _HOUR, bottom=below, align="edge", label=label, color=colour, edgecolor="white")
        below = [low + part for low, part in zip(below, parts, strict=True)]
    axes.set(ylabel="questions", xlim=(stats.since, max(stats.until, moments[-1] + _HOUR)))
    axes.xaxis.set_major_formatter(formatter(axes.xaxis.get_major_locator(), tz=UTC))
    axes.legend()


def _reasons(axes: Any, total: StatsFigures) -> None:
    axes.set_title("Why questions were not answered")
    reasons = list(total.fallback.items())[:_REASONS][::-1]
    if not _is_drawn(axes, len(reasons)):
        return
    bars = axes.barh([reason for reason, _ in reasons], [100 * share.part / share.of for _, share in reasons])
    axes.bar_label(bars, labels=[str(share.part) for _, share in reasons], padding=3)
    axes.set(xlabel="% of questions")
    axes.margins(x=0.12)


def _snippets(axes: Any, stats: Stats) -> None:
    axes.set_title("Snippets asked about most, and the share answered")
    several = len(stats.islands) > 1
    asked = [
        (f"{island.island}: {name}" if several else name, snippet.figures)
        for island in stats.islands
        for snippet in island.snippets
        if snippet.figures.questions
        for name in (snippet.snippet or "(none)",)
    ]
    most_asked = sorted(asked, key=lambda item: -item[1].questions)[:_SNIPPETS][::-1]
    if not _is_drawn(axes, len(most_asked)):
        return
    names, left = [name for name, _ in most_asked], [0] * len(most_asked)
    for label, field, colour in _BARS:
        parts = [getattr(figures, field).part for _, figures in most_asked]
        bars = axes.barh(names, parts, left=left, label=label, color=colour)
        left = [low + part for low, part in zip(left, parts, strict=True)]
    axes.bar_label(bars, labels=[percent(figures.automation) for _, figures in most_asked], padding=3)
    axes.set(xlabel="questions")
    axes.margins(x=0.12)


def _times(axes: Any, total: StatsFigures) -> None:
    """For each bound of the histograms, the share of tickets within it."""
    axes.set_title("How long people took" + _suggestions(total))
    if not _is_drawn(axes, total.time_to_acknowledge.counted):
        return
    for name, times in (("acknowledged", total.time_to_acknowledge), ("replied", total.time_to_reply)):
        if times.counted:
            reached = list(accumulate(times.within_s.values()))
            shares = [100 * count / times.counted for count in reached]
            minutes = [bound / 60 for bound in times.within_s]
            label = f"{name} ({times.counted})"
            axes.step([minutes[0], *minutes], [0, *shares], where="post", marker=".", label=label)
    axes.set(xlabel="within minutes", ylabel="% of these tickets", xscale="log", ylim=(0, 105))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="lower right")


def _suggestions(total: StatsFigures) -> str:
    used, edited, ignored = total.suggestion_used, total.suggestion_edited, total.suggestion_ignored
    return f"\nsuggestions: {used.part} used, {edited.part} edited, {ignored.part} ignored" if used.of else ""


def _is_drawn(axes: Any, count: int) -> bool:
    if not count:
        axes.text(0.5, 0.5, "nothing was counted", ha="center", va="center", transform=axes.transAxes, color="grey")
        axes.set_axis_off()
    return count > 0


def _figure() -> Any:
    try:
        # Imported here, because everything else works without it. `Figure` alone needs no display.
        from matplotlib.figure import Figure as Picture
    except ModuleNotFoundError as error:
        raise library_missing("matplotlib", extra="plot", needed_by="--plot") from error
    return Picture(figsize=_INCHES, layout="constrained")
