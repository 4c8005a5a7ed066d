"""`edge.daemon.sync.head_cache`: a head is checked once, and again when anything of it is different."""

from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.daemon.sync.head_cache import MAX_UNUSED, HeadCache
from edge.errors import Reason, RefusedError
from edge.publish.compile import assemble_island, unsigned_snippet
from edge.records import Island, Verdict
from edge.triage import Encoder, Head, Triage, question_of
from tests.pen import Pen


class CountingEncoder(Encoder):
    """The real encoder, which notes what it encodes."""

    def __init__(self, encoder: Encoder) -> None:
        vars(self).update(vars(encoder))
        self.encoded = list[str]()

    def encode(self, text: str) -> NDArray[np.float32]:
        """As `Encoder.encode`."""
        self.encoded.append(text)
        return super().encode(text)


class CountingTriage(Triage):
    """The real triage, which counts the questions that it weighs, and notes what it encodes."""

    encoder: CountingEncoder
    weighed = 0

    def weigh(self, head: Head, corrected: str, encode: Callable[[str], NDArray[np.float32]] | None = None) -> Verdict:
        """As `Triage.weigh`."""
        self.weighed += 1
        return super().weigh(head, corrected, encode)


@pytest.fixture
def triage(pen: Pen) -> CountingTriage:
    """The shipped model."""
    return CountingTriage(
        CountingEncoder(pen.triage.encoder), pen.triage.acceptor, pen.triage.reader, pen.triage.things
    )


@pytest.fixture
def island(pen: Pen) -> Island:
    """The sample drop, unsigned."""
    snippets = tuple(unsigned_snippet(pen.prepared, snippet) for snippet in pen.prepared.source.snippets)
    return assemble_island(pen.prepared, snippets, revision=1)


def test_next_revision_with_the_same_head(triage: CountingTriage, island: Island) -> None:
    """The cached head is used, and no question is judged again."""
    heads = HeadCache(triage)
    first = heads.head(island)
    judged = triage.weighed
    second = heads.head(msgspec.structs.replace(island, revision=2, title="Another title"))

    assert first is second
    assert len(island.golden) == judged == triage.weighed


def test_next_revision_with_one_new_question(triage: CountingTriage, island: Island) -> None:
    """Every golden question is judged, and only the new one is encoded."""
    before = HeadCache(triage).head(island)
    new = msgspec.structs.replace(island.golden[0], question="how long until it is here")
    changed = _with_true_verdicts(triage, msgspec.structs.replace(island, golden=(new, *island.golden[1:])))
    triage.encoder.encoded.clear()
    judged = triage.weighed

    head = HeadCache(triage).head(changed, before)

    assert judged + len(island.golden) == triage.weighed
    assert [new.question] == triage.encoder.encoded
    assert set(head.golden) == {new.question, *list(before.golden)[1:]}


def test_head_before_hides_no_fault(triage: CountingTriage, island: Island) -> None:
    """The same golden questions with another verdict fail, although nothing is encoded for them."""
    before = HeadCache(triage).head(island)
    triage.encoder.encoded.clear()

    with pytest.raises(RefusedError) as caught:
        HeadCache(triage).head(_other_golden(island), before)

    assert (Reason.MODEL_SELFTEST_FAILED, []) == (caught.value.reason, triage.encoder.encoded)


def test_embeddings_of_another_encoder_are_not_used(triage: CountingTriage, island: Island) -> None:
    """A head that names another encoder says nothing about this one's embeddings."""
    before = HeadCache(triage).head(island)
    before.encoder = "0" * 64
    triage.encoder.encoded.clear()

    HeadCache(triage).head(island, before)

    assert len(island.golden) == len(triage.encoder.encoded)


def test_head_with_one_before_judges_as_one_without(triage: CountingTriage, island: Island) -> None:
    """Normal forms that are taken from the head before are those that would be computed."""
    snippet, *others = island.snippets
    renamed = msgspec.structs.replace(snippet, examples=(snippet.examples[0] + " PLEASE!", *snippet.examples[1:]))
    changed = msgspec.structs.replace(island, snippets=(renamed, *others))

    alone = HeadCache(triage).head(changed)
    after = HeadCache(triage).head(changed, HeadCache(triage).head(island))

    assert (alone.examples, alone.normal) == (after.examples, after.normal)


def _with_true_verdicts(triage: Triage, island: Island) -> Island:
    head = Head.load(island)
    verdicts = [triage.weigh(head, triage.corrected(head, question_of(one.question))) for one in island.golden]
    golden = tuple(
        msgspec.structs.replace(one, snippet=verdict.candidates[0].snippet, confidence=verdict.confidence)
        for one, verdict in zip(island.golden, verdicts, strict=True)
    )
    return msgspec.structs.replace(island, golden=golden)


def _other_golden(island: Island) -> Island:
    golden = tuple(
        msgspec.structs.replace(question, confidence=question.confidence / 2 + 0.3) for question in island.golden
    )
    return msgspec.structs.replace(island, golden=golden)


def _other_encoder(island: Island) -> Island:
    return msgspec.structs.replace(island, head=msgspec.structs.replace(island.head, encoder="0" * 64))


@pytest.mark.parametrize("change", [_other_golden, _other_encoder])
def test_head_that_would_fail_is_not_hidden_by_one_that_passed(
    triage: CountingTriage, island: Island, change: Callable[[Island], Island]
) -> None:
    """Other golden questions, or another model: the check is made, and fails."""
    heads = HeadCache(triage)
    heads.head(island)

    with pytest.raises(RefusedError) as caught:
        heads.head(change(island))
    assert Reason.MODEL_SELFTEST_FAILED is caught.value.reason


def test_other_examples_are_another_head(triage: CountingTriage, island: Island) -> None:
    """The same weights with other examples are another head."""
    heads = HeadCache(triage)
    first = heads.head(island)
    snippet, *others = island.snippets
    renamed = msgspec.structs.replace(snippet, examples=(snippet.examples[0] + " please", *snippet.examples[1:]))

    assert first is not heads.head(msgspec.structs.replace(island, snippets=(renamed, *others)))


@pytest.mark.parametrize("names", [{"about": ("cap",)}, {"not_about": ("hooded jumpers",)}])
def test_other_names_are_another_head(
    triage: CountingTriage, island: Island, names: dict[str, tuple[str, ...]]
) -> None:
    """An author corrects what the island is about, and nothing else: that is in force, too."""
    heads = HeadCache(triage)
    first = heads.head(island)

    second = heads.head(msgspec.structs.replace(island, **names))

    assert first is not second
    assert [not first.own.excludes(["hooded", "jumpers"]), first.own.is_name(["cap"])] == [True, False]
    assert second.own.excludes(["hooded", "jumpers"]) == ("not_about" in names)
    assert second.own.is_name(["cap"]) == ("about" in names)


def test_unused_head_is_forgotten(triage: CountingTriage, island: Island) -> None:
    """After `MAX_UNUSED` others it is checked again; a head that is still served is not."""
    heads = HeadCache(triage)
    served = heads.head(island)
    heads.head(msgspec.structs.replace(island, island="gone"))
    for number in range(MAX_UNUSED):
        heads.head(msgspec.structs.replace(island, island=f"island-{number}"))
    judged = triage.weighed
    assert served is heads.head(island)
    assert judged == triage.weighed
    heads.head(msgspec.structs.replace(island, island="gone"))

    assert judged + len(island.golden) == triage.weighed
