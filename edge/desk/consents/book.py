"""Consent records in a desk's file. Their tickets may come first, and a withdrawal before the consent that it ends.

Nothing here is deleted with a ticket: a record proves what people were allowed to do with it.
"""

import sqlite3
from collections.abc import Collection, Iterator
from math import inf
from typing import NamedTuple

import msgspec

from edge.consent import Known, in_force, known_of, verify_message
from edge.desk.consents.keys import key_of, keys_of, remember_first_key
from edge.desk.consents.shown import viewer_in
from edge.records import DECODE_ERRORS, IslandName
from edge.records.consent import ConsentMessage, ConsentRecord, PersonalStep, TicketConsent
from edge.records.desk import DeskConsent, DeskPurpose

TABLES = (
    """CREATE TABLE IF NOT EXISTS consents (
        record   TEXT PRIMARY KEY,
        tenant   TEXT NOT NULL,
        island   TEXT NOT NULL,
        pop      TEXT NOT NULL,
        subject  TEXT NOT NULL,
        at       REAL NOT NULL,
        received REAL NOT NULL,
        body     BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS consents_by_subject ON consents (island, subject)",
    """CREATE TABLE IF NOT EXISTS consent_ends (
        ended      TEXT NOT NULL,
        withdrawal TEXT NOT NULL,
        PRIMARY KEY (ended, withdrawal)
    ) STRICT, WITHOUT ROWID""",
)
"""Statements that make the tables in a file of any release."""

_PUT = "INSERT INTO consents VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (record) DO NOTHING"
_PUT_END = "INSERT INTO consent_ends VALUES (?, ?) ON CONFLICT DO NOTHING"
_OF_VIEWER = """SELECT body FROM consents WHERE island = ?1 AND subject = ?2 UNION
    SELECT body FROM consents WHERE record IN (
        SELECT withdrawal FROM consent_ends WHERE ended IN (SELECT value FROM json_each(?3)))
        AND +island = ?1"""
"""Also withdrawals under another pseudonym, of a newer secret of the fleet: they name what they end."""


class _Ticket(msgspec.Struct, frozen=True):
    """What a ticket says of consent."""

    island: str = ""
    consented: TicketConsent | None = None


class PutRecord(NamedTuple):
    """What became of a record that came."""

    is_new: bool
    """False: it was here already."""
    is_verified: bool
    """False: another key than its PoP's signed it. A consent allows nothing then."""


def put_record(
    connection: sqlite3.Connection, message: ConsentMessage, *, keys: Collection[bytes] = (), received: float
) -> PutRecord:
    """Store a record within the caller's transaction.

    `keys`: those that the operator named for the PoP that sent it. Raises `RefusedError` if another key signed it.
    Without any, the key of the PoP's first record is its own: a record by another one is stored, and not verified.
    """
    key = key_of(message)
    record = verify_message(message, keys=keys or [key])
    row = (
        record.record_id,
        IslandName.parse(message.island).tenant,
        message.island,
        message.pop,
        record.pii_principal_id,
        record.event.event_time.timestamp(),
        received,
        msgspec.json.encode(message),
    )
    connection.executemany(_PUT_END, [(ended, record.record_id) for ended in record.event.withdraws])
    is_new = bool(connection.execute(_PUT, row).rowcount)
    remember_first_key(connection, message.pop, key)
    return PutRecord(is_new, bool(keys) or key in keys_of(connection, message.pop))


def consent_now(connection: sqlite3.Connection, body: bytes, *, now: float) -> DeskConsent | None:
    """What the viewer of a ticket agreed to, and what of it is in force. None: the island asked for no consent.

    `body`: the ticket as JSON; `now` in Unix seconds.
    """
    ticket = _ticket(body)
    consented = ticket.consented
    if consented is None:
        return None
    # A record of this file knows when it ends. One that has not come yet is taken as the ticket has it.
    found = list(_records(connection, ticket.island, consented))
    unverified = {record.record_id for record, is_verified in found if not is_verified}
    have = {record.record_id for record, _ in found}
    # A withdrawal counts with any key: it only takes away, and a PoP with a new key must be able to send one.
    stored = [known for record, is_good in found for known in known_of(record) if is_good or not known.is_given]
    of_ticket = [
        Known(one.purpose, one.version, one.record, at=one.at.timestamp(), expires=inf)
        for one in consented.given
        if one.record not in have
    ]
    good = {known.purpose for known in in_force([*stored, *of_ticket], now=now)}
    # Also if another record of the same purpose is good: what this one says of its steps is not believed.
    agreed = [one for one in consented.given if one.purpose in good and one.record not in unverified]
    purposes = tuple(
        DeskPurpose(
            purpose=one.purpose,
            version=one.version,
            record=one.record,
            in_force=one in agreed,
            verified=one.record not in unverified,
        )
        for one in consented.given
    )
    steps = {step for one in agreed for step in one.allows}
    return DeskConsent(
        allows=tuple(step for step in PersonalStep if step in steps),
        missing=consented.missing,
        purposes=purposes,
        hides_transcript=PersonalStep.TRANSCRIPT not in steps,
    )


def viewer_of(body: bytes) -> str:
    """Whose consents decide what is shown of a ticket (JSON), as `viewer_in` names them."""
    ticket = _ticket(body)
    return viewer_in(ticket.island, ticket.consented.subject if ticket.consented is not None else "")


def within_consent(body: bytes, consent: DeskConsent | None) -> bytes:
    """The ticket as JSON, without its transcript if the viewer does not agree to that now."""
    if consent is None or not consent.hides_transcript:
        return body
    fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({**fields, "transcript": []})


def every_record(connection: sqlite3.Connection, *, tenant: str = "") -> Iterator[bytes]:
    """Every `ConsentMessage` as JSON, of one tenant or of all, in the order in which they came."""
    rows = connection.execute("SELECT body FROM consents WHERE ? IN ('', tenant) ORDER BY received, record", (tenant,))
    for (body,) in rows:
        yield bytes(body)


def _records(
    connection: sqlite3.Connection, island: str, consented: TicketConsent
) -> Iterator[tuple[ConsentRecord, bool]]:
    """The viewer's records, and whether each is verified."""
    if not consented.subject:
        return
    records = msgspec.json.encode([one.record for one in consented.given]).decode()
    for (body,) in connection.execute(_OF_VIEWER, (island, consented.subject, records)).fetchall():
        message = msgspec.json.decode(body, type=ConsentMessage)
        record = msgspec.json.decode(message.record, type=ConsentRecord)
        yield record, key_of(message) in keys_of(connection, message.pop)


def _ticket(body: bytes) -> _Ticket:
    """A field of another form, as a later release may have it, counts as no consent to anything."""
    try:
        return msgspec.json.decode(body, type=_Ticket)
    except DECODE_ERRORS:
        return _Ticket(consented=TicketConsent())
