"""`skerry triage`: measures triage on texts whose right answers are known."""

from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from edge.cli.options import echo_table, progress_bar
from edge.cli.terminal import echo, echo_json
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
from edge.publish.source import DEFAULT_TARGET_PRECISION, MAX_PRECISION, MIN_PRECISION
from edge.triage import MODEL_FILES, load_triage

_IN = click.Path(dir_okay=False, path_type=Path)


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The document that `--json` prints."""

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
    """Measure triage on labelled texts."""


@triage_command.command("eval")
@click.option("--train", type=_IN, required=True, help="An island in TOML, or CSV: text,label.")
@click.option(
    "--test", type=_IN, required=True, help="A questions file in TOML, or CSV: text,label (oos: nothing answers it)."
)
@click.option("--predictions", type=_IN, required=True, help="CSV to write, one line for each line of --test.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--precision",
    type=click.FloatRange(MIN_PRECISION, MAX_PRECISION),
    default=DEFAULT_TARGET_PRECISION,
    show_default=True,
    help="Target precision: share of answers that should be right.",
)
@click.option("--plot", type=_IN, help="PNG file to draw: risk and coverage, reliability.")
def evaluate(train: Path, test: Path, predictions: Path, *, as_json: bool, precision: float, plot: Path | None) -> None:
    """Train triage on the texts of one file, and measure it on those of another.

    The first file is compiled into an island as publishing does. In the predictions, `predicted` is the label of the
    best candidate, even if the text is not answered. A text without words has no candidate: it gets the most frequent
    label of the first file, with confidence 0.
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
        document = Evaluation(model=model.model, notes=notes, figures=figures)
        echo_json(document)
        return
    for note in notes:
        echo(f"note: {note}", err=True)
    _echo_figures(figures)
    echo(f"\npredictions: {predictions}")


def _read(train: Path, test: Path) -> tuple[list[Labelled], list[Labelled], tuple[str, ...]]:
    """Examples, questions, and notes about them. Of a questions file, only those to the island in `train` are used."""
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
    """Raise `ConfigError` if a result could not be written: before the work, which takes minutes."""
    if files.plot is not None:
        check_plotting()
    used = {files.train.resolve(), files.test.resolve()}
    for option, path in (("--predictions", files.predictions), ("--plot", files.plot)):
        if path is None:
            continue
        if path.resolve() in used:
            raise ConfigError(f"{option} would overwrite {path}; choose another file with: {option} FILE")
        used.add(path.resolve())
        if not path.parent.is_dir():
            raise ConfigError(f"there is no folder {path.parent} for {option}; run: mkdir -p {path.parent}")


def _echo_figures(figures: TriageFigures) -> None:
    at_target = f"at target precision {figures.target_precision:g}"
    rows = (
        ("questions", f"{figures.questions}", f"{figures.in_scope} in scope, {figures.out_of_scope} out of scope"),
        ("in-scope accuracy", _share(figures.in_scope_accuracy), "best candidate is right, answered or not"),
        ("in-scope answered right", _share(figures.in_scope_answered_right), f"right and answered {at_target}"),
        (
            "out-of-scope recall",
            _share(figures.out_of_scope_recall),
            f"of out-of-scope questions, not answered {at_target}",
        ),
        ("out-of-scope named", _share(figures.out_of_scope_named), "of these, escalated with reason out_of_scope"),
        ("MCC", f"{figures.mcc:.4f}", f"over all labels {at_target}; not answered counts as oos"),
        ("answered", _share(figures.answered), f"of all questions {at_target}"),
        ("precision of answers", _share(figures.answered_precision), f"of the answers {at_target}, the right ones"),
        ("clarified", _share(figures.clarified), f"of all questions {at_target}"),
        *(
            (f"coverage at {point.precision:.0%}", _share(point.coverage), _threshold(point.confidence))
            for point in figures.coverage
        ),
        ("ECE", f"{figures.ece:.4f}", "how far confidence and outcome differ, ten bins, all questions"),
        ("AURC", f"{figures.aurc:.4f}", "mean risk over all coverages"),
    )
    echo_table(("figure", "value", "meaning"), rows)
    echo()
    echo_table(
        ("coverage", "risk", "precision", "confidence from"),
        [
            (_share(point.coverage), _share(point.risk), _share(point.precision), f"{point.confidence:.4f}")
            for point in figures.risk_coverage
        ],
    )


def _threshold(confidence: float | None) -> str:
    if confidence is None:
        return "no threshold reaches this precision"
    return f"of all questions, those with confidence {confidence:.4f} or more; chosen on this test"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
