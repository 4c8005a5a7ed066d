"""Read labelled texts from a CSV: columns `text` and `label`; other columns are ignored.

Comma-separated UTF-8, with or without a byte order mark, any line ends, quotes as in RFC 4180. Spaces around a label
are dropped. A row that could only be guessed at is refused with its line number.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from edge.errors import ConfigError, RefusedError

COLUMNS = ("text", "label")

_MAX_FIELD_CHARACTERS = 1 << 20
"""A quote that is never closed makes one field of the rest of the file. A field this long is taken for that."""


class Labelled(NamedTuple):
    """One row of the file."""

    text: str
    label: str


def read_labelled(path: Path) -> list[Labelled]:
    """The rows of a CSV file, in its order, at least one.

    Raises `ConfigError` if the file cannot be read, `RefusedError` with file and line if its content breaks a rule.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}, give a CSV with the columns text,label") from error
    return parse_labelled(content, name=str(path))


def parse_labelled(content: bytes, *, name: str) -> list[Labelled]:
    """As `read_labelled`, but from bytes; messages call them `name`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RefusedError(
            f"{name}:{line}: byte 0x{content[error.start]:02x} is not UTF-8, expected a CSV saved as UTF-8"
        ) from error
    csv.field_size_limit(_MAX_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(_rows(reader, name))
    except csv.Error as error:
        raise RefusedError(f"{name}:{reader.line_num}: not a CSV: {error}") from error
    if not rows:
        raise RefusedError(f"{name} has no rows, expected a line text,label and one line for each text")
    return rows


def _rows(reader: Any, name: str) -> Iterator[Labelled]:
    header = [column.strip().lower() for column in next(reader, [])]
    missing = [column for column in COLUMNS if column not in header]
    if header and missing:
        columns = ", ".join(map(repr, header))[:200]
        raise RefusedError(
            f"{name}:1: no column {missing[0]!r} among {columns}, expected the columns text,label separated by commas"
        )
    for row in reader:
        if not row:
            continue
        if len(row) != len(header):
            raise RefusedError(
                f"{name}:{reader.line_num}: {len(row)} fields, expected {len(header)}: put texts with commas in quotes"
            )
        label = row[header.index("label")].strip()
        if not label:
            raise RefusedError(f"{name}:{reader.line_num}: label is empty, expected one for each text")
        yield Labelled(row[header.index("text")], label)
