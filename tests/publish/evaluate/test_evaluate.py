"""Triage is evaluated on CSV files with any labels and texts."""

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
    """Trains on rows at the shipped default."""

    def learned(rows: list[Labelled]) -> Trained:
        return train_on(rows, triage=triage, target_precision=0.9)

    return learned


@pytest.fixture(scope="module")
def trained(learn: Callable[..., Trained]) -> Trained:
    """The two labels."""
    return learn(ROWS)


def _ask(trained: Trained, *texts: str) -> list[Judged]:
    return judge_all(trained, [Labelled(text, "refund") for text in texts])


def _small(labels: int) -> str:
    return f"{labels} labels; confidence was learned on 10 or more, and is rougher below"


def test_labels_are_turned_into_snippets_and_back(trained: Trained) -> None:
    """A label may be any text; the author's own question is an exact match."""
    (row,) = _ask(trained, "When does it SHIP??")

    assert ("Shipping & Delivery", 1.0, "answer", "exact") == row[2:]
    assert (_small(2),) == trained.notes


def test_predicted_without_answering(trained: Trained) -> None:
    """What is not answered has a best candidate all the same."""
    (row,) = _ask(trained, "volcano opera singers eat glass")

    assert row.outcome != "answer"
    assert row.predicted in EXAMPLES


def test_text_without_a_word(trained: Trained) -> None:
    """The commonest label, with confidence 0."""
    assert [Judged("🙏🙏", "refund", "Shipping & Delivery", 0.0, "escalate", "out_of_scope")] == _ask(trained, "🙏🙏")


def test_text_that_a_pop_turns_away(trained: Trained) -> None:
    """Nothing, a control character, four thousand characters: refused as a PoP refuses them, judged all the same."""
    rows = _ask(trained, "", "refund \x07", "i want a refund " * 250)

    assert [("ignore", "text_invalid")] * 3 == [row[4:] for row in rows]
    assert ["Shipping & Delivery", "refund", "refund"] == [row.predicted for row in rows]


def test_mixed_scripts(trained: Trained) -> None:
    """Any script gets a row; what nobody can read is not answered."""
    rows = _ask(trained, "когда будет доставка", "返金してください", "رد المال", "refund пожалуйста 返金")

    assert [("escalate", "language_unsupported")] * 3 == [row[4:] for row in rows[:3]]
    assert all(row.predicted in EXAMPLES and 0 <= row.confidence <= 1 for row in rows)


def test_island_in_another_language(learn: Callable[..., Trained]) -> None:
    """Its questions are judged, not sent away for their language."""
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
    """It is no exact match for either, and the figures' reader is told."""
    trained = learn([*ROWS, Labelled("I want a refund!", "Shipping & Delivery")])
    (row,) = _ask(trained, "i want a refund")

    assert row.reason != "exact"
    expected = "1 training text under two labels, never an exact match; publishing refuses them"
    assert (expected, _small(2)) == trained.notes


def test_text_twice_under_one_label(learn: Callable[..., Trained], trained: Trained) -> None:
    """Counts once, as in publishing."""
    twice = learn([*ROWS, Labelled("I want a REFUND", "refund")])

    assert trained.notes == twice.notes
    assert _ask(trained, "refund it please") == _ask(twice, "refund it please")


def test_label_with_one_text(learn: Callable[..., Trained]) -> None:
    """It is learned, and the figures' reader is told."""
    trained = learn([*ROWS, Labelled("which sizes are there", "sizes")])
    (row,) = _ask(trained, "what sizes are there")

    assert "sizes" == row.predicted
    assert ("1 label with a single text: 'sizes'; publishing asks for 2", _small(3)) == trained.notes


def test_a_single_label(learn: Callable[..., Trained]) -> None:
    """There is nothing to tell apart, so all is predicted to be it."""
    (row,) = _ask(learn(ROWS[4:]), "where is my order")

    assert "refund" == row.predicted


