"""Consent at the desk: what a ticket shows after a withdrawal, whichever came first, and what an export has."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from edge.consent import given_record, sign_record, withdrawal_record
from edge.desk.consents import KEY_TABLES, TABLES, consent_now, every_record, put_record, within_consent
from edge.errors import RefusedError
from edge.records import IslandName
from edge.records.consent import ConsentMessage, PersonalStep, PurposeText, SignedPurpose
from edge.trust import PopSigner

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NAME, SUBJECT = IslandName("acme", "drop"), "ab" * 16
SIGNER = PopSigner(bytes(32))
TEXT = PurposeText(locale="en", document=b"{}", digest="", signature_input="", signature="")
STEPS = (PersonalStep.TRANSCRIPT, PersonalStep.LEARNING)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """A desk's file with its consents alone."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in (*TABLES, *KEY_TABLES):
            connection.execute(statement)
        yield connection


def signed(record: Any) -> ConsentMessage:
    """The record as its PoP sends it."""
    return sign_record(record, island=str(NAME), sign=SIGNER.sign_as, public=SIGNER.public)


def given(at: datetime = NOW, record: str = "r-1") -> ConsentMessage:
    """A consent for an hour."""
    purpose = SignedPurpose(id="help", version=1, allows=STEPS, valid_s=3_600, texts=(TEXT,))
    return signed(
        given_record([(purpose, TEXT)], record_id=record, subject=SUBJECT, name=NAME, revision=1, pop="fra", now=at)
    )


def withdrawn(at: datetime, *ends: str, subject: str = SUBJECT) -> ConsentMessage:
    """A withdrawal of it."""
    return signed(
        withdrawal_record(
            ["help"], record_id="w-1", subject=subject, name=NAME, revision=1, pop="ams", now=at, withdraws=ends
        )
    )


def ticket(**consented: Any) -> bytes:
    """A ticket with a transcript, of a viewer who had agreed."""
    one = {"purpose": "help", "version": 1, "record": "r-1", "at": NOW, "allows": STEPS}
    usual = {"allows": STEPS, "given": [one], "subject": SUBJECT}
    document = {"id": "t-1", "island": str(NAME), "text": "?", "transcript": [{"text": "before"}], "later": 1}
    return msgspec.json.encode(document | {"consented": usual | consented})


def shown(connection: sqlite3.Connection, body: bytes, *, after_s: float = 60.0) -> tuple[bool, int]:
    """Whether the transcript is hidden, and how many turns are shown."""
    now = (NOW + timedelta(seconds=after_s)).timestamp()
    consent = consent_now(connection, body, now=now)
    turns = msgspec.json.decode(within_consent(body, consent))["transcript"]
    return consent is not None and consent.hides_transcript, len(turns)


def test_ticket_of_a_viewer_who_agreed(connection: sqlite3.Connection) -> None:
    """Also before the record itself has come; and then until it ends."""
    assert (False, 1) == shown(connection, ticket())
    put_record(connection, given(), received=1.0)
    assert (False, 1) == shown(connection, ticket())
    assert (True, 0) == shown(connection, ticket(), after_s=3_600.0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1,)], ids=["in order", "withdrawal first", "withdrawal alone"])
def test_withdrawal_hides_the_transcript(connection: sqlite3.Connection, order: tuple[int, ...]) -> None:
    """Whichever record came first, from whichever PoP."""
    messages = (given(), withdrawn(NOW + timedelta(seconds=30)))
    for number in order:
        assert put_record(connection, messages[number], received=1.0).is_new
        assert not put_record(connection, messages[number], received=2.0).is_new

    assert (True, 0) == shown(connection, ticket())
    consent = consent_now(connection, ticket(), now=NOW.timestamp() + 60)
    assert consent is not None
    assert ([False], ()) == ([one.in_force for one in consent.purposes], consent.allows)


def test_withdrawal_by_a_slow_clock_names_the_record(connection: sqlite3.Connection) -> None:
    """Its time is before that of the consent, and it ends it all the same."""
    put_record(connection, given(), received=1.0)
    put_record(connection, withdrawn(NOW - timedelta(hours=2), "r-1"), received=2.0)

    assert (True, 0) == shown(connection, ticket())


def test_withdrawal_under_a_newer_secret_names_the_record(connection: sqlite3.Connection) -> None:
    """The fleet has rotated its secret, so the viewer has another pseudonym than in the ticket."""
    put_record(connection, given(), received=1.0)
    put_record(connection, withdrawn(NOW + timedelta(seconds=30), "r-1", subject="cd" * 16), received=2.0)

    assert (True, 0) == shown(connection, ticket())


def test_ticket_without_consent_and_of_an_island_that_asks_for_none(connection: sqlite3.Connection) -> None:
    """The first shows nothing of before, the second all; so does one of an earlier release."""
    body = msgspec.json.encode({"id": "t-1", "island": str(NAME), "text": "?", "transcript": [{}]})

    assert (True, 0) == shown(connection, ticket(allows=[], given=[], missing=["transcript"]))
    assert (False, 1) == shown(connection, body)


def test_consent_in_a_form_of_a_later_release_allows_nothing(connection: sqlite3.Connection) -> None:
    """And the rest of the ticket is shown as it came."""
    body = ticket(given="all of it")
    hidden = msgspec.json.decode(within_consent(body, consent_now(connection, body, now=0.0)))

    assert ([], 1) == (hidden["transcript"], hidden["later"])


def test_forged_record_is_refused(connection: sqlite3.Connection) -> None:
    """Nothing is stored of it."""
    forged = msgspec.structs.replace(given(), record=given().record.replace("help", "sell"))

    with pytest.raises(RefusedError, match="signature that does not match"):
        put_record(connection, forged, received=1.0)
    assert [] == list(every_record(connection))


def test_export_has_every_record_of_a_tenant(connection: sqlite3.Connection) -> None:
    """As it was signed."""
    put_record(connection, given(), received=1.0)

    assert [msgspec.json.encode(given())] == list(every_record(connection, tenant="acme"))
    assert [] == list(every_record(connection, tenant="globex"))
