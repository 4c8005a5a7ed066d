"""`skerry simulate`: a drop before it happens, replayed in virtual time through the code that a PoP runs."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import Progress

from edge.cli.author.simulate_chart import draw
from edge.cli.options import echo_table
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
    ("asked back", "clarified_share"),
    ("left alone: chatter, or just answered", "ignored_share"),
    ("wrong among answers", "wrong_share"),
    ("queued for people", "queued"),
    ("called back instead", "called_back"),
    ("longest wait, s", "longest_wait_s"),
    ("95th percentile of waits, s", "p95_wait_s"),
    ("longest wait for a callback, s", "longest_callback_s"),
    ("callback: actual / promised", "callback_estimate_off"),
    ("threshold, lowest", "lowest_precision"),
    ("threshold, highest", "highest_precision"),
    ("threshold changes in the busiest minute", "busiest_minute_changes"),
    ("people's time at work", "occupancy"),
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
    "--minutes", type=click.FloatRange(min=0, min_open=True, max=1440), required=True, help="How long it lasts."
)
@click.option("--surge", type=click.FloatRange(min=1), default=10, show_default=True, help="Times the rate in a surge.")
@click.option("--surge-from", type=click.FloatRange(min=0), default=5, show_default=True, help="Its first minute.")
@click.option("--surge-minutes", type=click.FloatRange(min=0), default=10, show_default=True, help="How long it lasts.")
@click.option(
    "--handle-s", type=click.FloatRange(min=1), default=120, show_default=True, help="A person's time for one."
)
@click.option(
    "--noise", type=click.FloatRange(min=0, max=2), default=0, show_default=True, help="Noise of load reports."
)
@click.option("--pops", type=click.IntRange(min=1), default=1, show_default=True, help="PoPs that share the people.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same drop.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--plot", type=_FILE, help="Draw the course of the drop into this PNG.")
def simulate_command(
    island_path: Path, questions_path: Path, plot: Path | None, *, as_json: bool, rate: float, **options: Any
) -> None:
    """Replay a drop in virtual time, with surge control and with a fixed threshold."""
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
            click.echo(f"{island_path} has no [surge]: trying floor 0.75 and ceiling 0.95", err=True)
            island = msgspec.structs.replace(island, surge=_usual(island.target_precision))
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
    found, steered, fixed = compare(drop, island, questions)
    if plot is not None:
        draw(
            plot,
            title=f"{island.name}: {rate:g} questions a minute, {drop.agents} people",
            steered=steered,
            fixed=fixed,
        )
    if as_json:
        document = {"island": str(island.name), "drop": drop, **msgspec.to_builtins(found)}
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document)) + b"\n")
        return
    _echo(found)


def _usual(wanted: float) -> SurgePolicy:
    return SurgePolicy(floor=min(0.75, wanted), ceiling=max(0.95, wanted))


def _echo(found: Comparison) -> None:
    rows = [(label, _shown(found.fixed, field), _shown(found.steered, field)) for label, field in _LINES]
    label = f"people needed for waits of {found.target_s} s at most"
    rows.append((label, str(found.people_needed_fixed or "-"), str(found.people_needed or "-")))
    echo_table(("", "fixed threshold", "surge control"), rows)


def _shown(figures: DropFigures, field: str) -> str:
    value = getattr(figures, field)
    if value is None:
        return "-"
    return f"{value:.1%}" if field.endswith("_share") or field == "occupancy" else f"{value:g}"
