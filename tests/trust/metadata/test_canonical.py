"""The signed bytes are those of securesystemslib, also if msgspec has written them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from securesystemslib.formats import encode_canonical
from tuf.api.metadata import Metadata, Targets
from tuf.api.serialization import DeserializationError, SerializationError

from edge.trust.canonical import SignedFile, canonical_bytes, equal_targets

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


@pytest.mark.parametrize("value", ["NaN", "-Infinity", '"\\ud800"', "01", '"\t"'])
def test_what_is_not_json_is_refused(value: str) -> None:
    """Also what Python's module would take: neither is in the standard, and neither has a canonical form."""
    document = _targets("here").to_bytes().replace(b'"here"', value.encode())

    with pytest.raises(DeserializationError):
        SignedFile(document)


@pytest.mark.parametrize("number", ["1.0", "1e3", "-0.0", "1e999"])
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


_NUMBERS = st.sampled_from(["-0", "1e3", "1E400", "-1.50", str(2**64), str(-(2**70)), "01", "1."])
_STRINGS = st.sampled_from(['"\\ud83d\\ude00"', '"\\/"', '"\x7f"', '"\x01"', '"\t"', '"\\u0000"', "\ufeff"])


@given(st.one_of(_NUMBERS, _STRINGS, _VALUES.map(json.dumps), st.text(max_size=4)))
def test_file_says_what_python_s_parser_reads(text: str) -> None:
    """Both read the same of any text in a file, and refuse the same, but for NaN and halves of a character."""
    assume("NaN" not in text)
    data = _targets("here").to_bytes().replace(b'"here"', text.encode(errors="surrogatepass"))
    expected = _by_python(data)
    try:
        found = repr(SignedFile(data).metadata.signed.unrecognized_fields)
    except DeserializationError:
        found = None

    assert expected == found


def _by_python(data: bytes) -> str | None:
    try:
        return repr(Metadata[Targets].from_bytes(data).signed.unrecognized_fields)
    except DeserializationError:
        return None


EQUAL: dict[str, tuple[str, str, set[str]]] = {
    "the same": ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', {"a", "b"}),
    "another value": ('{"a": 1, "b": 2}', '{"a": 1, "b": 3}', {"a"}),
    "a new path": ('{"a": 1}', '{"a": 1, "b": 1}', {"a"}),
    "a path that is gone": ('{"a": 1, "b": 1}', '{"a": 1}', {"a"}),
    "a path that is written otherwise": ('{"a": 1}', '{"\\u0061": 1}', {"a"}),
    "a path that is listed twice: the last counts": ('{"a": 1}', '{"a": 1, "a": 2}', set()),
    "no targets": ('{"a": 1}', "[]", set()),
}


@pytest.mark.parametrize(("before", "now", "expected"), EQUAL.values(), ids=EQUAL.keys())
def test_targets_that_two_files_list_alike(before: str, now: str, expected: set[str]) -> None:
    """Only what both files say with the same bytes is the same."""
    files = [f'{{"signed": {{"x": 1, "targets": {targets}}}}}'.encode() for targets in (before, now)]

    assert expected == equal_targets(*files)
