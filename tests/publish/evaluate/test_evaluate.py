"""Triage is evaluated on labelled texts of any kind."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.errors import ConfigError, RefusedError
from edge.publish.evaluate import judge_all, read_labelled, train_on
from edge.publish.evaluate.evaluate import (
    COLUMNS,
    Judged,
    Trained,
    unknown_labels,
    unknown_notes,
    write_predictions,
)
from edge.publish.evaluate.labelled_csv import Labelled
from edge.triage import Triage

EXAMPLES = {
    "Shipping & Delivery": ("when does it ship", "has my order left yet", "where is my parcel", "shipping time?"),
    "refund": ("can i get my money back", "i want a refund", "return it for cash"),
}
ROWS = [Labelled(text, label) for label, texts in EXAMPLES.items() for text in texts]


@pytest.fixture(scope="module")
def learn(triage: Triage) -> Callable[..., Trained]:
    """A function that trains on rows at the default target precision."""

    def learn_from(rows: list[Labelled]) -> Trained:
        return train_on(rows, triage=triage, target_precision=0.9)

    return learn_from


@pytest.fixture(scope="module")
def trained(learn: Callable[..., Trained]) -> Trained:
    """Trained on the two labels of `ROWS`."""
    return learn(ROWS)


def _ask(trained: Trained, *texts: str) -> list[Judged]:
    return judge_all(trained, [Labelled(text, "refund") for text in texts])


def _small(labels: int) -> str:
    return f"{labels} labels; confidence is calibrated for 10 or more, and less accurate below"


def test_labels_are_turned_into_snippets_and_back(trained: Trained) -> None:
    """A label may be any text. A training text is an exact match."""
    (row,) = _ask(trained, "When does it SHIP??")

    assert ("Shipping & Delivery", 1.0, "answer", "exact") == row[2:]
    assert (_small(2),) == trained.notes


def test_text_that_is_not_answered(trained: Trained) -> None:
    """It has a predicted label too."""
    (row,) = _ask(trained, "volcano opera singers eat glass")

    assert row.outcome != "answer"
    assert row.predicted in EXAMPLES


def test_text_without_a_word(trained: Trained) -> None:
    """It is predicted to have the commonest label, with confidence 0."""
    assert [Judged("🙏🙏", "refund", "Shipping & Delivery", 0.0, "escalate", "out_of_scope")] == _ask(trained, "🙏🙏")


def test_text_that_a_pop_refuses(trained: Trained) -> None:
    """An empty text, a control character, four thousand characters: ignored, but with a predicted label."""
    rows = _ask(trained, "", "refund \x07", "i want a refund " * 250)

    assert [("ignore", "text_invalid")] * 3 == [row[4:] for row in rows]
    assert ["Shipping & Delivery", "refund", "refund"] == [row.predicted for row in rows]


def test_mixed_scripts(trained: Trained) -> None:
    """A text in any script gets a row; a text in another language than the island's is escalated."""
    rows = _ask(trained, "когда будет доставка", "返金してください", "رد المال", "refund пожалуйста 返金")

    assert [("escalate", "language_unsupported")] * 3 == [row[4:] for row in rows[:3]]
    assert all(row.predicted in EXAMPLES and 0 <= row.confidence <= 1 for row in rows)


def test_island_in_another_language(learn: Callable[..., Trained]) -> None:
    """If training texts are not English, no question is escalated because of its language."""
    rows = [
        Labelled("когда будет доставка", "ship"),
        Labelled("где мой заказ", "ship"),
        Labelled("верните деньги", "r"),
    ]
    trained = learn([*rows, Labelled("хочу возврат денег", "r")])
    (row,) = _ask(trained, "когда же доставка")

    assert "language_unsupported" != row.reason
    assert trained.notes[-1] == "training texts are mostly not English, so no question is escalated for its language"


def test_text_under_two_labels(learn: Callable[..., Trained]) -> None:
    """It is an exact match for neither, and a note says so."""
    trained = learn([*ROWS, Labelled("I want a refund!", "Shipping & Delivery")])
    (row,) = _ask(trained, "i want a refund")

    assert row.reason != "exact"
    expected = "1 training text under two labels, never an exact match; publishing refuses them"
    assert (expected, _small(2)) == trained.notes


def test_text_twice_under_one_label(learn: Callable[..., Trained], trained: Trained) -> None:
    """It counts once, as in publishing."""
    twice = learn([*ROWS, Labelled("I want a REFUND", "refund")])

    assert trained.notes == twice.notes
    assert _ask(trained, "refund it please") == _ask(twice, "refund it please")


