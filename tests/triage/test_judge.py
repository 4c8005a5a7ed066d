from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import Island
from edge.triage import Acceptor, Encoder, Head, Matter, Triage, load_triage, normalise

Compile = Callable[[dict[str, tuple[str, ...]]], Island]


def test_judge_exact_match(triage: Triage, head: Head) -> None:
    """An author's own example has confidence 1, in any case and punctuation."""
    verdict = triage.judge(head, Matter(normalise("WHEN does it ship")))

    assert verdict.exact
    assert verdict.confidence == verdict.any_confidence == 1.0
    assert verdict.candidates[0].snippet == "ship-date"
    assert verdict.candidates[0].nearest_example == "when does it ship?"


def test_judge_exact_match_after_correction(triage: Triage, head: Head) -> None:
    """With a typing error it is still an exact match of the author's example."""
    verdict = triage.judge(head, Matter(normalise("when will my hodie be sent out?")))

    assert verdict.exact
    assert verdict.candidates[0].nearest_example == "when will my hoodie be sent out"


@pytest.mark.parametrize(
    ("typed", "snippet"),
    [
        ("whens the hoodie gonna ship", "ship-date"),
        ("i wnat my mony back", "refund"),
        ("wat size shud i get", "sizes"),
        ("will more be in stock soon or sold out forever", "restock"),
    ],
)
def test_judge_real_spelling(triage: Triage, head: Head, typed: str, snippet: str) -> None:
    """In viewers' spelling the author's questions lead to the right snippet and name the nearest example."""
    verdict = triage.judge(head, Matter(normalise(typed)))

    assert verdict.candidates[0].snippet == snippet
    assert verdict.confidence > 0.5
    assert not verdict.exact
    assert verdict.candidates[0].similarity > 0.4


@pytest.mark.parametrize(
    "typed", ["what's the capital of france", "asdkjh qwe", "gg lol", "who won the match yesterday"]
)
def test_judge_what_no_snippet_answers(triage: Triage, head: Head, typed: str) -> None:
    """A question on another subject has only candidates with a low confidence."""
    assert triage.judge(head, Matter(normalise(typed))).confidence < 0.3


@pytest.mark.parametrize("typed", ["", "  ", "😂😂", "?!"])
def test_judge_no_words(triage: Triage, head: Head, typed: str) -> None:
    """A text without a word has no candidates."""
    verdict = triage.judge(head, Matter(normalise(typed)))

    assert verdict.candidates == ()
    assert verdict.confidence == verdict.any_confidence == 0.0


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=80))
def test_judge_confidences_are_probabilities(triage: Triage, head: Head, text: str) -> None:
    """For any text there are at most three confidences, which are probabilities and add up to `any_confidence`."""
    verdict = triage.judge(head, Matter(normalise(text)))
    confidences = [candidate.confidence for candidate in verdict.candidates]

    assert all(0 <= confidence <= 1 for confidence in confidences)
    assert sum(confidences) == pytest.approx(verdict.any_confidence, abs=1e-6)
    assert verdict.any_confidence <= 1
    assert len(confidences) <= 3


def test_judge_agrees_between_threads(triage: Triage, head: Head) -> None:
    """Threads that share triage get the verdicts that one alone gets."""
    typed = [
        f"{verb} the {noun}" for verb in ("ship", "refund", "size of", "restock") for noun in ("hoodie", "cap", "mug")
    ]
    alone = [triage.judge(head, Matter(normalise(text))) for text in typed]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda text: triage.judge(head, Matter(normalise(text))), typed))

    assert alone == together


class CountingEncoder(Encoder):
    """Counts its runs."""

    def __init__(self, encoder: Encoder) -> None:
        self.__dict__.update(encoder.__dict__)
        self.runs = 0

    def encode(self, text: str) -> NDArray[np.float32]:
        """The embedding."""
        self.runs += 1
        return super().encode(text)


@pytest.fixture
def counting(triage: Triage) -> Triage:
    """Triage that counts the runs of its encoder."""
    return Triage(CountingEncoder(triage.encoder), triage.acceptor, triage.reader, triage.things)


@pytest.fixture
def about_hoodies(island: Island) -> Head:
    """The small drop, which says what it is about."""
    return Head.load(msgspec.structs.replace(island, about=("hoodie", "drop", "order", "refund"), not_about=("cap",)))


OTHERS = {
    "how many socks until the order ships": "how long until the order ships",
    "when will my teapot be sent out": "when will my hoodie be sent out",
    "do you give refunds on quorbls": "do you give refunds on hoodies",
    "is the cap true to size": "is the hoodie true to size",
    "are more train tickets coming": "are more hoodies coming",
}


@pytest.mark.parametrize("other", OTHERS)
def test_judge_same_question_about_another_thing(triage: Triage, head: Head, about_hoodies: Head, other: str) -> None:
    """It costs confidence where the island says what it is about, and its own example stays exact."""
    before, after = (triage.judge(one, Matter(other)).confidence for one in (head, about_hoodies))

    assert after < 0.97 * before
    assert triage.judge(about_hoodies, Matter(normalise(OTHERS[other]))).exact


@pytest.mark.parametrize("parts", range(8))
def test_judge_costs_at_most_eight_runs(counting: Triage, about_hoodies: Head, parts: int) -> None:
    """Also if each part is about another thing, and its words would have to be compared with ours."""
    texts = tuple(
        f"when will my {thing} be sent out" for thing in ("quorb", "teapot", "zint", "vim", "wug", "blik", "dax")
    )
    matter = Matter(" ".join(texts), parts=texts[:parts])

    counting.judge(about_hoodies, matter)

    assert isinstance(counting.encoder, CountingEncoder)
    assert 1 + parts <= counting.encoder.runs <= 8


