"""From an authored island to the bytes that a PoP opens."""

from datetime import UTC, datetime, timedelta
from statistics import mean

import msgspec
import numpy as np
import pytest

from edge.errors import Reason, RefusedError
from edge.publish.compile import Prepared, assemble_island, compile_head, names_to_propose, prepare_island, sign_island
from edge.publish.keys import PrivateKey
from edge.publish.source import IslandSource
from edge.publish.source.island_file import parse_island
from edge.records import Automation, Island, IslandName, SnippetDocument
from edge.triage import Head, Matter, Triage, question_of
from edge.trust import open_stored_island, read_signature_input, verify_snippet

NOW = datetime(2026, 10, 1, 12, 30, 15, 250_000, tzinfo=UTC)
DROP = IslandName("acme", "drop")


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    """The tenant's key."""
    return PrivateKey.generate("tenant.acme")


@pytest.fixture
def source(island_text: str) -> IslandSource:
    """The authored island, with one question written twice."""
    text = island_text.replace('"refund status"', '"I want a REFUND!!"').replace('answer = "', 'answer = "\\n ')
    return parse_island(text.encode(), path="drop.toml").source()


@pytest.fixture
def prepared(source: IslandSource, triage: Triage) -> Prepared:
    """The island with a trained head."""
    return prepare_island(source, triage=triage)


def test_signed_island_has_what_its_author_wrote(prepared: Prepared, key: PrivateKey) -> None:
    """Every field is in the island; its target has what a PoP must know before it fetches the island."""
    signed = sign_island(prepared, revision=7, signer=key, now=NOW)
    island = open_stored_island(signed.data, name=DROP, keys={"": key.public})

    assert (7, "Acme summer drop", 21_600, 0.9, "fast") == (
        island.revision,
        island.title,
        island.max_stale_s,
        island.target_precision,
        island.default_lane,
    )
    assert ("resellers",) == island.context.risk_flags
    assert [("payments", ("refund",))] == [(route.lane, route.snippets) for route in island.routes]
    assert [Automation.ANSWER, Automation.REVIEW] == [snippet.automation for snippet in island.snippets]
    assert (7, island.opens, island.expires, 21_600, None) == msgspec.structs.astuple(signed.custom)
    assert ("drop", msgspec.UNSET) == (island.event_name, island.event)


def test_islands_share_an_event(prepared: Prepared, key: PrivateKey) -> None:
    """The name that the author gives it is signed."""
    shared = msgspec.structs.replace(prepared, source=msgspec.structs.replace(prepared.source, event="summer"))
    signed = sign_island(shared, revision=7, signer=key, now=NOW)

    assert "summer" == open_stored_island(signed.data, name=DROP, keys={"": key.public}).event_name


def test_snippet_is_signed_for_its_island_and_revision(prepared: Prepared, key: PrivateKey) -> None:
    """The document names tenant, island, revision and snippet, and the signature lasts as long as the island."""
    signed = sign_island(prepared, revision=7, signer=key, now=NOW)
    island = msgspec.msgpack.decode(signed.data, type=Island)
    snippet = island.snippets[0]
    terms = read_signature_input(snippet.signature_input)
    expected = SnippetDocument(
        tenant="acme",
        island="drop",
        revision=7,
        snippet="ship-date",
        locale="en",
        answer="Orders ship **within two weeks**.",
        approved_by="Ada, Acme support",
        approved_at=NOW.replace(microsecond=0),
        expires=island.expires,
    )

    assert expected == verify_snippet(snippet, keys={"": key.public}, name=DROP, revision=7)
    assert (int(NOW.timestamp()), int(island.expires.timestamp())) == (terms.created, terms.expires)


def test_signature_outlives_an_expiry_between_seconds(source: IslandSource, triage: Triage, key: PrivateKey) -> None:
    """Signatures count whole seconds, so the last one is rounded up."""
    expires = source.expires + timedelta(milliseconds=1)
    prepared = prepare_island(msgspec.structs.replace(source, expires=expires), triage=triage)
    signed = sign_island(prepared, revision=1, signer=key, now=NOW)

    open_stored_island(signed.data, name=DROP, keys={"": key.public})


def test_signed_twice_is_the_same_bytes(prepared: Prepared, key: PrivateKey) -> None:
    """An island depends on nothing random, and on no clock but `now`."""
    assert sign_island(prepared, revision=1, signer=key, now=NOW) == sign_island(
        prepared, revision=1, signer=key, now=NOW
    )


