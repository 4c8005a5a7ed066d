"""`edge.triage` at its limits: one edit or two, messages that differ by one word, golden questions."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from edge.errors import Reason, RefusedError
from edge.records import Island
from edge.triage import Acceptor, Head, Matter, Triage, is_foreign, normalise, question_of
from edge.triage.encoder import EncoderCard, GoldenInput
from edge.triage.head import Ranked, Weighed, candidates_of
from edge.triage.message import is_small_talk
from edge.triage.spelling import Speller

SLIPS: dict[str, tuple[str, str, str]] = {
    "a word of four letters, one too many for one of three": ("cap", "capp", "cap"),
    "a word of three letters is too short": ("caps", "cas", "cas"),
    "a letter that stands two places too far": ("zoom", "oozm", "oozm"),
    "a letter left out and another put in after it": ("shop", "soyp", "soyp"),
    "a letter put in and another left out after it": ("soyp", "shop", "shop"),
    "the first letter moved to the end": ("table", "ablet", "ablet"),
    "two letters swapped at the end": ("table", "tabel", "table"),
    "two letters swapped at the beginning": ("table", "atble", "table"),
    "the last letter changed": ("table", "tablr", "table"),
    "a code is nobody's slip": ("gr8y", "gray", "gray"),
    "a word with an accent is left alone": ("table", "tablé", "tablé"),
    "of two as near and as frequent, the first by the alphabet": ("bolt bola", "bolx", "bola"),
    "of two as near, the one that starts alike": ("mold bolt bolt", "molt", "mold"),
    "of two that start alike, the more frequent": ("bold bolt bolt", "bolx", "bolt"),
}


@pytest.mark.parametrize(("words", "typed", "expected"), SLIPS.values(), ids=SLIPS.keys())
def test_slip(words: str, typed: str, expected: str) -> None:
    """One insertion, deletion, change or swap of neighbours, and nothing more."""
    assert expected == Speller(words.split()).corrected(typed, lambda _: False)


def test_word_that_the_encoder_knows_is_left_alone() -> None:
    """It is not corrected, although the island has a similar word."""
    assert "shop chip ship" == Speller(["ship"]).corrected("shop chip shipp", {"shop", "chip"}.__contains__)


FOREIGN = {
    "two words of one language": ("donde esta", True),
    "one word, said twice": ("donde donde", False),
    "one word each of two languages": ("donde warum", False),
    "two words, and as many English ones": ("donde esta the order", False),
    "three words, and two English ones": ("donde esta pedido the order", True),
    "as many letters of another script as Latin ones": ("ab жд", False),
    "one letter more": ("ab ждю", True),
    "signs of no script": ("é 123 456", False),
    "no letters at all": ("१२३", False),
    "one letter of another script alone": ("ж", True),
}


@pytest.mark.parametrize(("text", "expected"), FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign(text: str, expected: bool) -> None:
    """A message is foreign by two function words, if it has fewer English ones, or by its letters."""
    assert expected is is_foreign(text)


SMALL_TALK = {
    "a name alone": ("@mara", True),
    "a name and a cheer": ("@mara hi", True),
    "a cheer and a filler": ("hi all", True),
    "a filler alone": ("all", False),
    "a cheer and a word": ("hi parcel", False),
    "nothing": ("", True),
}


@pytest.mark.parametrize(("text", "expected"), SMALL_TALK.values(), ids=SMALL_TALK.keys())
def test_small_talk(text: str, expected: bool) -> None:
    """Small talk needs a cheer, and no word outside the lists."""
    assert expected is is_small_talk(text)


def changed_golden(island: Island, triage: Triage, head: Head, off: float) -> Island:
    """The island with the confidence of one golden question raised by `off`."""
    for golden in island.golden:
        found = triage.weigh(head, normalise(golden.question)).confidence
        if 0.2 < found + off < 0.99:
            return msgspec.structs.replace(island, golden=(msgspec.structs.replace(golden, confidence=found + off),))
    raise AssertionError("no golden question is in between")


@pytest.mark.parametrize(("off", "is_served"), [(0.0, True), (-0.09, True), (-0.11, False), (-0.15, False)])
def test_golden_question_judged_a_little_otherwise(
    island: Island, triage: Triage, head: Head, off: float, is_served: bool
) -> None:
    """A difference of a tenth is accepted as rounding; more is refused as another model."""
    changed = changed_golden(island, triage, head, off)

    def is_taken() -> bool:
        try:
            triage.check_golden(changed, head)
        except RefusedError as error:
            return error.reason is not Reason.MODEL_SELFTEST_FAILED
        return True

    assert is_served is is_taken()


def test_golden_question_judged_alike_but_for_another_snippet(island: Island, triage: Triage, head: Head) -> None:
    """The same confidence for another snippet is refused, and so is a golden question without a word."""
    golden = island.golden[0]
    wrong = [msgspec.structs.replace(golden, snippet="other"), msgspec.structs.replace(golden, question="?!")]
    texts = []
    for one in wrong:
        with pytest.raises(RefusedError) as caught:
            triage.check_golden(msgspec.structs.replace(island, golden=(one,)), head)
        texts.append(caught.value.text.split(", expected ")[0].partition(" with ")[0])

    assert [f"golden question 0 gave {golden.snippet}", "golden question 0 gave no candidate"] == texts


def test_model_is_named_by_the_beginnings_of_all_hashes(triage: Triage, head: Head) -> None:
    """Every verdict names the model, also one without candidates."""
    hashes = {
        "encoder": triage.encoder.id, "acceptor": triage.acceptor.id, "reader": triage.reader.id,
        "things": triage.things.id,
    }  # fmt: skip
    name = "+".join(f"{kind}-{fingerprint[:8]}" for kind, fingerprint in hashes.items())

    assert re.fullmatch(r"([a-z]+-[0-9a-f]{8}\+){3}things-[0-9a-f]{8}", triage.model)
    assert {name} == {triage.judge(head, Matter(text)).model for text in ("", "refund please", "where is my money")}


def test_confidences_share_what_the_leading_one_leaves(triage: Triage, head: Head) -> None:
    """The others' confidences follow their shares. An exact match has confidence and similarity 1."""
    verdict = triage.judge(head, Matter("will i get sent the right size soon"))
    first, second, third = (candidate.confidence for candidate in verdict.candidates)
    evidence = head.evidence(*_asked(triage, "will i get sent the right size soon"))
    order, share = triage.acceptor.rank(evidence)

    assert share[order[1]] / share[order[2]] == pytest.approx(second / third, rel=1e-4)
    assert verdict.any_confidence == pytest.approx(first + second + third)
    assert verdict.any_confidence >= first
    exact = triage.judge(head, Matter(question_of("refund please")))
    assert (1.0, 1.0, 1) == (exact.candidates[0].confidence, exact.candidates[0].similarity, len(exact.candidates))


