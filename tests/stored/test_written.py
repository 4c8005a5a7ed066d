"""The present code writes the names and words that commit 60a4e34 stored, and no new ones."""

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
    """A rollback signs it again, with every snippet's document."""
    old, island = present.opened_island(stored / "home")
    new = present.island_again(island, now)
    documents = [msgspec.json.decode(snippet["document"]) for snippet in msgspec.msgpack.decode(new)["snippets"]]

    assert old == present.island_bytes(island)
    assert shape_of(msgspec.msgpack.decode(old)) == shape_of(msgspec.msgpack.decode(new))
    assert names["snippet document"] == shape_of(*documents)


LATER_FIELDS = {"offers"}
"""Fields of an island that the release of the stored files did not know. It ignores them."""


def test_island_compiled(triage: Triage, now: datetime, names: dict[str, Any], stored: Path) -> None:
    """Compiled with present words, and promising each answer, it has the old names, and those of later fields."""
    old, _ = present.opened_island(stored / "home")
    source = 'promise.of = "each"\n' + DROP.format(title="Acme's summer drop", answer="Orders ship tomorrow.")
    new = msgspec.msgpack.decode(present.compiled(source, triage, now))

    assert shape_of(msgspec.msgpack.decode(old)) == {
        name: shape for name, shape in shape_of(new).items() if name not in LATER_FIELDS
    }
    assert names["island"].keys() | LATER_FIELDS == new.keys()


def test_island_corrected(stored: Path, now: datetime) -> None:
    """An incident changes one answer of a published island, and keeps all other fields."""
    _, island = present.opened_island(stored / "home")

    corrected = present.corrected(island, now)

    assert present.island_facts(island) == present.island_facts(corrected)
    assert msgspec.UNSET is corrected.offers


def test_roles(stored: Path) -> None:
    """Targets and withdrawals are written as they are stored."""
    home = stored / "home"
    written = list(present.customs(home))
    role = msgspec.json.decode((home / "repository" / "metadata" / "4.globex.json").read_bytes())

    assert len(written) == 3
    assert all(old == new for old, new in written)
    assert role["signed"][WITHDRAWN] == present.withdrawals(home)["globex"]


def test_ceremony_files(stored: Path, names: dict[str, Any]) -> None:
    """Files of a holder's key and signature have the old names."""
    public, signature = present.ceremony_files(stored / "rite", "2.root.json")

    assert names["holder's key"] == shape_of(msgspec.json.decode(public))
    assert names["signature"] == shape_of(msgspec.json.decode(signature))


def test_key_files(closed: dict[str, Any]) -> None:
    """Files of private keys, plain and encrypted, have the old names. No old file is kept, since it would be a key."""
    assert closed["key_file"] == present.key_file_names()
    assert closed["key_file_fields"] == present.key_file_fields()


def test_bytes_in_other_programs(closed: dict[str, Any]) -> None:
    """A push in a NATS stream, and the ids by which desks recognise a repeated ticket."""
    assert closed["abroad"] == present.left_abroad()


def test_tickets(stored: Path, now: datetime, closed: dict[str, Any]) -> None:
    """Tickets are written byte by byte as they are stored, and every old word still exists."""
    payloads = rows_of(stored / OUTBOX, "SELECT payload FROM tickets ORDER BY place")
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        tickets = list(present.tickets(outbox).values())
    words = present.words_of_tickets(tickets[0])

    assert payloads == [present.stored(ticket) for ticket in tickets]
    assert [] == [
        word for name, present_words in words.items() for word in closed["sets"][name] if word not in present_words
    ]


def test_statuses(stored: Path, now: datetime) -> None:
    """Statuses are written byte by byte as PoPs posted them."""
    documents = rows_of(stored / FLEET, "SELECT document FROM heard ORDER BY pop")
    _, _, fleet = present.fleet_facts(stored / "home", now)

    assert documents == [present.encoded(heard.status) for _, heard in sorted(fleet.items()) if heard is not None]


def test_words_elsewhere(stored: Path, now: datetime, closed: dict[str, Any]) -> None:
    """Every old word of snippets, statuses and the outbox's priorities still exists."""
    _, island = present.opened_island(stored / "home")
    words = present.words_elsewhere(island, now)

    assert [] == [
        word for name, present_words in words.items() for word in closed["sets"][name] if word not in present_words
    ]


def test_outbox(stored: Path, tmp_path: Path, now: datetime, names: dict[str, Any]) -> None:
    """A new file has the old tables and states, for each ticket its tenant, when an origin took one, and leaves."""
    with present.open_outbox(stored / "pop-ams", now) as outbox:
        ticket = next(iter(present.tickets(outbox).values()))
    present.write_outbox(tmp_path / "new", now, ticket)

    new = tables_of(tmp_path / "new" / "outbox" / "tickets.db")

    assert "tenant" == new["tickets"]["columns"].pop()
    assert ["name", "taken"] == new.pop("origins")["columns"]
    assert ["place", "id", "log", "entry", "session", "ticket", "opening"] == new.pop("leaves")["columns"]
    assert ["ticket", "log", "leaf", "put"] == new.pop("handed")["columns"]
    assert ["message", "tenant", "log", "leaf", "put", "one", "other"] == new.pop("merges")["columns"]
    assert "known" in new.pop("consents")["columns"]
    assert names["outbox"] == new


def test_tally(tmp_path: Path, names: dict[str, Any], closed: dict[str, Any]) -> None:
    """A new file has the old tables, states, topics and names of counts."""
    present.write_tally(tmp_path, present.countable())
    new, old = tables_of(tmp_path / "tally" / "tally.db"), names["tally"]
    written = new["counts"]["words"]["name"]

    assert "tenant" == new["heard"]["columns"].pop()
    assert "rules" == new["contacts"]["columns"].pop()
    assert set(old["counts"]["words"]["name"]) < set(closed["counts"]) <= set(written)
    assert [old[table] for table in ("contacts", "heard", "tickets")] == [
        new[table] for table in ("contacts", "heard", "tickets")
    ]
    assert old["counts"]["columns"] == new["counts"]["columns"]


def test_schemas_are_the_same_text(stored: Path, tmp_path: Path, now: datetime) -> None:
    """A file of then has the schema of now once it was opened: both stores compare, and refuse a different one."""
    present.write_tally(tmp_path, set())
    present.open_outbox(tmp_path, now).close()
    present.open_outbox(stored / "pop-ams", now).close()
    present.open_tally(stored / "pop-ams").close()

    for old, new in ((OUTBOX, "outbox/tickets.db"), (TALLY, "tally/tally.db")):
        assert schema(stored / old) == schema(tmp_path / new)


def schema(file: Path) -> list[str]:
    """The statements of a file's schema, sorted."""
    with closing(sqlite3.connect(file)) as connection:
        return sorted(row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))