def test_label_with_one_text(learn: Callable[..., Trained]) -> None:
    """It is learned, and a note says so."""
    trained = learn([*ROWS, Labelled("which sizes are there", "sizes")])
    (row,) = _ask(trained, "what sizes are there")

    assert "sizes" == row.predicted
    assert ("1 label with one text only: 'sizes'; publishing needs 2", _small(3)) == trained.notes


def test_a_single_label(learn: Callable[..., Trained]) -> None:
    """It is predicted for every text."""
    (row,) = _ask(learn(ROWS[4:]), "where is my order")

    assert "refund" == row.predicted


def test_single_text_does_not_answer_out_of_scope_questions(learn: Callable[..., Trained]) -> None:
    """One text does not show how much a label's questions differ, so triage is not confident of it."""
    trained = learn([Labelled("please call my mother", "call")])
    rows = _ask(trained, "how do i bake bread", "the weather in oslo", "is my parcel lost", "reset my password")

    assert [] == [row for row in rows if row.outcome == "answer"]


def test_out_of_scope_is_not_learned(learn: Callable[..., Trained]) -> None:
    """Rows labelled `oos`, texts without a word and labels left without a text have a note each."""
    trained = learn([*ROWS, Labelled("tell me a joke", "oos"), Labelled("???", "refund"), Labelled("🔥", "hype")])

    assert (
        "1 training row labelled oos left out: an island has answers only",
        "2 training texts without a word left out",
        "1 label left without a text: 'hype'",
        _small(2),
    ) == trained.notes


def test_long_training_text(learn: Callable[..., Trained]) -> None:
    """It is learned as far as the encoder reads it."""
    trained = learn([*ROWS, Labelled("which size fits " * 250, "sizes"), Labelled("size chart", "sizes")])

    assert ("1 training text over 300 characters; publishing refuses them", _small(3)) == trained.notes
    assert "sizes" == _ask(trained, "which size fits")[0].predicted


def test_five_hundred_labels(learn: Callable[..., Trained]) -> None:
    """Each text is predicted to have its own label."""
    rows = [Labelled(f"where is building number {number}", f"{number}") for number in range(501)]
    trained = learn(rows)
    judged = judge_all(trained, rows[::50])

    assert all(row.predicted == row.label for row in judged)
    assert "501 labels; publishing allows 500" in trained.notes
    assert trained.notes[0].endswith("'0', '1', '2', '3', '4' and 496 more; publishing needs 2")


@pytest.mark.parametrize("rows", [[Labelled("joke", "oos")], [Labelled("🔥", "hype")]], ids=["oos only", "no word"])
def test_nothing_to_learn_from(learn: Callable[..., Trained], rows: list[Labelled]) -> None:
    """Refused before the head is trained."""
    text = "no training text can be learned from, expected texts with labels other than oos"

    with pytest.raises(RefusedError, match=f"^{text}$"):
        learn(rows)


def test_label_that_training_lacks(trained: Trained) -> None:
    """It counts as out of scope, and a note names it."""
    rows = [Labelled("gift card?", "gift cards"), Labelled("hm", "oos"), Labelled("vip", "gift cards"), ROWS[0]]
    unknown = unknown_labels(trained, rows)

    assert {"gift cards": 2} == unknown
    assert ("2 test rows out of scope because training lacks the label: 'gift cards'",) == unknown_notes(unknown)
    assert () == unknown_notes({})


def test_progress_counts_every_question(trained: Trained) -> None:
    """The caller can draw a progress bar."""
    steps: list[tuple[str, int, int]] = []
    judge_all(trained, ROWS[:2], progress=lambda *step: steps.append(step))

    assert [("judging questions", 1, 2), ("judging questions", 2, 2)] == steps


def test_predictions_can_be_read_again(tmp_path: Path) -> None:
    """A text is read as it was written, with line ends of all kinds in it."""
    text = ' a,"b"\r\nc\rd\n é 🙏'
    write_predictions(tmp_path / "p.csv", [Judged(text, "x, y", "z", 0.12345678, "escalate", "out_of_scope")])
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        header, row = csv.reader(file)

    assert list(COLUMNS) == header
    assert [text, "x, y", "z", "0.123457", "escalate", "out_of_scope"] == row
    assert [Labelled(text, "x, y")] == read_labelled(tmp_path / "p.csv")


def test_predictions_that_cannot_be_written(tmp_path: Path) -> None:
    """The error names the option to change."""
    with pytest.raises(ConfigError) as caught:
        write_predictions(tmp_path, [])

    assert f"cannot write {tmp_path}: Is a directory, give another --predictions" == caught.value.text
