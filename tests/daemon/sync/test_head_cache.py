"""`edge.daemon.sync.head_cache`: a head is checked once, and again when anything of it is different."""

from collections.abc import Callable

import msgspec
import pytest

from edge.daemon.sync.head_cache import MAX_UNUSED, HeadCache
from edge.errors import Reason, RefusedError
from edge.publish.compile import assemble_island, unsigned_snippet
from edge.records import Island, Verdict
from edge.triage import Head, Triage
from tests.pen import Pen


class CountingTriage(Triage):
    """The real triage, which counts the questions that it weighs."""

    weighed = 0

    def weigh(self, head: Head, corrected: str) -> Verdict:
        """As `Triage.weigh`."""
        self.weighed += 1
        return super().weigh(head, corrected)


@pytest.fixture
def triage(pen: Pen) -> CountingTriage:
    """The shipped model."""
    return CountingTriage(pen.triage.encoder, pen.triage.acceptor, pen.triage.reader, pen.triage.things)


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
