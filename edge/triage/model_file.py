"""A model file and the card that names it: what does not belong together is never used."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS


class ModelCard(msgspec.Struct, frozen=True, kw_only=True):
    """The field of a card that loading needs."""

    sha256: str


@contextmanager
def model_file(name: str, data: bytes, card: bytes) -> Iterator[str]:
    """Read `data`, the content of the file `name`, within the block; gives its sha256 (hexadecimal).

    Raises `RefusedError` (`MODEL_MISMATCH`) if `card` describes another file, or if the block raises `ValueError` or a
    decoding error; the operator must install the models of this release.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        expected = msgspec.toml.decode(card, type=ModelCard).sha256
        if sha256 != expected:
            raise ValueError(f"its sha256 is {sha256}, expected {expected} as its card says")
        yield sha256
    except (ValueError, *DECODE_ERRORS) as error:
        raise RefusedError(f"{name} does not fit this program: {error}", reason=Reason.MODEL_MISMATCH) from None
