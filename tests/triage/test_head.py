from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from edge.errors import RefusedError
from edge.publish.compile import in_words, train_head
from edge.records import Island
from edge.triage import Head, Triage, question_of

Compile = Callable[[dict[str, tuple[str, ...]]], Island]


def test_train_head_is_repeatable(triage: Triage, island: Island) -> None:
    """The same examples and encoder give the same bytes."""
    examples = {snippet.id: snippet.examples for snippet in island.snippets}

    assert island.head == train_head(triage.encoder, examples)


def test_train_head_says_how_far_it_is(triage: Triage) -> None:
    """Progress counts the examples encoded so far."""
    heard: list[int] = []

    train_head(triage.encoder, {"a": ["one", "two"], "b": ["three"]}, progress=heard.append)

    assert heard == [1, 2, 3]


def test_head_is_small(triage: Triage) -> None:
    """A head for 30 snippets with 15 examples each leaves room for the answers below 256 kB."""
    examples = {f"snippet-{n}": [f"question {n} in wording {wording}" for wording in range(15)] for n in range(30)}

    weights = train_head(triage.encoder, examples)

    assert len(msgspec.msgpack.encode(weights)) < 210_000


def test_exact_finds_examples_in_normal_form(head: Head) -> None:
    """An author's own example matches in any case and punctuation; other questions do not."""
    assert head.exact("when does it ship") == (0, 0)
    assert head.exact(question_of("Refund, please!")) == (1, 8)
    assert head.exact("when does it") is None
    assert head.exact("") is None


def test_exact_leaves_contested_examples_to_the_evidence(compile_island: Compile) -> None:
    """A question that is an example of two snippets is not an exact match."""
    island = compile_island({"a": ("same question", "one", "one"), "b": ("Same question?", "two", "three")})

    head = Head.load(island)

    assert head.exact("same question") is None
    assert head.exact("one") == (0, 1)


def test_evidence_points_to_the_nearest_example(triage: Triage, head: Head) -> None:
    """Each kind of evidence has one value per snippet, and the nearest example is named."""
    evidence = head.evidence("money back now", triage.encoder.encode("money back now"))

    assert evidence.log_probability.shape == evidence.nearest.shape == evidence.spelling.shape == (4,)
    assert np.exp(evidence.log_probability).sum() == pytest.approx(1, abs=1e-4)
    assert evidence.nearest.argmax() == evidence.log_probability.argmax() == 1
    assert head.examples[head.nearest(evidence, 1)] == "money back?"


def test_evidence_with_uneven_examples(triage: Triage, compile_island: Compile) -> None:
    """A snippet with one example is judged by that example, though another snippet has many."""
    head = Head.load(
        compile_island({"one": ("track my parcel",), "many": ("refund", "money back", "return it", "swap")})
    )

    evidence = head.evidence("track parcel", triage.encoder.encode("track parcel"))

    assert evidence.nearest[0] == pytest.approx(evidence.best[0])
    assert evidence.nearest[0] > evidence.nearest[1]


def test_title_speaks_for_its_snippet_and_is_never_shown(triage: Triage) -> None:
    """A question in the title's words is nearer to the snippet than without; the nearest example stays the author's."""
    examples = {"a": ("can i return my order", "swap for another size"), "b": ("is it sold out", "will it be back")}
    texts = [text for those in examples.values() for text in those]
    plain = Head(train_head(triage.encoder, examples), texts)
    titled = Head(train_head(triage.encoder, examples, titles={"a": "refund", "b": "restock"}), texts)
    question, embedding = "refund when", triage.encoder.encode("refund when")

    without, heard = plain.evidence(question, embedding), titled.evidence(question, embedding)

    assert heard.nearest[0] > without.nearest[0] + 0.1
    assert heard.log_probability[0] > without.log_probability[0]
    nearest = [titled.nearest(heard, snippet) for snippet in range(2)]
    assert heard.best[0] > heard.cosines[nearest[0]] == pytest.approx(without.cosines[nearest[0]], abs=1e-6)
    assert nearest == [plain.nearest(without, snippet) for snippet in range(2)]
    assert titled.exact("refund") is None


def test_title_that_fits_other_snippets_better_is_not_heard(triage: Triage) -> None:
    """A title is left out when three other snippets' examples are nearer to it; the head is then as without it."""
    examples = {
        "joke": ("is it sold out", "will it be back"),
        "return": ("refund please", "can i get a refund"),
        "late": ("refund because it is late", "refund for late parcels"),
        "twice": ("charged twice, refund", "refund the second charge"),
    }

    assert train_head(triage.encoder, examples, titles={"joke": "refunds"}) == train_head(triage.encoder, examples)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ship-date", "ship date"),
        ("100_NIGHT_TRIAL", "100 night trial"),
        ("cardArrival", "card arrival"),
        ("When it ships?", "when it ships"),
        ("--", ""),
    ],
)
def test_in_words_parts_what_programs_join(name: str, words: str) -> None:
    """Ids and labels are read as their words."""
    assert in_words(name) == words


def test_load_refuses_fewer_classes_than_examples(island: Island) -> None:
    """Every example belongs to a snippet."""
    broken = msgspec.structs.replace(island.head, example_class=island.head.example_class[2:])

    with pytest.raises(RefusedError, match=r"^island's head has classes for 23 examples, expected 24$"):
        Head.load(msgspec.structs.replace(island, head=broken))


def test_load_refuses_parts_that_do_not_fit(island: Island) -> None:
    """Arrays of another size than the examples are refused, with the sizes."""
    broken = msgspec.structs.replace(island.head, example_scale=island.head.example_scale[4:])

    with pytest.raises(
        RefusedError, match=r"^island's head has 92 bytes of example_scale, expected <f4 in the shape \(24, 1\)$"
    ):
        Head.load(msgspec.structs.replace(island, head=broken))


def test_neighbourhood_says_how_examples_lie(head: Head, compile_island: Compile) -> None:
    """Examples are nearer to their own snippet than to others. A single example or snippet gets default values."""
    alone = Head.load(compile_island({"refund": ("can i get a refund",)})).neighbourhood

    assert head.neighbourhood.island_own > head.neighbourhood.island_other > 0
    assert head.neighbourhood.island_own == pytest.approx(head.neighbourhood.own.mean(), abs=1e-6)
    assert (alone.island_own, alone.island_other) == (0.5, 0)


def test_load_refuses_snippet_without_examples(island: Island) -> None:
    """Every snippet of a head has an example."""
    broken = msgspec.structs.replace(island.head, example_class=bytes(48))

    with pytest.raises(
        RefusedError, match=r"^island's head has a snippet without examples, expected at least one for each$"
    ):
        Head.load(msgspec.structs.replace(island, head=broken))
