"""What people did, for islands' authors: one line for each ticket that people answered or resolved.

A line has no session, no ticket's id and no agent's name.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from edge.desk.consents import consent_now
from edge.desk.store.schema import FILE, open_desk
from edge.errors import ConfigError
from edge.records import DECODE_ERRORS, Outcome, Suggestion, Utc
from edge.records.consent import PersonalStep
from edge.records.desk import ExportLine, QueueState

_LINES = (
    "SELECT number, body, reply, suggestion, snippet FROM tickets WHERE number > ? AND queue != ?"
    " AND (? = '' OR tenant = ?) AND (? = '' OR island = ?) AND (? = '' OR lane = ?) ORDER BY number LIMIT ?"
)


class _Of(msgspec.Struct, frozen=True):
    snippet: str = ""


class _Suggested(msgspec.Struct, frozen=True):
    provenance: _Of = _Of()


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the export has of a ticket."""

    created: Utc
    text: str
    refused: tuple[str, ...] = ()
    candidates: tuple[_Suggested, ...] = ()


class _Words(msgspec.Struct, frozen=True, kw_only=True):
    """What every ticket here has in this form: it was checked when the ticket came."""

    created: Utc
    text: str


def _asked(body: bytes) -> _Asked:
    """What the export has of a ticket. A field of another form, as a later release may have it, is left out."""
    try:
        return msgspec.json.decode(body, type=_Asked)
    except DECODE_ERRORS:
        words = msgspec.json.decode(body, type=_Words)
        return _Asked(created=words.created, text=words.text)


def export_lines(
    connection: sqlite3.Connection,
    *,
    after: int = 0,
    tenant: str = "",
    island: str = "",
    lane: str = "",
    limit: int = 500,
    now: float,
) -> list[tuple[int, ExportLine]]:
    """The next lines after the ticket with the number `after`, each with its ticket's. Empty words: all of them.

    A question of an island that asks for consent is left out unless its viewer agrees, at `now` (Unix seconds), that
    the island learns from it.
    """
    lines = list[tuple[int, ExportLine]]()
    while not lines:
        found = connection.execute(
            _LINES, (after, QueueState.OPEN, tenant, tenant, island, island, lane, lane, limit)
        ).fetchall()
        if not found:
            break
        for number, body, reply, suggestion, snippet in found:
            after, consent = number, consent_now(connection, body, now=now)
            if consent is None or PersonalStep.LEARNING in consent.allows:
                lines.append((number, _line(body, reply, suggestion, snippet)))
    return lines


@contextmanager
def read_only(home: Path) -> Iterator[sqlite3.Connection]:
    """The file of a desk that may be running, for a command. Raises `ConfigError` if there is none, `StorageError`."""
    file = home / "desk" / FILE
    if not file.exists():
        raise ConfigError(
            f"{file} is missing, expected a desk's file; start a desk with: skerry desk serve --home {home}"
        )
    with closing(open_desk(file)) as connection:
        connection.execute("PRAGMA query_only = ON")
        yield connection


def all_lines(
    connection: sqlite3.Connection, *, tenant: str = "", island: str = "", now: float
) -> Iterator[ExportLine]:
    """Every line of a tenant or of an island (`tenant/island`), or of all, as `export_lines` has them."""
    after = 0
    while found := export_lines(connection, after=after, tenant=tenant, island=island, now=now):
        for number, line in found:
            after = number
            yield line


def _line(body: bytes, reply: str, suggestion: str | None, snippet: str) -> ExportLine:
    asked = _asked(body)
    suggested = (one.provenance.snippet for one in asked.candidates)
    # Not both: "wanted none of them" is true of what the viewer saw, and people see more.
    offered = asked.refused or suggested
    return ExportLine(
        question=asked.text,
        outcome=Outcome.ESCALATE,
        offered=tuple(dict.fromkeys(filter(None, offered))),
        taken="" if asked.refused else None,
        used=snippet,
        suggestion=Suggestion(suggestion) if suggestion else None,
        reply=reply,
        at=asked.created,
    )
