"""A desk believes a consent by its PoP's key: the first that came with the PoP's token, or those that were named."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from edge.consent import given_record, reissued_record, sign_record, withdrawal_record
from edge.desk.consents import KEY_TABLES, TABLES, PutRecord, consent_now, name_keys, named_keys, put_record
from edge.records import IslandName
from edge.records.consent import ConsentMessage, ConsentRecord, PersonalStep, PurposeText, SignedPurpose, record_of
from edge.trust import PopSigner

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NAME, SUBJECT = IslandName("acme", "drop"), "ab" * 16
OLD, NEW = PopSigner(bytes(32)), PopSigner(bytes(range(32)))
TEXT = PurposeText(locale="en", document=b"{}", digest="", signature_input="", signature="")
STEPS = (PersonalStep.TRANSCRIPT,)
PURPOSE = SignedPurpose(id="help", version=1, allows=STEPS, valid_s=3_600, texts=(TEXT,))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """A desk's file with its consents alone, of this release."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in (*TABLES, *KEY_TABLES):
            connection.execute(statement)
        yield connection


def signed(record: ConsentRecord, signer: PopSigner) -> ConsentMessage:
    """A record by one of the two keys."""
    return sign_record(record, island=str(NAME), sign=signer.sign_as, public=signer.public)


def given(record: str, signer: PopSigner = OLD, *, pop: str = "fra") -> ConsentMessage:
    """A consent for an hour."""
    made = given_record([(PURPOSE, TEXT)], record_id=record, subject=SUBJECT, name=NAME, revision=1, pop=pop, now=NOW)
    return signed(made, signer)


def withdrawn(signer: PopSigner) -> ConsentMessage:
    """A withdrawal of it."""
    at = NOW + timedelta(seconds=1)
    made = withdrawal_record(
        ["help"], record_id="w-1", subject=SUBJECT, name=NAME, revision=1, pop="fra", now=at, withdraws=["r-1"]
    )
    return signed(made, signer)


def shown(connection: sqlite3.Connection, record: str) -> tuple[bool, bool, bool]:
    """Of a ticket with this record: in force, verified, and whether the transcript is hidden."""
    one = {"purpose": "help", "version": 1, "record": record, "at": NOW, "allows": STEPS}
    consented = {"allows": STEPS, "given": [one], "subject": SUBJECT}
    body = msgspec.json.encode({"id": "t-1", "island": str(NAME), "text": "?", "consented": consented})
    consent = consent_now(connection, body, now=NOW.timestamp() + 60)
    assert consent is not None
    return consent.purposes[0].in_force, consent.purposes[0].verified, consent.hides_transcript


BELIEVED, NOT_VERIFIED, ENDED = (True, True, False), (False, False, True), (False, True, True)


def test_first_key_is_the_pops_own(connection: sqlite3.Connection) -> None:
    """A thief of the token with a key of its own is stored, and not believed; another PoP has another key."""
    first = put_record(connection, given("r-1"), received=1.0)
    thief = put_record(connection, given("r-2", NEW), received=2.0)
    other = put_record(connection, given("r-3", NEW, pop="ams"), received=3.0)

    assert [PutRecord(True, True), PutRecord(True, False), PutRecord(True, True)] == [first, thief, other]
    assert [BELIEVED, NOT_VERIFIED, BELIEVED] == [shown(connection, record) for record in ("r-1", "r-2", "r-3")]


def test_thief_does_not_restore_what_was_taken_back(connection: sqlite3.Connection) -> None:
    """A younger consent by another key allows nothing."""
    put_record(connection, given("r-1"), received=1.0)
    put_record(connection, withdrawn(OLD), received=2.0)
    later = msgspec.structs.replace(record_of(given("r-9")), record_id="r-9")
    event = msgspec.structs.replace(later.event, event_time=NOW + timedelta(seconds=9))
    put_record(connection, signed(msgspec.structs.replace(later, event=event), NEW), received=3.0)

    assert ENDED == shown(connection, "r-1")


def test_withdrawal_counts_with_any_key(connection: sqlite3.Connection) -> None:
    """Of a PoP whose new key nobody has named yet: what a viewer took back is not shown."""
    put_record(connection, given("r-1"), received=1.0)
    put = put_record(connection, withdrawn(NEW), received=2.0)

    assert (PutRecord(True, False), ENDED) == (put, shown(connection, "r-1"))


def test_rotated_key_is_verified_as_soon_as_it_is_named(connection: sqlite3.Connection) -> None:
    """Also what came before. Nothing that the old key signed is lost."""
    put_record(connection, given("r-1"), received=1.0)
    put_record(connection, given("r-2", NEW), received=2.0)
    before = shown(connection, "r-2")
    name_keys(connection, {"fra": [OLD.public, NEW.public]})
    named = [shown(connection, record) for record in ("r-1", "r-2")]
    name_keys(connection, {})

    assert (NOT_VERIFIED, [BELIEVED, BELIEVED], NOT_VERIFIED) == (before, named, shown(connection, "r-2"))


def test_consent_that_was_issued_again_after_a_loss(connection: sqlite3.Connection) -> None:
    """The old record is believed throughout, by the old key; the new one once its key is named, too."""
    old = given("r-1")
    put_record(connection, old, received=1.0)
    put_record(connection, signed(reissued_record(record_of(old), record_id="r-7", pop="fra"), NEW), received=2.0)
    before = [shown(connection, record) for record in ("r-1", "r-7")]
    both = {"fra": frozenset({OLD.public, NEW.public})}
    name_keys(connection, both)

    assert [BELIEVED, NOT_VERIFIED] == before
    assert [BELIEVED, BELIEVED] == [shown(connection, record) for record in ("r-1", "r-7")]
    assert both == named_keys(connection)


def test_file_of_an_earlier_release(connection: sqlite3.Connection) -> None:
    """The first record that it has says which key is the PoP's."""
    put_record(connection, given("r-2"), received=1.0)
    put_record(connection, given("r-1", NEW), received=2.0)
    connection.execute("DROP TABLE consent_keys")
    for statement in KEY_TABLES:
        connection.execute(statement)

    assert [NOT_VERIFIED, BELIEVED] == [shown(connection, record) for record in ("r-1", "r-2")]
