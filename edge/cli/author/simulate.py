"""`skerry simulate`: simulates a drop in virtual time, with the code that a PoP runs."""

from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import Progress

from edge.cli.author.simulate_chart import draw
from edge.cli.options import echo_table
from edge.cli.terminal import echo, echo_json
from edge.config import model_files
from edge.errors import RefusedError
from edge.publish.source import Severity, read_island
from edge.records import SurgePolicy
from edge.simulate import Comparison, Drop, DropFigures, compare
from edge.triage import MODEL_FILES, load_triage

_FILE = click.Path(dir_okay=False, path_type=Path)
_QUESTIONS = "A questions file in TOML, or CSV: text, snippet, weight, channel."

_LINES = (
    ("questions asked", "asked"),
    ("answered by the machine", "answered_share"),
    ("clarified", "clarified_share"),
    ("offered choices and trees as the drop began", "ramp_share"),
    ("ignored: chatter, or just answered", "ignored_share"),
    ("wrong among answers", "wrong_share"),
    ("queued for people", "queued"),
    ("called back instead of queued", "called_back"),
    ("longest wait, s", "longest_wait_s"),
    ("95th percentile of waits, s", "p95_wait_s"),
    ("longest wait for a callback, s", "longest_callback_s"),
    ("callback: real wait / promised wait", "callback_estimate_off"),
    ("threshold, lowest", "lowest_precision"),
    ("threshold, highest", "highest_precision"),
    ("threshold changes in the busiest minute", "busiest_minute_changes"),
    ("share of people's time at work", "occupancy"),
)


@click.command("simulate")
@click.option("--island", "island_path", type=_FILE, required=True, help="The island in TOML; its [surge] is tried.")
@click.option(
    "--questions",
    "questions_path",
    type=_FILE,
    required=True,
    help="TOML as islands/questions.toml, or CSV: text, snippet, weight, channel.",
)
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), required=True, help="Questions a minute.")
@click.option("--agents", type=click.IntRange(min=1), required=True, help="People at work.")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True, max=1440),
    required=True,
    help="Length of the drop, in minutes.",
)
@click.option(
    "--surge", type=click.FloatRange(min=1), default=10, show_default=True, help="Factor on the rate in the surge."
)
@click.option(
    "--surge-from", type=click.FloatRange(min=0), default=5, show_default=True, help="Minute at which the surge begins."
)
@click.option(
    "--surge-minutes",
    type=click.FloatRange(min=0),
    default=10,
    show_default=True,
    help="Length of the surge, in minutes.",
)
@click.option(
    "--handle-s",
    type=click.FloatRange(min=1),
    default=120,
    show_default=True,
    help="Seconds that a person spends on one question.",
)
@click.option(
    "--noise", type=click.FloatRange(min=0, max=2), default=0, show_default=True, help="Relative noise of load reports."
)
@click.option(
    "--pops", type=click.IntRange(min=1), default=1, show_default=True, help="Number of PoPs that share the people."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Random seed. The same seed gives the same drop.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--plot", type=_FILE, help="Also draw the course of the drop to this PNG file.")
def simulate_command(
    island_path: Path, questions_path: Path, plot: Path | None, *, as_json: bool, rate: float, **options: Any
) -> None:
    """Simulate a drop in virtual time, with surge control and without.

    The questions are drawn from a questions file in TOML, or from a CSV file. Of a CSV only the column `text` is
    required. `snippet` names the snippet that
    answers the text (several with `|`, empty: none), `weight` how often it is asked, `channel` where.
    """
    from edge.cli.author.simulate_questions import check_snippets, compile_island, judge_questions, read_questions

    draft = read_island(island_path)
    errors = [finding for finding in draft.findings if finding.severity is Severity.ERROR]
    if errors:
        raise RefusedError(f"{errors[0]}; see all with: skerry island check {island_path}")
    source = draft.source()
    rows = read_questions(questions_path, f"{source.tenant}/{source.island}")
    triage = load_triage(model_files(MODEL_FILES))
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("compiling the island", total=len(rows))
        island = compile_island(source, triage)
        check_snippets(questions_path, rows, island)
        if island.surge is None:
            echo(f"{island_path} has no [surge], so floor 0.75 and ceiling 0.95 are tried", err=True)
            island = msgspec.structs.replace(island, surge=_default_surge(island.target_precision))
        questions = judge_questions(
            rows, island, triage, lambda done, _: bar.update(task, description="judging questions", completed=done)
        )
    drop = Drop(
        rate_per_min=rate,
        minutes=options["minutes"],
        agents=options["agents"],
        handle_s=options["handle_s"],
        surge=options["surge"],
        surge_from_min=options["surge_from"],
        surge_min=options["surge_minutes"],
        noise=options["noise"],
        pops=options["pops"],
        seed=options["seed"],
    )
    comparison, steered, fixed = compare(drop, island, questions)
    if plot is not None:
        draw(
            plot,
            title=f"{island.name}: {rate:g} questions a minute, {drop.agents} people",
            steered=steered,
            fixed=fixed,
        )
    if as_json:
        document = {"island": str(island.name), "drop": drop, **msgspec.to_builtins(comparison)}
        echo_json(document)
        return
    _echo(comparison)


def _default_surge(target_precision: float) -> SurgePolicy:
    return SurgePolicy(floor=min(0.75, target_precision), ceiling=max(0.95, target_precision))


def _echo(comparison: Comparison) -> None:
    rows = [
        (label, _figure_text(comparison.fixed, field), _figure_text(comparison.steered, field))
        for label, field in _LINES
    ]
    label = f"people needed for waits of {comparison.target_s} s at most"
    rows.append((label, str(comparison.people_needed_fixed or "-"), str(comparison.people_needed or "-")))
    echo_table(("", "no surge control", "surge control"), rows)


def _figure_text(figures: DropFigures, field: str) -> str:
    value = getattr(figures, field)
    if value is None:
        return "-"
    return f"{value:.1%}" if field.endswith("_share") or field == "occupancy" else f"{value:g}"