def test_single_texts_alone_answer_nothing_strange(learn: Callable[..., Trained]) -> None:
    """One text shows nothing of how unlike its label's questions are, so it is not taken for a sure sign of them."""
    trained = learn([Labelled("please call my mother", "call")])
    rows = _ask(trained, "how do i bake bread", "the weather in oslo", "is my parcel lost", "reset my password")

    assert [] == [row for row in rows if row.outcome == "answer"]


def test_out_of_scope_is_not_learned(learn: Callable[..., Trained]) -> None:
    """An island holds answers only; texts without words and labels left empty are told of too."""
    trained = learn([*ROWS, Labelled("tell me a joke", "oos"), Labelled("???", "refund"), Labelled("🔥", "hype")])

    assert (
        "1 training row labelled oos left out: an island has answers only",
        "2 training texts without a word left out",
        "no text is left of 1 label: 'hype'",
        _small(2),
    ) == trained.notes


def test_long_training_text(learn: Callable[..., Trained]) -> None:
    """Learned as far as the encoder reads."""
    trained = learn([*ROWS, Labelled("which size fits " * 250, "sizes"), Labelled("size chart", "sizes")])

    assert ("1 training text over 300 characters; publishing refuses them", _small(3)) == trained.notes
    assert "sizes" == _ask(trained, "which size fits")[0].predicted


def test_five_hundred_labels(learn: Callable[..., Trained]) -> None:
    """Each text finds its own label among them."""
    rows = [Labelled(f"where is building number {number}", f"{number}") for number in range(501)]
    trained = learn(rows)
    found = judge_all(trained, rows[::50])

    assert all(row.predicted == row.label for row in found)
    assert "501 labels; publishing allows 500" in trained.notes
    assert trained.notes[0].endswith("'0', '1', '2', '3', '4' and 496 more; publishing asks for 2")


@pytest.mark.parametrize("rows", [[Labelled("joke", "oos")], [Labelled("🔥", "hype")]], ids=["oos only", "no word"])
def test_nothing_to_learn_from(learn: Callable[..., Trained], rows: list[Labelled]) -> None:
    """One message, before the work."""
    text = "no training text can be learned from, expected texts with labels other than oos"

    with pytest.raises(RefusedError, match=f"^{text}$"):
        learn(rows)


def test_label_that_training_lacks(trained: Trained) -> None:
    """Counts as out of scope, and the note names it."""
    rows = [Labelled("gift card?", "gift cards"), Labelled("hm", "oos"), Labelled("vip", "gift cards"), ROWS[0]]
    unknown = unknown_labels(trained, rows)

    assert {"gift cards": 2} == unknown
    assert ("2 test rows out of scope because training does not have the label: 'gift cards'",) == unknown_notes(
        unknown
    )
    assert () == unknown_notes({})


def test_progress_counts_every_question(trained: Trained) -> None:
    """So that a bar can be drawn."""
    heard: list[tuple[str, int, int]] = []
    judge_all(trained, ROWS[:2], progress=lambda *step: heard.append(step))

    assert [("judging questions", 1, 2), ("judging questions", 2, 2)] == heard


def test_predictions_can_be_read_again(tmp_path: Path) -> None:
    """Any text survives the file, line ends of all kinds among it."""
    text = ' a,"b"\r\nc\rd\n é 🙏'
    write_predictions(tmp_path / "p.csv", [Judged(text, "x, y", "z", 0.12345678, "escalate", "out_of_scope")])
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        header, row = csv.reader(file)

    assert list(COLUMNS) == header
    assert [text, "x, y", "z", "0.123457", "escalate", "out_of_scope"] == row
    assert [Labelled(text, "x, y")] == read_labelled(tmp_path / "p.csv")


def test_predictions_that_cannot_be_written(tmp_path: Path) -> None:
    """The text ends with what to give."""
    with pytest.raises(ConfigError) as caught:
        write_predictions(tmp_path, [])

    assert f"cannot write {tmp_path}: Is a directory, give another --predictions" == caught.value.text
