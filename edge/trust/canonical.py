r"""What is signed of a metadata file: its canonical JSON, by a faster way where that surely gives the same bytes.

OLPC canonical JSON, as securesystemslib writes it: keys sorted, no blanks, no escapes but `\"` and `\\`, no fractions.
msgspec writes the same 30 times faster, unless a text needs an escape or a number has a fraction; then securesystemslib
is asked, whose word counts. `tests/trust/metadata/test_canonical.py` compares the two.
"""

import json
from functools import cached_property
from typing import Any

import msgspec
from tuf.api.metadata import Metadata
from tuf.api.serialization import DeserializationError, MetadataDeserializer


class SignedFile:
    """A metadata file as it was read; raises `DeserializationError` where it is none."""

    def __init__(self, data: bytes) -> None:
        reader = _Reader()
        self.metadata: Metadata[Any] = Metadata.from_bytes(data, reader)
        self._has_fraction = reader.saw_fraction

    @cached_property
    def payload(self) -> bytes:
        """The bytes that its signatures are over; raises `SerializationError` where there is no canonical form."""
        return self.metadata.signed_bytes if self._has_fraction else canonical_bytes(self.metadata)


def canonical_bytes(metadata: Metadata[Any]) -> bytes:
    """The bytes that signatures of `metadata` are over; it must hold no fractions. Raises `SerializationError`."""
    try:
        fast = msgspec.json.encode(metadata.signed.to_dict(), order="sorted")
    except (TypeError, ValueError, OverflowError, RecursionError):
        return metadata.signed_bytes
    return metadata.signed_bytes if b"\\" in fast else fast


class _Reader(MetadataDeserializer):
    """Reads as python-tuf does, and notes whether there was a fraction anywhere; for one file."""

    def __init__(self) -> None:
        self.saw_fraction = False

    def deserialize(self, raw_data: bytes) -> Metadata[Any]:
        """The file's content; raises `DeserializationError`."""
        try:
            document = json.loads(raw_data.decode(), parse_float=self._note, parse_constant=self._note)
            return Metadata.from_dict(document)
        except Exception as error:
            raise DeserializationError("metadata cannot be read") from error

    def _note(self, text: str) -> float:
        self.saw_fraction = True
        return float(text)
