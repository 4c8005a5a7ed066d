"""Every file below a folder, as records: rows of SQLite, documents of JSON and MessagePack, lines of logs, raw finds.

Only the files that the caller names are left out: tenants' keys. What a file is, its content says, and no list of our
stores: one that comes later is read, too, and so is what a process proves itself by.
"""

import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from edge.records import DECODE_ERRORS

RAW_FIELD = "raw bytes"
NEAR_BYTES = 1_024
"""How far around a raw find an event's name is looked for: no record of ours has more between the two."""

_SQLITE = b"SQLite format 3\0"
_MAX_DEPTH = 12

Scalar = str | int | float


class FileRecord(NamedTuple):
    """One row, document or line."""

    store: str
    """The file; those of all PoPs have one name."""
    items: tuple[tuple[str, Scalar], ...]
    """Field and value. Bytes are in hexadecimal."""
    tables: str = ""
    """Of a row: the very file that its numbers belong to, in which one table's row names another's by a number."""


def read_records(
    folder: Path, *, pops: Sequence[str], planted: re.Pattern[bytes], but: Collection[Path] = ()
) -> Iterator[FileRecord]:
    """The records of every file below `folder` but the files in `but`. Blocking; the processes must have ended.

    `pops`: the folders of PoPs. `planted`: what is looked for in the raw bytes of every file as well, in pages that a
    store has freed and in files of other forms.
    """
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if not path.is_file() or path in but:
            continue
        store = str(Path("pop", *(part.replace(inner.parts[0], "pop") for part in inner.parts[1:])))
        store = store if inner.parts[0] in pops else str(inner)
        content = path.read_bytes()
        if content.startswith(_SQLITE):
            yield from (record._replace(tables=str(inner)) for record in _rows(path, store))
        else:
            yield from _documents(content, store)
        for found in planted.finditer(content):
            around = content[max(0, found.start() - NEAR_BYTES) : found.end() + NEAR_BYTES].decode("latin-1")
            yield FileRecord(store, ((RAW_FIELD, found[0].decode("latin-1")), ("near", around)))


def _rows(path: Path, store: str) -> Iterator[FileRecord]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        db.text_factory = lambda text: text.decode(errors="replace")
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            # Names of tables are those of our own schemas.
            rows = db.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            columns = [f"{table}.{column[0]}" for column in rows.description]
            for row in rows:
                yield from _records(store, dict(zip(columns, row, strict=True)))


def _documents(content: bytes, store: str) -> Iterator[FileRecord]:
    """One document, or else a document or a text in each line."""
    whole = _decoded(content)
    if whole is not None:
        yield from _records(store, {"": whole})
        return
    if b"\0" in content:
        return
    for line in content.decode(errors="replace").splitlines():
        document = _decoded(line.encode())
        yield from _records(store, {"": document if document is not None else line})


def _records(store: str, document: dict[str, Any]) -> Iterator[FileRecord]:
    """A document as one record, and each document in a list of it as one more, with what stands around it."""
    items: list[tuple[str, Scalar]] = []
    inner: list[dict[str, Any]] = []
    _flatten("", document, items, inner, _MAX_DEPTH)
    yield FileRecord(store, tuple(items))
    for one in inner:
        for record in _records(store, one):
            yield FileRecord(store, (*items, *record.items))


def _flatten(
    field: str, value: object, items: list[tuple[str, Scalar]], inner: list[dict[str, Any]], depth: int
) -> None:
    if depth == 0 or value is None or isinstance(value, bool):
        return
    if isinstance(value, dict):
        for name, one in value.items():
            _flatten(f"{field}.{name}".strip("."), one, items, inner, depth - 1)
    elif isinstance(value, (list, tuple)):
        for one in value:
            if isinstance(one, dict):
                inner.append({f"{field}[]": one})
            else:
                _flatten(f"{field}[]", one, items, inner, depth - 1)
    elif isinstance(value, (bytes, str)):
        document = _decoded(value if isinstance(value, bytes) else value.encode(errors="replace"))
        if document is not None:
            _flatten(field, document, items, inner, depth - 1)
        else:
            items.append((field, value.hex() if isinstance(value, bytes) else value))
    elif isinstance(value, (int, float)):
        items.append((field, value))


def _decoded(content: bytes) -> dict[str, Any] | list[Any] | None:
    """The object or list that these bytes are, in JSON or MessagePack; None if they are neither."""
    for decode in (msgspec.json.decode, msgspec.msgpack.decode):
        try:
            found = decode(content)
        except DECODE_ERRORS:
            continue
        if isinstance(found, (dict, list)) and found:
            return found
    return None