def test_compiled_island_is_recognised(prepared: Prepared, key: PrivateKey, triage: Triage) -> None:
    """The models with which head and golden questions were made pass the golden questions and recognise viewers."""
    signed = sign_island(prepared, revision=1, signer=key, now=NOW)
    island = open_stored_island(signed.data, name=DROP, keys={"": key.public})
    head = Head.load(island)
    triage.check_golden(island, head)

    assert island.golden
    assert "refund" == triage.judge(head, Matter(question_of("how can I get my money back pls"))).candidates[0].snippet


def test_question_written_twice_counts_once(prepared: Prepared) -> None:
    """Of two spellings of one question only the first is kept."""
    assert 7 == len(prepared.examples["refund"])
    assert "I want a REFUND!!" not in prepared.examples["refund"]


def test_progress_of_preparing(source: IslandSource, triage: Triage) -> None:
    """Every question is counted, and the golden ones come last."""
    calls: list[tuple[str, int, int]] = []
    prepare_island(source, triage=triage, progress=lambda *step: calls.append(step))

    assert [("reading questions", count, 15) for count in range(1, 16)] == calls[:15]
    assert ("judging golden questions", 1, 1) == calls[-1]


def test_island_over_the_cap(prepared: Prepared, key: PrivateKey) -> None:
    """An island above a PoP's default limit is refused before it is published."""
    huge = msgspec.structs.replace(prepared.head, examples=bytes(5_000_000))

    with pytest.raises(RefusedError, match=r"^island 'acme/drop' is 5,0.* bytes, expected at most 4,194,304") as caught:
        sign_island(msgspec.structs.replace(prepared, head=huge), revision=1, signer=key, now=NOW)
    assert Reason.TOO_LARGE == caught.value.reason


def test_what_it_is_about_is_signed(source: IslandSource, triage: Triage, key: PrivateKey) -> None:
    """The author's names with their synonyms, without those that it is not about; all in normal form."""
    author = msgspec.structs.replace(source, about=("Hoodies!",), not_about=("Hooded Jumper",))
    signed = sign_island(prepare_island(author, triage=triage), revision=1, signer=key, now=NOW)
    island = open_stored_island(signed.data, name=DROP, keys={"": key.public})

    assert island.about
    assert "hoodies" == island.about[0]
    assert "hooded sweatshirt" in island.about
    assert "hooded jumper" not in island.about
    assert ("hooded jumper",) == island.not_about
    assert Head.load(island).own.excludes(["hooded", "jumpers"])


def test_what_it_is_about_is_found_if_nobody_says(source: IslandSource, triage: Triage) -> None:
    """Names stand out in what the author wrote. An author may also say that it is about nothing in particular."""
    nothing = prepare_island(msgspec.structs.replace(source, about=()), triage=triage)
    author = msgspec.structs.replace(source, title="The Beanie drop")
    german, other = (
        msgspec.structs.replace(author, **field) for field in ({"locale": "de"}, {"not_about": ("beanie",)})
    )

    assert ("refund", "beanie") == names_to_propose(author, triage.things)
    assert ("refund",) == names_to_propose(other, triage.things)
    assert () == names_to_propose(german, triage.things)
    assert () == nothing.about
    assert msgspec.UNSET is assemble_island(nothing, (), revision=1).about


def test_neighbourhood_of_examples() -> None:
    """Mean cosine of each example to its three nearest of the same snippet, and of others: as computed pair by pair."""
    vectors = np.random.default_rng(7).standard_normal((23, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    owner = np.array([0] * 9 + [1] * 2 + [2] + [3] * 11)
    weights = compile_head("e", ("a", "b", "c", "d"), vectors, owner, titles={})
    found = np.frombuffer(weights.typical, "<f4").reshape(4, 2)

    def nearest(row: int, *, same: bool) -> float:
        cosines = [
            float(vectors[row] @ vectors[other])
            for other in range(23)
            if other != row and (owner[other] == owner[row]) == same
        ]
        return mean(sorted(cosines)[-3:]) if cosines else 0.0

    for snippet in range(4):
        rows = np.flatnonzero(owner == snippet).tolist()
        expected = [mean(nearest(row, same=same) for row in rows) for same in (True, False)]
        assert expected == pytest.approx(found[snippet].tolist(), abs=1e-6)
