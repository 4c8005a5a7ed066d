"""Exports of consent records: read and verified line by line, with the archived public keys of PoPs."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge.consent import verify_message
from edge.errors import ConfigError, RefusedError
from edge.foreign_words import one_line
from edge.records import DECODE_ERRORS
from edge.records.consent import ConsentMessage, ConsentRecord

MAX_LINE_BYTES = 65_536
"""A record of eight purposes has 4 kB."""


class ReadRecord(NamedTuple):
    """One line of an export."""

    line: int
    """Its number, from 1."""
    record: ConsentRecord | None
    """None if it is not believed."""
    island: str = ""
    fault: str = ""
    """Why not."""
    key: str = ""
    """The public key that signed it, in base64."""


def read_records(path: Path, keys: Collection[bytes]) -> Iterator[ReadRecord]:
    """Every line of an export, believed or not. Raises `ConfigError` if the file cannot be read."""
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES):
                number += 1
                if line.strip():
                    yield _read(number, line, keys)
    except OSError as error:
        text = f"{one_line(str(path))} cannot be read: {error.strerror}"
        raise ConfigError(f"{text}; make one with: skerry consent export --home DESK > FILE") from None


def _read(number: int, line: bytes, keys: Collection[bytes]) -> ReadRecord:
    try:
        message = msgspec.json.decode(line, type=ConsentMessage)
    except DECODE_ERRORS:
        return ReadRecord(number, None, fault="it is no consent record as JSON")
    try:
        return ReadRecord(number, verify_message(message, keys=keys), message.island, key=message.key)
    except RefusedError as error:
        return ReadRecord(number, None, fault=error.text)
