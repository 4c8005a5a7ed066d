"""The signed bytes are those of securesystemslib, also if msgspec has written them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.formats import encode_canonical
from tuf.api.metadata import Metadata, Targets
from tuf.api.serialization import SerializationError

from edge.trust.canonical import SignedFile, canonical_bytes

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


def _targets(value: Any) -> Metadata[Targets]:
    signed = Targets(expires=datetime(2026, 9, 1, tzinfo=UTC), unrecognized_fields={"x-found": value})
    return Metadata(signed)


@given(_VALUES)
def test_both_ways_give_the_same_bytes(value: Any) -> None:
    """We encode any value as securesystemslib does: any text, any order of keys, any size of a number."""
    metadata = _targets(value)

    assert str(encode_canonical(metadata.signed.to_dict())).encode() == canonical_bytes(metadata)


@pytest.mark.parametrize("value", ["\n", "\x00", '"', "\\n", "\x7f", "\u2028", "é", "\U0001f600", 2**70, -(2**70), {}])
def test_what_the_two_could_write_differently(value: Any) -> None:
    """Escapes, large numbers, empty things; as a value and as a key."""
    for metadata in (_targets(value), _targets({str(value): [value]})):
        assert str(encode_canonical(metadata.signed.to_dict())).encode() == canonical_bytes(metadata)


@pytest.mark.parametrize("number", ["1.0", "1e3", "NaN", "-Infinity"])
def test_fraction_has_no_canonical_form(number: str) -> None:
    """A number that only one of the two refuses is refused."""
    document = _targets("here").to_bytes().replace(b'"here"', number.encode())
    file = SignedFile(document)

    with pytest.raises(SerializationError):
        _ = file.payload


def test_fraction_beside_what_is_signed() -> None:
    """A field outside the signed part changes nothing."""
    metadata = _targets("here")
    document = json.loads(metadata.to_bytes()) | {"x-more": 1.5}

    assert metadata.signed_bytes == SignedFile(json.dumps(document).encode()).payload


def test_half_a_character_has_no_canonical_form() -> None:
    """JSON can hold it, UTF-8 cannot: the file is refused."""
    with pytest.raises(SerializationError):
        canonical_bytes(_targets("\ud800"))
