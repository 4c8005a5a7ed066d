"""Signed purposes: each sentence is bound to its island, revision, purpose, version and language."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from edge.errors import Reason, RefusedError
from edge.host import utc_now
from edge.publish.compile import sign_island, sign_purposes_again
from edge.publish.compile.sign import island_to_bytes
from edge.publish.keys import PrivateKey
from edge.records import Island
from edge.records.consent import PersonalStep, PurposeDocument, SignedPurpose
from edge.trust import open_stored_island
from tests.pen import DROP, Pen

KEY = PrivateKey.generate(DROP.tenant)


@pytest.fixture(scope="module")
def island(pen: Pen) -> Island:
    """The drop that asks for consent, as a PoP opens it."""
    return opened(sign_island(pen.asking, revision=7, signer=KEY, now=utc_now()).data)


def opened(data: bytes) -> Island:
    """The island in these bytes. Raises as a PoP does."""
    return open_stored_island(data, name=DROP, keys={"k": KEY.public})


def purposes_of(island: Island) -> tuple[SignedPurpose, ...]:
    """Its purposes, which it has."""
    assert island.purposes
    return island.purposes


def test_sentence_is_signed_with_its_terms(island: Island) -> None:
    """Version, steps and validity are in the bytes that a viewer's device verifies."""
    document = msgspec.json.decode(purposes_of(island)[0].texts[0].document, type=PurposeDocument)

    assert ("northwind", "hoodie-drop", 7, "help", 1) == (
        document.tenant,
        document.island,
        document.revision,
        document.purpose,
        document.version,
    )
    assert (PersonalStep.TRANSCRIPT, PersonalStep.CALLBACK, PersonalStep.PERSONAL) == document.allows


FORGED: dict[str, dict[str, Any]] = {
    "another version": {"version": 2},
    "more steps": {"allows": tuple(PersonalStep)},
    "a longer time": {"valid_s": 10**9},
    "another id": {"id": "other"},
}


@pytest.mark.parametrize("case", FORGED)
def test_purpose_that_says_more_than_its_signature_is_refused(case: str, island: Island) -> None:
    """The tenant signed other terms."""
    first, *others = purposes_of(island)
    forged = replace(island, purposes=(replace(first, **FORGED[case]), *others))

    with pytest.raises(RefusedError, match="is signed as something else") as caught:
        opened(island_to_bytes(forged))
    assert Reason.METADATA_INVALID is caught.value.reason


def test_sentence_of_another_purpose_or_revision_is_refused(island: Island) -> None:
    """A true signature must not be moved."""
    first, second = purposes_of(island)
    swapped = replace(island, purposes=(replace(first, texts=second.texts), second))
    later = replace(island, purposes=sign_purposes_again(island, 8, signer=KEY, now=utc_now()))

    for forged in (swapped, later):
        with pytest.raises(RefusedError, match="is signed as something else"):
            opened(island_to_bytes(forged))


def test_changed_words_and_doubled_purposes_are_refused(island: Island) -> None:
    """Each has a text of its own."""
    first, second = purposes_of(island)
    text = replace(first.texts[0], document=first.texts[0].document.replace(b"may call", b"will call"))

    with pytest.raises(RefusedError, match="does not match the digest"):
        opened(island_to_bytes(replace(island, purposes=(replace(first, texts=(text,)), second))))
    with pytest.raises(RefusedError, match="has a purpose twice"):
        opened(island_to_bytes(replace(island, purposes=(first, first))))
    with pytest.raises(RefusedError, match="is not in the island's language first"):
        opened(island_to_bytes(replace(island, purposes=(replace(first, texts=()), second))))


def test_approval_survives_another_signature(island: Island) -> None:
    """As in a rollback: who approved the words, and when, stays."""
    signed_again = sign_purposes_again(island, 8, signer=KEY, now=utc_now() + timedelta(days=3))
    before, after = (
        msgspec.json.decode(purposes[0].texts[0].document, type=PurposeDocument)
        for purposes in (purposes_of(island), signed_again or ())
    )

    assert 8 == after.revision
    assert (before.text, before.approved_by, before.approved_at) == (after.text, after.approved_by, after.approved_at)
