"""What the present code writes has the names and words of what commit 60a4e34 stored: no new one got into bytes."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.triage import Triage
from tests.stored import present
from tests.stored.make_stored import DROP
from tests.stored.shape import FLEET, OUTBOX, TALLY, WITHDRAWN, rows_of, shape_of, tables_of


def test_island_published_again(stored: Path, now: datetime, names: dict[str, Any]) -> None:
    """Signed anew as a rollback signs it, with every snippet's document."""
    old, island = present.opened_island(stored / "home")
    new = present.island_again(island, now)
    documents = [msgspec.json.decode(snippet["document"]) for snippet in msgspec.msgpack.decode(new)["snippets"]]

    assert old == present.island_bytes(island)
    assert shape_of(msgspec.msgpack.decode(old)) == shape_of(msgspec.msgpack.decode(new))
    assert names["snippet document"] == shape_of(*documents)


def test_island_compiled(triage: Triage, now: datetime, names: dict[str, Any], stored: Path) -> None:
    """From its author's file, whatever authors call things now; no island of the old listing had another name."""
    old, _ = present.opened_island(stored / "home")
    source = DROP.format(title="Acme's summer drop", answer="Orders ship tomorrow.")
    new = msgspec.msgpack.decode(present.compiled(source, triage, now))

    assert shape_of(msgspec.msgpack.decode(old)) == shape_of(new)
    assert names["island"].keys() == new.keys()


def test_island_corrected(stored: Path, now: datetime) -> None:
    """An incident changes one answer of a published island, and loses none of its fields."""
    _, island = present.opened_island(stored / "home")

    assert present.island_facts(island) == present.island_facts(present.corrected(island, now))


def test_roles(stored: Path) -> None:
    """Targets and withdrawals are written as they were read."""
    home = stored / "home"
    written = list(present.customs(home))
    role = msgspec.json.decode((home / "repository" / "metadata" / "4.globex.json").read_bytes())

    assert len(written) == 3
    assert all(old == new for old, new in written)
    assert role["signed"][WITHDRAWN] == present.withdrawals(home)["globex"]


def test_ceremony_files(stored: Path, names: dict[str, Any]) -> None:
    """A holder's key and signature."""
    public, signature = present.ceremony_files(stored / "rite", "2.root.json")

    assert names["holder's key"] == shape_of(msgspec.json.decode(public))
    assert names["signature"] == shape_of(msgspec.json.decode(signature))


def test_key_files(closed: dict[str, Any]) -> None:
    """A private key's file, plain and encrypted; no old one is kept, for it would be a private key."""
    assert closed["key_file"] == present.key_file_names()
    assert closed["key_file_fields"] == present.key_file_fields()


def test_what_lies_abroad(closed: dict[str, Any]) -> None:
    """A notice in a NATS stream, and what a desk's ticket is known again by when it is delivered twice."""
    assert closed["abroad"] == present.left_abroad()


def test_tickets(stored: Path, now: datetime, closed: dict[str, Any]) -> None:
    """Byte by byte what was read; and every word that a ticket could hold, it still can."""
    payloads = rows_of(stored / OUTBOX, "SELECT payload FROM tickets ORDER BY place")
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        tickets = list(present.tickets(outbox).values())
    words = present.words_of_tickets(tickets[0])

    assert payloads == [present.stored(ticket) for ticket in tickets]
    assert [] == [word for name, found in words.items() for word in closed["sets"][name] if word not in found]


def test_statuses(stored: Path, now: datetime) -> None:
    """Byte by byte what PoPs posted."""
    documents = rows_of(stored / FLEET, "SELECT document FROM heard ORDER BY pop")
    _, _, fleet = present.fleet_facts(stored / "home", now)

    assert documents == [present.encoded(heard.status) for _, heard in sorted(fleet.items()) if heard is not None]


def test_words_elsewhere(stored: Path, now: datetime, closed: dict[str, Any]) -> None:
    """Of snippets, statuses and the outbox's classes."""
    _, island = present.opened_island(stored / "home")
    words = present.words_elsewhere(island, now)

    assert [] == [word for name, found in words.items() for word in closed["sets"][name] if word not in found]


def test_outbox(stored: Path, tmp_path: Path, now: datetime, names: dict[str, Any]) -> None:
    """The tables of a new file, and the states that go into it."""
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        ticket = next(iter(present.tickets(outbox).values()))
    present.write_outbox(tmp_path / "new", now, ticket)

    assert names["outbox"] == tables_of(tmp_path / "new" / "outbox" / "tickets.db")


def test_tally(tmp_path: Path, names: dict[str, Any], closed: dict[str, Any]) -> None:
    """The tables of a new file, states of contacts, topics, and every name that a count can have."""
    present.write_tally(tmp_path, present.countable())
    new, old = tables_of(tmp_path / "tally" / "tally.db"), names["tally"]
    written = new["counts"]["words"]["name"]

    assert set(old["counts"]["words"]["name"]) < set(closed["counts"]) <= set(written)
    assert [old[table] for table in ("contacts", "heard", "tickets")] == [
        new[table] for table in ("contacts", "heard", "tickets")
    ]
    assert old["counts"]["columns"] == new["counts"]["columns"]


def test_tables_are_the_same_to_the_letter(stored: Path, tmp_path: Path, now: datetime) -> None:
    """Both stores compare a file's schema with their own, and would set another one aside."""
    present.write_tally(tmp_path, set())
    present.open_outbox(tmp_path, now).close()

    for old, new in ((OUTBOX, "outbox/tickets.db"), (TALLY, "tally/tally.db")):
        assert schema(stored / old) == schema(tmp_path / new)


def schema(file: Path) -> list[str]:
    """What SQLite was told to make, but for how a migration left it."""
    with closing(sqlite3.connect(file)) as connection:
        return sorted(row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))