def test_judge_does_not_depend_on_what_was_asked_before(counting: Triage, triage: Triage, about_hoodies: Head) -> None:
    """Names that are compared are remembered, and use up as many runs as before: equal matters, equal verdicts."""
    matter = Matter(normalise("how should i wash the quorbl"))
    first = counting.judge(about_hoodies, matter)

    assert first == counting.judge(about_hoodies, matter) == triage.judge(about_hoodies, matter)


def test_judge_correction_without_context(triage: Triage, compile_island: Compile) -> None:
    """Slang that is one letter from a word of the island's is not that word; a misspelt question still is."""
    head = Head.load(
        compile_island(
            {"group": ("can i play coop", "is there coop", "coop?"), "price": ("how much", "what is the cost")}
        )
    )

    assert triage.judge(head, Matter("poop")).confidence < 0.1
    assert triage.judge(head, Matter("cosy")).confidence < 0.3
    assert triage.judge(head, Matter("is there coopp")).exact


def test_judge_island_of_one_snippet(triage: Triage, compile_island: Compile) -> None:
    """An island with a single snippet still recognises questions that it does not answer."""
    head = Head.load(compile_island({"refund": ("can i get a refund", "money back", "return for refund")}))

    assert (
        triage.judge(head, Matter(normalise("i want my money back please"))).confidence
        > triage.judge(head, Matter(normalise("play a song"))).confidence
    )


def test_judge_island_of_two_snippets(triage: Triage, compile_island: Compile) -> None:
    """An island with two snippets distinguishes them."""
    head = Head.load(compile_island({"refund": ("can i get a refund", "money back"), "size": ("sizes", "too small")}))

    assert triage.judge(head, Matter(normalise("please refund me"))).candidates[0].snippet == "refund"
    assert triage.judge(head, Matter(normalise("is it too small for me"))).candidates[0].snippet == "size"


def test_check_golden_accepts_what_was_compiled(triage: Triage, island: Island, head: Head) -> None:
    """The model that compiled an island serves it."""
    assert island.golden

    triage.check_golden(island, head)


def test_check_golden_refuses_other_confidence(triage: Triage, island: Island, head: Head) -> None:
    """If a PoP judges differently from the publisher, the error names the question and both results."""
    wrong = msgspec.structs.replace(island.golden[1], snippet="restock", confidence=0.123)
    changed = msgspec.structs.replace(island, golden=(island.golden[0], wrong))

    with pytest.raises(
        RefusedError, match=r"^golden question 1 gave \S+ with confidence \d\.\d+, expected restock with 0.123 ± 0.1$"
    ) as caught:
        triage.check_golden(changed, head)

    assert caught.value.reason is Reason.MODEL_SELFTEST_FAILED


def test_check_golden_refuses_head_of_other_encoder(triage: Triage, island: Island) -> None:
    """A head that was trained for another encoder is refused."""
    other = msgspec.structs.replace(island, head=msgspec.structs.replace(island.head, encoder="ab" * 32))

    with pytest.raises(
        RefusedError, match=r"^island's head was trained for encoder abababababab, this one is [0-9a-f]{12}$"
    ) as caught:
        triage.check_golden(other, Head.load(other))

    assert caught.value.reason is Reason.MODEL_SELFTEST_FAILED


@pytest.mark.parametrize("dimensions", [0, 10])
def test_check_golden_refuses_head_of_another_width(triage: Triage, island: Island, dimensions: int) -> None:
    """A head of another width is refused, because it cannot judge any question."""
    classes, rows = len(island.head.snippets), len(island.head.example_class) // 2
    head = msgspec.structs.replace(
        island.head, weights=bytes(2 * classes * dimensions), examples=bytes(rows * dimensions)
    )
    narrow = msgspec.structs.replace(island, head=head)

    with pytest.raises(
        RefusedError, match=f"^island's head is for embeddings of {dimensions} dimensions, the encoder's have 384$"
    ) as caught:
        triage.check_golden(narrow, Head.load(narrow))

    assert caught.value.reason is Reason.METADATA_INVALID


def test_load_triage_names_missing_file(model_files: dict[str, bytes]) -> None:
    """The error names a missing model file."""
    with pytest.raises(RefusedError, match=r"^model file encoder/card.toml is missing$") as caught:
        load_triage({name: content for name, content in model_files.items() if name != "encoder/card.toml"})

    assert caught.value.reason is Reason.MODEL_MISMATCH


def test_load_acceptor_refuses_other_file(model_files: dict[str, bytes]) -> None:
    """An acceptor that its card does not describe is refused, with both hashes."""
    with pytest.raises(
        RefusedError,
        match=r"^acceptor/acceptor.json does not fit this program: its sha256 is [0-9a-f]{64}, expected [0-9a-f]{64} ",
    ) as caught:
        Acceptor.load(model_files["acceptor/acceptor.json"] + b" ", model_files["acceptor/card.toml"])

    assert caught.value.reason is Reason.MODEL_MISMATCH


def test_language_that_the_author_wrote_is_not_foreign(triage: Triage, compile_island: Compile) -> None:
    """Hindi is foreign to an island in English, and not to one whose nearest example is Hindi too."""
    english: dict[str, tuple[str, ...]] = {
        "ship-date": ("when does it ship", "where is my order"),
        "refund": ("refund please", "money back"),
    }
    both = {**english, "ship-date": (*english["ship-date"], "mera order kab aayega", "order kab tak milega bhai")}

    verdicts = [
        triage.judge(Head.load(compile_island(examples)), Matter("order kab milega mujhe"))
        for examples in (english, both)
    ]

    assert [True, False] == [verdict.is_foreign for verdict in verdicts]
