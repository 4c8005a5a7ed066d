r"""The bytes of a metadata file that its signatures cover: OLPC canonical JSON.

Canonical means: keys sorted, no blanks, no escapes but `\"` and `\\`, no fractions. securesystemslib defines these
bytes. msgspec writes the same bytes 30 times faster, unless a text needs an escape or a number has a fraction; those
files go to securesystemslib. `tests/trust/metadata/test_canonical.py` compares the two.
"""

from functools import cached_property
from typing import Any

import msgspec
from tuf.api.metadata import Metadata
from tuf.api.serialization import DeserializationError, MetadataDeserializer


class SignedFile:
    """A metadata file as it was read. Raises `DeserializationError` if `data` is not TUF metadata."""

    def __init__(self, data: bytes) -> None:
        reader = _Reader()
        self.metadata: Metadata[Any] = Metadata.from_bytes(data, reader)
        self._has_fraction = reader.saw_fraction

    @cached_property
    def payload(self) -> bytes:
        """The bytes that its signatures cover. Raises `SerializationError` if the file has no canonical form."""
        return self.metadata.signed_bytes if self._has_fraction else canonical_bytes(self.metadata)


def canonical_bytes(metadata: Metadata[Any]) -> bytes:
    """The bytes that signatures of `metadata` cover. It must hold no fractions. Raises `SerializationError`."""
    try:
        fast = msgspec.json.encode(metadata.signed.to_dict(), order="sorted")
    except (TypeError, ValueError, OverflowError, RecursionError):
        return metadata.signed_bytes
    # JSON escapes more characters than the canonical form does, so an escape may differ between the two.
    return metadata.signed_bytes if b"\\" in fast else fast


class _SignedTargets(msgspec.Struct):
    targets: dict[str, msgspec.Raw]


class _TargetsFile(msgspec.Struct):
    signed: _SignedTargets


_TARGETS = msgspec.json.Decoder(_TargetsFile)


def equal_targets(before: bytes, now: bytes) -> frozenset[str]:
    """Paths of targets that both targets files list with the same bytes, and so with the same meaning.

    Both must be verified. Finds none if a file is no targets file.
    """
    try:
        old, new = (_TARGETS.decode(data).signed.targets for data in (before, now))
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(path for path, target in new.items() if target == old.get(path))


class _Reader(MetadataDeserializer):
    """Reads one file as python-tuf does, and remembers if it holds a fraction.

    msgspec reads the JSON, in less than half of the time of Python's own module. It refuses what is not JSON and what
    Python takes all the same: `NaN`, and half a character.
    """

    def __init__(self) -> None:
        self.saw_fraction = False

    def deserialize(self, raw_data: bytes) -> Metadata[Any]:
        """The file's content. Raises `DeserializationError`."""
        try:
            return Metadata.from_dict(msgspec.json.Decoder(float_hook=self._read_float).decode(raw_data))
        except Exception as error:
            raise DeserializationError("metadata cannot be read") from error

    def _read_float(self, text: str) -> float:
        self.saw_fraction = True
        return float(text)
