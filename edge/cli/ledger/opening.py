"""Which log is meant, and who signed it? What all commands that read a log have in common."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from edge.cli.ledger.log_files import CHECKPOINT, COSIGNED, FolderLog, LogFiles, UrlLog, read_file, read_tile
from edge.cli.peers import ProxyFor, proxy_options
from edge.errors import Reason, RefusedError
from edge.ledger import (
    Checkpoint,
    LoggedProof,
    NoteKey,
    OpenedCheckpoint,
    SignatureType,
    Tile,
    hashes_in,
    inclusion_proof,
    open_checkpoint,
    read_checkpoint,
    read_key,
)

_KEPT_TILES = 64
_POP_KEY = re.compile(r"[0-9a-f]{64}")


class LogReader(NamedTuple):
    """A log whose checkpoint is signed as the command line asks. Its tiles are not verified."""

    files: LogFiles
    note: str
    """The checkpoint as it was read."""
    opened: OpenedCheckpoint
    log: NoteKey
    witnesses: tuple[NoteKey, ...]

    @property
    def checkpoint(self) -> Checkpoint:
        """Its state."""
        return self.opened.checkpoint

    def read(self, tile: Tile) -> bytes:
        """A tile's bytes. Raises `RefusedError` if there is no such tile."""
        return read_tile(self.files, tile)

    def prover(self) -> Callable[[int], LoggedProof]:
        """Makes the proof of the leaf at a place, and keeps some tiles for the next one.

        What it makes is not verified. It raises `RefusedError` if the log lacks a tile.
        """
        size = self.checkpoint.size
        hashes = hashes_in(lru_cache(_KEPT_TILES)(self.read), size)
        return lambda index: LoggedProof(index, tuple(inclusion_proof(index, size, hashes)), self.note)


KEY_HELP = (
    "The log's verifier key NAME+ID+KEY, or 64 hexadecimal digits: the key of the PoP's GET /v1/ledger, or, of a log"
    " that is cosigned, the one that `skerry publisher pops list` shows."
)

witness_option = click.option(
    "--witness",
    "witnesses",
    multiple=True,
    metavar="KEY",
    help="Verifier key of a witness that must have cosigned; again for a second one.",
)


def log_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add DIR|URL, `--key`, `--witness` and those of a proxy. The command gets `log`, a `LogReader`."""

    @click.argument("source", metavar="DIR|URL")
    @click.option("--key", required=True, metavar="KEY", help=KEY_HELP)
    @witness_option
    @proxy_options
    @wraps(command)
    def with_log(
        *arguments: Any, source: str, key: str, witnesses: tuple[str, ...], proxy_for_url: ProxyFor, **options: Any
    ) -> Any:
        return command(*arguments, log=open_log(source, [key], witnesses, proxy_for_url), **options)

    return with_log


def open_log(source: str, keys: Sequence[str], witnesses: Sequence[str], proxy_for_url: ProxyFor) -> LogReader:
    """Read a log's checkpoint, and verify its signatures: that of the log with one of `keys`, and every witness's.

    Raises `RefusedError` if one is missing or wrong.
    """
    is_url = source.startswith(("http://", "https://"))
    files: LogFiles = UrlLog(source, proxy_for_url) if is_url else FolderLog(Path(source))
    known = tuple(map(_witness_key, witnesses))
    # The newest state of a busy log is not cosigned yet.
    cosigned = files.read(COSIGNED) if known else None
    note = as_text(read_file(files, CHECKPOINT) if cosigned is None else cosigned, CHECKPOINT)
    log = _signer(keys, note)
    return LogReader(files, note, open_signed(note, log, known), log, known)


def _signer(keys: Sequence[str], note: str) -> NoteKey:
    """The key that signed the checkpoint; the last one if none did."""
    for key in keys[:-1]:
        log = log_key(key, note)
        try:
            open_checkpoint(note, log)
        except RefusedError as error:
            # Another log's key. What else is wrong is wrong with the last one, too.
            if error.reason is not Reason.SIGNATURE_INVALID:
                raise
        else:
            return log
    return log_key(keys[-1], note)


def open_signed(note: str, log: NoteKey, witnesses: Sequence[NoteKey]) -> OpenedCheckpoint:
    """A checkpoint that the log and every witness signed. Raises `RefusedError` otherwise."""
    opened = open_checkpoint(note, log, witnesses)
    found = {one.key for one in opened.signatures}
    missing = ", ".join(one.name for one in witnesses if one not in found)
    if missing:
        raise RefusedError(f"checkpoint is not cosigned by {missing}", reason=Reason.SIGNATURE_INVALID)
    return opened


def log_key(key: str, note: str) -> NoteKey:
    """The key that a log's checkpoints are signed with. A PoP has one key for all of its logs, without a name.

    Raises `RefusedError` if it is neither form of a key.
    """
    if _POP_KEY.fullmatch(key.strip()):
        return NoteKey(read_checkpoint(note).origin, bytes.fromhex(key.strip()))
    return read_key(key)


def as_text(content: bytes, name: str) -> str:
    """The text of a signed file. Raises `RefusedError` if it is none."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise RefusedError(f"{name} is no text, expected a signed note") from None


def _witness_key(text: str) -> NoteKey:
    key = read_key(text)
    if key.type is not SignatureType.COSIGNATURE:
        raise RefusedError(f"{key.name} is the key of a log, expected a witness's; to see it, ask who runs the witness")
    return key
