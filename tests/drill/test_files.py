"""`edge.drill.files`: every file is read, as rows, documents, lines and raw bytes."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from edge.drill import FileRecord, read_records
from edge.publish.keys import KeyStore, make_sealing_keys, tenant_key_files

PLANTED = re.compile(rb"viewer\d{3}")


def read(folder: Path) -> list[FileRecord]:
    """All records below the folder, in which `east` and `west` are PoPs."""
    return list(read_records(folder, pops=("east", "west"), planted=PLANTED))


def test_row_is_a_record_with_the_documents_in_it(tmp_path: Path) -> None:
    """A blob of JSON or MessagePack is opened; other bytes are in hexadecimal."""
    with closing(sqlite3.connect(tmp_path / "some.db")) as db:
        db.execute("CREATE TABLE tickets (id TEXT, body BLOB, seal BLOB, due REAL, note TEXT)")
        body = json.dumps({"session": "s-1", "deep": {"at": 5}, "is_open": True, "none": None}).encode()
        db.execute("INSERT INTO tickets VALUES ('t-1', ?, ?, 1.5, NULL)", (body, b"\xff\x00"))
        db.execute("INSERT INTO tickets VALUES ('t-2', ?, x'', 2, NULL)", (msgspec.msgpack.encode(["a", 7]),))
        db.commit()

    assert [
        (
            ("tickets.id", "t-1"),
            ("tickets.body.session", "s-1"),
            ("tickets.body.deep.at", 5),
            ("tickets.seal", "ff00"),
            ("tickets.due", 1.5),
        ),
        (
            ("tickets.id", "t-2"),
            ("tickets.body[]", "a"),
            ("tickets.body[]", 7),
            ("tickets.seal", ""),
            ("tickets.due", 2.0),
        ),
    ] == [record.items for record in read(tmp_path)]


def test_each_document_in_a_list_is_a_record(tmp_path: Path) -> None:
    """With what stands around the list, such as the event."""
    (tmp_path / "a.json").write_text(json.dumps({"event": "e", "turns": [{"text": "one"}, {"text": "two"}]}))

    assert [
        (("event", "e"),),
        (("event", "e"), ("turns[].text", "one")),
        (("event", "e"), ("turns[].text", "two")),
    ] == [record.items for record in read(tmp_path)]


def test_log_is_a_record_for_each_line(tmp_path: Path) -> None:
    """Of JSON or of text. Files of all PoPs have one name, and others their own."""
    for name in ("east/east.log", "west/west.log", "desk.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"ticket": "t"}\nready on port 1\n')

    lines = [(("ticket", "t"),), (("", "ready on port 1"),)]
    assert [(store, line) for store in ("desk.log", "pop/pop.log", "pop/pop.log") for line in lines] == [
        (record.store, record.items) for record in read(tmp_path)
    ]


def test_tenants_keys_are_not_the_thiefs(tmp_path: Path) -> None:
    """By their paths, and by nothing else: what a process proves itself by is read."""
    keys = KeyStore(tmp_path / "keys")
    for tenant in ("acme", "globex"):
        keys.create(f"tenant.{tenant}")
        keys.create_next(f"tenant.{tenant}")
    make_sealing_keys(keys)
    keys.create_sealing("acme")
    keys.create("timestamp")
    names = ["keys/tenant.txt", "pop.key", "key", "secrets/ingest.tokens", "secrets/sealing.acme.json"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("viewer123")
    but = tenant_key_files(keys)
    found = {record.store for record in read_records(tmp_path, pops=(), planted=PLANTED, but=but)}

    assert 7 == len(but)
    assert {*names, "keys/timestamp.json"} == found


def test_raw_bytes_are_searched_for_what_was_planted(tmp_path: Path) -> None:
    """Also in a row that is gone, and with the event that stands near it."""
    with closing(sqlite3.connect(tmp_path / "some.db")) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("CREATE TABLE tickets (body TEXT)")
        db.execute("INSERT INTO tickets VALUES ('viewer123 at northwind/launch')")
        db.commit()
        db.execute("DELETE FROM tickets")
        db.commit()

    (found,) = read(tmp_path)
    assert ("raw bytes", "viewer123") == found.items[0]
    assert "northwind/launch" in str(found.items[1][1])
