"""What the command line gives to read a log by: the words that leaves commit to, and answers that were shown."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from edge.client import read_saved
from edge.errors import ConfigError, RefusedError
from edge.records import DECODE_ERRORS, SignedAnswer


class _Opening(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `--openings`: what a tenant reads of its payloads."""

    leaf: str
    """Hash of the leaf, in hexadecimal."""
    salt: str
    """In hexadecimal."""
    payload: msgspec.Raw
    """As it was committed to, byte by byte."""


def read_openings(path: Path) -> dict[bytes, bytes]:
    """By the leaf's hash. Raises `RefusedError` for a line of another form."""
    openings = dict[bytes, bytes]()
    for number, line in enumerate(_content(path).splitlines(), start=1):
        try:
            one = msgspec.json.decode(line, type=_Opening)
            openings[bytes.fromhex(one.leaf)] = bytes.fromhex(one.salt) + bytes(one.payload)
        except (ValueError, *DECODE_ERRORS):
            text = f"line {number} of {path} is no opening, expected JSON with `leaf`, `salt` and `payload`"
            raise RefusedError(text) from None
    return openings


def read_answers(paths: Iterable[Path]) -> list[SignedAnswer]:
    """Answers that `curl -i` saved. Their signatures are not verified."""
    return [read_saved(_content(path)) for path in paths]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; to see who may, run: ls -l {path}") from error
