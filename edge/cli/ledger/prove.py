"""`skerry ledger prove`: the proof that one leaf is in a log."""

import base64
import binascii
from collections.abc import Iterator

import click

from edge.cli.ledger.opening import LogReader, log_options
from edge.cli.terminal import echo
from edge.errors import Reason, RefusedError
from edge.ledger import TILE_WIDTH, LoggedProof, Tile

_HASH_BYTES = 32


@click.command("prove")
@log_options
@click.option("--leaf", required=True, metavar="HASH", help="Hash of the leaf, in hexadecimal or Base64.")
def prove_command(log: LogReader, leaf: str) -> None:
    """Print the proof that a leaf is in a log.

    It is a text of C2SP tlog-proof, with the checkpoint in it, that anybody can verify without the log. Exit status 1
    if the leaf is not in the log.
    """
    echo(prove(log, read_leaf_hash(leaf)).text.removesuffix("\n"))


def prove(log: LogReader, digest: bytes) -> LoggedProof:
    """The proof, verified. Raises `RefusedError` if no leaf has this hash, or if a tile that is needed was changed."""
    index = next((index for index, found in _leaves(log) if found == digest), None)
    if index is None:
        raise RefusedError(
            f"leaf {digest.hex()} is not among the {log.checkpoint.size} of {log.checkpoint.origin}",
            reason=Reason.NOT_FOUND,
        )
    proof = log.prover()(index)
    proof.check(digest, log=log.log, witnesses=log.witnesses)
    return proof


def read_leaf_hash(text: str) -> bytes:
    """The 32 bytes of a hash. Raises `RefusedError` for another text."""
    for decode in (bytes.fromhex, lambda one: base64.b64decode(one, validate=True)):
        try:
            digest = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(digest) == _HASH_BYTES:
            return digest
    raise RefusedError("--leaf is no hash, expected 64 hexadecimal digits or 44 signs of Base64")


def _leaves(log: LogReader) -> Iterator[tuple[int, bytes]]:
    for number in range(-(-log.checkpoint.size // TILE_WIDTH)):
        tile = Tile(0, number, min(TILE_WIDTH, log.checkpoint.size - number * TILE_WIDTH))
        content = log.read(tile)
        for position in range(tile.width):
            yield number * TILE_WIDTH + position, content[position * _HASH_BYTES : (position + 1) * _HASH_BYTES]
