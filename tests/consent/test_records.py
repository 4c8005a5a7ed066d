"""Consent records: their form, their signature, and what tampering does."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from nacl.signing import SigningKey

from edge.consent import given_record, known_of, reissued_record, sign_record, verify_message, withdrawal_record
from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.records.consent import ConsentMessage, PersonalStep, PurposeText, SignedPurpose, record_of
from edge.trust import PopSigner

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NAME = IslandName("acme", "drop")
SIGNER = PopSigner(bytes(range(32)))
TEXT = PurposeText(locale="en", document=b"{}", digest="", signature_input="", signature="")
PURPOSE = SignedPurpose(
    id="help", version=3, allows=(PersonalStep.TRANSCRIPT, PersonalStep.CALLBACK), valid_s=3_600, texts=(TEXT,)
)


def given() -> ConsentMessage:
    """A signed consent."""
    record = given_record(
        [(PURPOSE, TEXT)], record_id="r-1", subject="ab" * 16, name=NAME, revision=7, pop="fra-1", now=NOW
    )
    return sign_record(record, island=str(NAME), sign=SIGNER.sign_as, public=SIGNER.public)


def test_record_has_the_fields_of_the_specification() -> None:
    """ISO/IEC TS 27560: metadata, processing, event and parties; DPV's names as values."""
    record = json.loads(given().record)

    assert ["schema_version", "record_id", "pii_principal_id", "pii_processing", "event", "party_identification"] == [
        *record
    ]
    (purpose,) = record["pii_processing"]["purposes"]
    assert ["dpv:CustomerCare", "dpv:CommunicationForCustomerCare"] == purpose["purpose_type"]
    assert ("dpv:Consent", 3, "en") == (purpose["lawful_basis"], purpose["version"], purpose["language"])
    assert "dpv:ConsentGiven" == record["event"]["event_state"]
    assert "2026-11-27T13:00:00Z" == record["event"]["valid_until"]
    assert [{"party_id": "acme", "party_role": "dpv:DataController"}] == record["party_identification"]


def test_archived_key_verifies_and_no_other() -> None:
    """Years later, by the public key alone."""
    message = given()

    assert record_of(message) == verify_message(message, keys=[bytes(32), SIGNER.public])
    with pytest.raises(RefusedError, match="expected an archived key of a PoP") as caught:
        verify_message(message, keys=[bytes(SigningKey.generate().verify_key)])
    assert Reason.SIGNATURE_INVALID is caught.value.reason


@pytest.mark.parametrize("place", range(0, len(given().record), 7))
def test_tampered_record_is_found(place: str) -> None:
    """Any byte of it."""
    message, at = given(), int(place)
    other = "x" if message.record[at] != "x" else "y"
    forged = msgspec.structs.replace(message, record=message.record[:at] + other + message.record[at + 1 :])

    with pytest.raises(RefusedError, match="signature that does not match"):
        verify_message(forged, keys=[SIGNER.public])


@pytest.mark.parametrize(
    "changed", [{"island": "acme/other"}, {"pop": "ams-1"}, {"id": "r-2.consent"}], ids=lambda one: next(iter(one))
)
def test_message_that_says_something_else_is_refused(changed: dict[str, str]) -> None:
    """A true record in the envelope of another tenant, PoP or id."""
    with pytest.raises(RefusedError, match="of another island, PoP or id") as caught:
        verify_message(msgspec.structs.replace(given(), **changed), keys=[SIGNER.public])

    assert Reason.CONTRADICTORY is caught.value.reason


@pytest.mark.parametrize("changed", [{"key": "?"}, {"signature": "AA=="}, {"key": "AAAA"}, {"record": "{"}])
def test_damaged_message_is_refused(changed: dict[str, str]) -> None:
    """Never another error than a refusal."""
    with pytest.raises(RefusedError):
        verify_message(msgspec.structs.replace(given(), **changed), keys=[SIGNER.public])


def test_withdrawal_names_what_it_ends() -> None:
    """It is of every version of its purposes, and ends by itself never."""
    record = withdrawal_record(
        ["help"],
        record_id="r-2",
        subject="ab" * 16,
        name=NAME,
        revision=7,
        pop="fra-1",
        now=NOW,
        withdraws=["r-1"],
    )

    (known,) = known_of(record)
    assert ("help", 0, False, ("r-1",)) == (known.purpose, known.version, known.is_given, known.withdraws)
    assert None is record.event.valid_until


def test_reissued_record_keeps_what_was_agreed_and_when() -> None:
    """It has an id of its own, names the old one, and a withdrawal of then still ends it."""
    old = record_of(given())
    new = reissued_record(old, record_id="r-9", pop="ams-1")

    assert ("r-9", "r-1", "ams-1") == (new.record_id, new.reissues, new.event.entity_id)
    assert (old.event.event_time, old.event.valid_until) == (new.event.event_time, new.event.valid_until)
    assert old.pii_processing == new.pii_processing
