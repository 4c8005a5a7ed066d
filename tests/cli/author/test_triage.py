"""`skerry triage eval`: CSV files in, predictions and figures out."""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Skerry = Callable[..., Result]

TRAIN = """\
text,label
when does it ship,Shipping
has my order left yet,Shipping
where is my parcel,Shipping
can i get my money back,refund
i want a refund,refund
"""
TEST = """\
text,label
When does it ship?,Shipping
i want my money back,refund
tell me a joke about whales,oos
do you sell gift cards,gift cards
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Paths of the two CSV files and of the predictions."""
    found = {name: tmp_path / f"{name}.csv" for name in ("train", "test", "predictions")}
    found["train"].write_text(TRAIN)
    found["test"].write_text(TEST)
    return found


@pytest.fixture
def evaluate(skerry: Skerry, files: dict[str, Path]) -> Skerry:
    """Runs `skerry triage eval` on the files, with more options."""
    return lambda *more: skerry("triage", "eval", *(one for name in files for one in (f"--{name}", files[name])), *more)


def test_predictions(evaluate: Skerry, files: dict[str, Path]) -> None:
    """The predictions have a row for each question, in order, with its label."""
    result = evaluate()
    with files["predictions"].open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert 0 == result.exit_code, result.output
    assert ["text", "label", "predicted", "confidence", "outcome", "reason"] == list(rows[0])
    assert ["Shipping", "refund", "oos", "gift cards"] == [row["label"] for row in rows]
    assert {"predicted": "Shipping", "confidence": "1.0", "outcome": "answer", "reason": "exact"}.items() <= rows[
        0
    ].items()


def test_figures_for_people(evaluate: Skerry) -> None:
    """Each figure has its meaning; then the table of risk and coverage; notes are on stderr."""
    result = evaluate()
    figures = [line.split("\t")[0] for line in result.stdout.splitlines()]

    assert {"in-scope accuracy", "out-of-scope recall", "MCC", "ECE"} <= set(figures)
    assert {"coverage at 80%", "coverage at 90%", "coverage at 95%"} <= set(figures)
    assert "coverage\trisk\tprecision\tconfidence from" in result.stdout
    assert [
        "note: 2 labels; confidence is calibrated for 10 or more, and less accurate below",
        "note: 1 test row out of scope because training lacks the label: 'gift cards'",
    ] == result.stderr.splitlines()


def test_figures_for_machines(evaluate: Skerry) -> None:
    """--json prints the same figures, and nothing else on stdout."""
    found = json.loads(evaluate("--json", "--precision", "0.8").stdout)
    figures = found["figures"]

    assert (4, 2, 2, 0.8) == tuple(
        figures[key] for key in ("questions", "in_scope", "out_of_scope", "target_precision")
    )
    assert [0.8, 0.9, 0.95] == [one["precision"] for one in figures["coverage"]]
    assert {"mcc", "ece", "aurc", "in_scope_accuracy", "out_of_scope_recall", "risk_coverage"} <= figures.keys()
    assert 2 == len(found["notes"])


def test_plot(evaluate: Skerry, tmp_path: Path) -> None:
    """--plot writes a PNG file."""
    result = evaluate("--plot", tmp_path / "p.png")

    assert 0 == result.exit_code, result.output
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG\r\n")


def test_plot_without_matplotlib(evaluate: Skerry, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The error comes before the work starts, and ends with the command to run."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    result = evaluate("--plot", "p.png")

    text = f"error: matplotlib is not installed, --plot needs it; run: {sys.executable} -m pip install matplotlib\n"
    assert (1, text) == (result.exit_code, result.stderr)
    assert not files["predictions"].exists()


def test_empty_training(evaluate: Skerry, files: dict[str, Path]) -> None:
    """An empty training file is one line on stderr, exit status 1."""
    files["train"].write_text("text,label\n")
    result = evaluate()

    text = f"error: {files['train']} has no rows, expected a line text,label and one line for each text\n"
    assert (1, text) == (result.exit_code, result.stderr)


def test_predictions_over_an_input(evaluate: Skerry, files: dict[str, Path]) -> None:
    """The predictions may not overwrite the test set."""
    result = evaluate("--predictions", files["test"])

    assert (
        f"error: --predictions would overwrite {files['test']}; choose another file with: --predictions FILE\n"
        == result.stderr
    )
    assert TEST == files["test"].read_text()


def test_plot_over_the_predictions(evaluate: Skerry, files: dict[str, Path]) -> None:
    """Two results may not go to one file."""
    result = evaluate("--plot", files["predictions"])

    assert 1 == result.exit_code
    assert (
        f"error: --plot would overwrite {files['predictions']}; choose another file with: --plot FILE\n"
        == result.stderr
    )


def test_predictions_in_no_folder(evaluate: Skerry, tmp_path: Path) -> None:
    """The error comes before the work starts."""
    result = evaluate("--predictions", tmp_path / "no" / "p.csv")

    expected = f"error: there is no folder {tmp_path}/no for --predictions; run: mkdir -p {tmp_path}/no\n"
    assert expected == result.stderr


@pytest.mark.parametrize("precision", ["0.2", "1", "high"])
def test_precision_that_calibration_cannot_vouch_for(evaluate: Skerry, precision: str) -> None:
    """A precision out of range is a wrong call, exit status 2."""
    assert 2 == evaluate("--precision", precision).exit_code