def _asked(triage: Triage, text: str) -> tuple[str, Any]:
    return text, triage.encoder.encode(text)


def test_island_of_one_snippet_is_as_sure_of_any_as_of_the_first(
    triage: Triage, compile_island: Callable[[dict[str, tuple[str, ...]]], Island]
) -> None:
    """With one snippet, `any_confidence` is the confidence of that snippet."""
    head = Head.load(compile_island({"refund": ("can i get a refund", "money back", "return for refund")}))
    verdict = triage.judge(head, Matter("do i get some money back"))

    assert verdict.any_confidence == verdict.confidence
    assert 1 == len(verdict.candidates)


def test_island_of_two_snippets_gives_the_second_what_the_first_leaves(
    triage: Triage, compile_island: Callable[[dict[str, tuple[str, ...]]], Island]
) -> None:
    """For a question about two snippets, `any_confidence` is higher than the first confidence."""
    head = Head.load(compile_island({"refund": ("can i get a refund", "money back"), "size": ("sizes", "too small")}))
    first, second = (one.confidence for one in triage.judge(head, Matter("refund the small size")).candidates)

    assert second > 0.05
    assert triage.judge(head, Matter("refund the small size")).any_confidence == pytest.approx(first + second)


@pytest.mark.parametrize(("cosine", "similarity"), [(1.001, 1.0), (0.5, 0.5), (-0.5, -0.5), (-1.001, -1.0)])
def test_similarity_is_a_cosine_whatever_rounding_makes_of_it(head: Head, cosine: float, similarity: float) -> None:
    """A similarity is between -1 and 1, in spite of rounding."""
    (candidate,) = candidates_of(head, Weighed([Ranked(0, 0, 0.5, cosine)], 0.5))

    assert similarity == candidate.similarity


def test_small_talk_and_language_are_of_the_question(triage: Triage, head: Head) -> None:
    """The verdict holds what each filter says of the question."""
    found = [triage.judge(head, Matter(text)) for text in ("hi all", "where is the order", "donde esta mi pedido")]

    assert [(True, False), (False, False), (False, True)] == [(one.asks == 0, one.is_foreign) for one in found]


def test_question_is_read_up_to_its_1024th_character(triage: Triage) -> None:
    """Characters without meaning count towards the limit like others."""
    whole, cut = "!" * 1_018 + "refund", "!" * 1_019 + "refund"

    assert np.array_equal(triage.encoder.encode("refund"), triage.encoder.encode(whole))
    assert np.array_equal(triage.encoder.encode("refun"), triage.encoder.encode(cut))


@pytest.mark.parametrize(("minimum", "is_good"), [(0.999, True), (1.5, False), (float("nan"), False)])
def test_golden_input_must_come_near_its_embedding(triage: Triage, minimum: float, is_good: bool) -> None:
    """A cosine must be at least the card's minimum; one that is not a number is refused."""
    embedding = base64.b64encode(triage.encoder.encode("hello").astype("<f2").tobytes()).decode()
    card = EncoderCard(
        name="test", max_tokens=8, dimensions=384, minimum_cosine=minimum, sha256={},
        golden=(GoldenInput(text="hello", embedding=embedding),),
    )  # fmt: skip

    def is_taken() -> bool:
        try:
            triage.encoder.check_golden(card)
        except RefusedError:
            return False
        return True

    assert is_good is is_taken()


def test_acceptor_of_other_features_is_refused(model_files: dict[str, bytes]) -> None:
    """An acceptor for other features is refused: it would read one number as another."""
    weights = msgspec.json.decode(model_files["acceptor/acceptor.json"])
    weights["features"] = [*weights["features"][1:], weights["features"][0]]
    data = msgspec.json.encode(weights)
    card = f'sha256 = "{hashlib.sha256(data).hexdigest()}"'.encode()
    with pytest.raises(RefusedError, match=r"does not fit this program: made for the features lead, ") as caught:
        Acceptor.load(data, card)

    assert Reason.MODEL_MISMATCH is caught.value.reason


def test_known_word_is_one_token(triage: Triage) -> None:
    """An ordinary word is one token, a misspelt one several."""
    assert [True, False] == [triage.encoder.knows(word) for word in ("order", "ordre")]
