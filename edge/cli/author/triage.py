"""`skerry triage`: how good is triage on texts with known answers?"""

from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from edge.cli.options import echo_table, progress_bar
from edge.config import model_files
from edge.errors import ConfigError
from edge.publish.evaluate import (
    Labelled,
    TriageFigures,
    check_plotting,
    draw,
    is_island_file,
    judge_all,
    label_examples,
    label_questions,
    measure,
    outcomes,
    read_labelled,
    risk_curve,
    train_on,
    unknown_labels,
    unknown_notes,
    write_predictions,
)
from edge.publish.source import DEFAULT_TARGET_PRECISION, MAX_PRECISION, PRECISION_MIN
from edge.triage import MODEL_FILES, load_triage

_IN = click.Path(dir_okay=False, path_type=Path)


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints."""

    model: str
    notes: tuple[str, ...]
    figures: TriageFigures


class _Files(NamedTuple):
    train: Path
    test: Path
    predictions: Path
    plot: Path | None


@click.group("triage")
def triage_command() -> None:
    """Judge triage on texts with known answers."""


@triage_command.command("eval")
@click.option("--train", type=_IN, required=True, help="An island in TOML, or CSV: text,label.")
@click.option(
    "--test", type=_IN, required=True, help="A questions file in TOML, or CSV: text,label (oos: nothing answers it)."
)
@click.option("--predictions", type=_IN, required=True, help="CSV to write, one line for each line of --test.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--precision",
    type=click.FloatRange(PRECISION_MIN, MAX_PRECISION),
    default=DEFAULT_TARGET_PRECISION,
    show_default=True,
    help="Target precision; an island whose author says nothing has the default.",
)
@click.option("--plot", type=_IN, help="PNG to draw: risk and coverage, reliability (needs matplotlib).")
def evaluate(train: Path, test: Path, predictions: Path, *, as_json: bool, precision: float, plot: Path | None) -> None:
    """Compile an island from one CSV as publishing does, ask it the texts of another, and say how it did.

    `predicted` is the best candidate's label even when it is not answered; a text without a word has no candidate, and
    is given the label with the most training texts, with confidence 0.
    """
    files = _Files(train, test, predictions, plot)
    _check(files)
    model = load_triage(model_files(MODEL_FILES))
    examples, questions, left_out = _read(train, test)
    with progress_bar("triage") as progress:
        trained = train_on(examples, triage=model, target_precision=precision, progress=progress)
        judged = judge_all(trained, questions, progress=progress)
    unknown = unknown_labels(trained, questions)
    figures = measure(judged, unknown=unknown.keys(), target_precision=precision)
    write_predictions(predictions, judged)
    if plot is not None:
        curve = risk_curve(*outcomes(judged))
        draw(plot, curve=curve, bins=figures.reliability, target_precision=precision)
    notes = (*left_out, *trained.notes, *unknown_notes(unknown))
    if as_json:
        found = Evaluation(model=model.model, notes=notes, figures=figures)
        click.echo(msgspec.json.format(msgspec.json.encode(found)))
        return
    for note in notes:
        click.echo(f"note: {note}", err=True)
    _echo_figures(figures)
    click.echo(f"\npredictions: {predictions}")


def _read(train: Path, test: Path) -> tuple[list[Labelled], list[Labelled], tuple[str, ...]]:
    """Examples, questions, and what to know of them. An island's name chooses among the questions of a file."""
    island = None
    if is_island_file(train):
        source, examples = label_examples(train)
        island = f"{source.tenant}/{source.island}"
    else:
        examples = read_labelled(train)
    if test.suffix != ".toml":
        return examples, read_labelled(test), ()
    questions, ambiguous = label_questions(test, island=island)
    note = f"{ambiguous} questions of {test} are left out: more than one snippet answers them"
    return examples, questions, (note,) if ambiguous else ()


def _check(files: _Files) -> None:
    """Find out before the work, not after it, that its result could not be written."""
    if files.plot is not None:
        check_plotting()
    taken = {files.train.resolve(), files.test.resolve()}
    for option, path in (("--predictions", files.predictions), ("--plot", files.plot)):
        if path is None:
            continue
        if path.resolve() in taken:
            raise ConfigError(f"{option} would overwrite {path}, give another file")
        taken.add(path.resolve())
        if not path.parent.is_dir():
            raise ConfigError(f"there is no folder {path.parent} for {option}, run: mkdir -p {path.parent}")


def _echo_figures(found: TriageFigures) -> None:
    wanted = f"at wanted precision {found.target_precision:g}"
    rows = (
        ("questions", f"{found.questions}", f"{found.in_scope} in scope, {found.out_of_scope} out of scope"),
        ("in-scope accuracy", _share(found.in_scope_accuracy), "best candidate right, answered or not"),
        ("in-scope answered right", _share(found.in_scope_answered_right), f"right and answered {wanted}"),
        ("out-of-scope recall", _share(found.out_of_scope_recall), f"not answered {wanted}, of out-of-scope questions"),
        ("out-of-scope named", _share(found.out_of_scope_named), "escalated with reason out_of_scope, of the same"),
        ("MCC", f"{found.mcc:.4f}", f"over all labels {wanted}; not answered counts as oos"),
        ("answered", _share(found.answered), f"of all questions {wanted}"),
        ("precision of answers", _share(found.answered_precision), f"right, of those answered {wanted}"),
        ("asked back", _share(found.clarified), f"clarify, of all questions {wanted}"),
        *(
            (f"coverage at {one.precision:.0%}", _share(one.coverage), _threshold(one.confidence))
            for one in found.coverage
        ),
        ("ECE", f"{found.ece:.4f}", "confidence against outcome, ten bins, all questions"),
        ("AURC", f"{found.aurc:.4f}", "mean risk over all coverages"),
    )
    echo_table(("figure", "value", "meaning"), rows)
    click.echo()
    echo_table(
        ("coverage", "risk", "precision", "confidence from"),
        [
            (_share(one.coverage), _share(one.risk), _share(one.precision), f"{one.confidence:.4f}")
            for one in found.risk_coverage
        ],
    )


def _threshold(confidence: float | None) -> str:
    if confidence is None:
        return "no threshold reaches this precision"
    return f"share of all questions answered from confidence {confidence:.4f}, chosen on this test"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
