"""Printed figures: what was measured, how often, its median and its 99th percentile."""

import platform
from pathlib import Path
from typing import NamedTuple


class Figure(NamedTuple):
    """One measurement. `bar` is the value that the project promises."""

    what: str
    found: str
    bar: str


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of `values` lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def middle_and_tail(values_s: list[float]) -> str:
    """p50 / p99 in milliseconds, and the number of measurements."""
    return f"{percentile(values_s, 0.5) * 1000:.2f} / {percentile(values_s, 0.99) * 1000:.2f} ms (n = {len(values_s)})"


def machine() -> str:
    """Processor, cores and Python version of this machine."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    cores = sum(line.startswith("processor") for line in lines)
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{model or platform.machine()}, {cores} cores, Python {platform.python_version()}"


def print_figures(title: str, figures: list[Figure]) -> None:
    """Print the figures as a Markdown table."""
    print(f"\n{title}\n\n| what | found | bar |\n|---|---|---|")
    for figure in figures:
        print(f"| {figure.what} | {figure.found} | {figure.bar} |")
