"""Sentences of answers are evidence, as titles are."""

import msgspec
import numpy as np
import pytest

from edge.publish.compile import prepare_island, remembering, sentences_of, train_head
from edge.publish.compile.unseen import MOST_SENTENCES, Unseen
from edge.publish.source import IslandSource
from edge.publish.source.island_file import parse_island
from edge.triage import Head, Triage

EXAMPLES = {"late": ("when will it come", "has it been sent"), "back": ("i do not want it", "how do i send it back")}


ANSWERS = {
    "It is **€68**. Tax is included; shipping comes on top.": "it is €68|tax is included|shipping comes on top",
    "Yes! See [the size table](https://a.example/x).": "see the size table",
    "# Returns\n\n* Send it back unworn\n* Keep the label\n\nhttps://a.example": "send it back unworn|keep the label",
    "It ships on Monday. It ships on Monday.": "it ships on monday",
    "Set snake_case_names in __bold__ or _light_ **type**": "set snake case names in bold or light type",
    "No.": "",
    "": "",
}
"""Sentences by answer, parted by bars."""


@pytest.mark.parametrize(("answer", "sentences"), ANSWERS.items())
def test_sentences(answer: str, sentences: str) -> None:
    """In normal form, each once, without Markdown, addresses and what has fewer than three words."""
    assert sentences == "|".join(sentences_of(answer))


def test_answer_speaks_for_its_snippet_and_is_never_shown(triage: Triage) -> None:
    """A question in the answer's words is nearer to its snippet; spelling, examples and neighbourhood are unchanged."""
    texts = [text for those in EXAMPLES.values() for text in those]
    answers = {"late": "The courier needs three days for delivery.", "back": ""}
    plain = Head(train_head(triage.encoder, EXAMPLES), texts)
    heard = Head(train_head(triage.encoder, EXAMPLES, answers=answers), texts)
    question = "how many days does the courier need"
    embedding = triage.encoder.encode(question)
    without, with_answer = plain.evidence(question, embedding), heard.evidence(question, embedding)

    assert with_answer.nearest[0] > without.nearest[0] + 0.1
    assert with_answer.log_probability[0] > without.log_probability[0]
    assert with_answer.spelling.tolist() == without.spelling.tolist()
    assert [heard.nearest(with_answer, one) for one in range(2)] == [plain.nearest(without, one) for one in range(2)]
    assert with_answer.neighbourhood.own.tolist() == without.neighbourhood.own.tolist()
    assert heard.exact("the courier needs three days for delivery") is None


def test_sentence_that_fits_other_snippets_better_is_not_heard(triage: Triage) -> None:
    """It is left out when three other snippets' examples are nearer to it; the head is then as without it."""
    examples = {
        "joke": ("is it sold out", "will it be back"),
        "return": ("refund please", "can i get a refund"),
        "late": ("refund because it is late", "refund for late parcels"),
        "twice": ("charged twice, refund", "refund the second charge"),
    }

    assert train_head(triage.encoder, examples) == train_head(
        triage.encoder, examples, answers={"joke": "We refund your money."}
    )


def test_three_sentences_of_an_answer_at_most() -> None:
    """The first that fit. A title does not count among them."""
    vectors, owner = np.eye(2, 4, dtype=np.float32), np.array([0, 1])
    unseen = Unseen.of({0: vectors[0]}, {0: [vectors[0]] * 5, 1: [vectors[1]]}, 4)

    assert [0, 1, 2, 3, 6] == unseen.fitting(vectors, owner).tolist()
    assert 3 == MOST_SENTENCES


def test_published_island_hears_its_answers(island_text: str, triage: Triage) -> None:
    """Compiling adds rows for sentences to those for examples and titles."""
    source: IslandSource = parse_island(island_text.encode(), path="drop.toml").source()
    silent = msgspec.structs.replace(
        source, snippets=tuple(msgspec.structs.replace(snippet, answer="") for snippet in source.snippets)
    )
    rows, fewer = (len(prepare_island(one, triage=triage).head.example_scale) // 4 for one in (source, silent))

    assert fewer + 2 == rows


def test_a_text_is_read_once(triage: Triage, island_text: str) -> None:
    """Remembered embeddings are those that a PoP computes, one text a run; the island is the same."""
    source = parse_island(island_text.encode(), path="drop.toml").source()
    remembered = remembering(triage)
    text = source.snippets[0].examples[0]

    assert remembered is remembering(remembered)
    assert remembered.encoder.encode(text) is remembered.encoder.encode(text)
    assert triage.encoder.encode(text).tolist() == remembered.encoder.encode(text).tolist()
    assert prepare_island(source, triage=triage) == prepare_island(source, triage=remembered)
