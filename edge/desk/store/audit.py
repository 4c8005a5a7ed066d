"""The audit log: who did what with which ticket, and when. Never a word of a viewer or an agent."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from edge.records import Utc
from edge.records.desk import Handling

_MAX_HISTORY = 100
_PAGE = "SELECT number, at, who, action, ticket FROM audit WHERE number > ? ORDER BY number LIMIT ?"
_PAGE_LINES = 500


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the whole log."""

    at: Utc
    who: str
    """The agent; the PoP for `received`, and `desk` for what nobody did."""
    action: str
    ticket: str


def moment(seconds: float) -> datetime:
    """Unix seconds as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def record(connection: sqlite3.Connection, *, at: float, who: str, action: str, ticket: str) -> None:
    """Add a line, within the transaction of what it is about."""
    connection.execute("INSERT INTO audit (at, who, action, ticket) VALUES (?, ?, ?, ?)", (at, who, action, ticket))


def history_of(connection: sqlite3.Connection, ticket: str, *, last: int = _MAX_HISTORY) -> tuple[Handling, ...]:
    """The last lines about a ticket, oldest first."""
    rows = connection.execute(
        "SELECT at, who, action FROM audit WHERE ticket = ? ORDER BY number DESC LIMIT ?", (ticket, last)
    ).fetchall()
    return tuple(Handling(at=moment(at), who=who, action=action) for at, who, action in reversed(rows))


def audit_lines(connection: sqlite3.Connection) -> Iterator[AuditLine]:
    """The whole log, oldest first.

    Some hundred lines at a time: a reader that is slow holds back nothing that the desk deletes.
    """
    last = 0
    while found := connection.execute(_PAGE, (last, _PAGE_LINES)).fetchall():
        for last, at, who, action, ticket in found:  # noqa: B007 - the last number is where the next page begins
            yield AuditLine(at=moment(at), who=who, action=action, ticket=ticket)
