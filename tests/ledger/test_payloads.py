"""Payloads: what a leaf commits to, and who can read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from edge.errors import RefusedError
from edge.ledger import (
    KEY_BYTES,
    NONCE_BYTES,
    SEALED_KEY_BYTES,
    PayloadPlace,
    commitment,
    decrypt_payload,
    encrypt_payload,
    open_sealed_key,
)

SALT_BYTES = 32
KEY, NONCE, SALT = bytes(range(KEY_BYTES)), bytes(NONCE_BYTES), b"s" * SALT_BYTES
PLACE = PayloadPlace("acme", "summer", "answer", "leaf-1")
CONTENT = encrypt_payload(SALT + b"when do you ship", PLACE, key=KEY, nonce=NONCE)


@given(st.binary(max_size=3000))
def test_payload_comes_back_and_is_proven(payload: bytes) -> None:
    """What is decrypted has the commitment that the leaf has."""
    content = encrypt_payload(SALT + payload, PLACE, key=KEY, nonce=NONCE)

    found = decrypt_payload(content, PLACE, key=KEY)

    assert (found[:SALT_BYTES], found[SALT_BYTES:]) == (SALT, payload)
    assert commitment(found) == commitment(SALT + payload)


def test_commitment_needs_the_salt() -> None:
    """The same words under two salts have two commitments."""
    assert commitment(SALT + b"yes") != commitment(b"t" * SALT_BYTES + b"yes")


@pytest.mark.parametrize("at", range(len(CONTENT)))
def test_changed_byte_is_refused(at: int) -> None:
    """No byte of a content can be changed."""
    changed = bytearray(CONTENT)
    changed[at] ^= 1

    with pytest.raises(RefusedError, match="was changed, or belongs to another leaf, event or key"):
        decrypt_payload(bytes(changed), PLACE, key=KEY)


@pytest.mark.parametrize("length", [0, 23, 255, len(CONTENT) - 1])
def test_content_cut_short_is_refused(length: int) -> None:
    """A row that was cut short is refused, at any length."""
    with pytest.raises(RefusedError, match="leaf leaf-1"):
        decrypt_payload(CONTENT[:length], PLACE, key=KEY)


@pytest.mark.parametrize(("length", "expected"), [(0, 256), (180, 256), (181, 512), (436, 512), (437, 1024)])
def test_length_says_little(length: int, expected: int) -> None:
    """Contents have few lengths."""
    assert expected == len(encrypt_payload(SALT + bytes(length), PLACE, key=KEY, nonce=NONCE))


@pytest.mark.parametrize("field", PayloadPlace._fields)
def test_content_of_another_place_is_refused(field: str) -> None:
    """A payload is bound to its tenant, event, class and leaf."""
    with pytest.raises(RefusedError, match="belongs to another leaf"):
        decrypt_payload(CONTENT, PLACE._replace(**{field: "other"}), key=KEY)


@given(st.lists(st.text(max_size=3), min_size=4, max_size=4), st.lists(st.text(max_size=3), min_size=4, max_size=4))
def test_two_places_never_have_the_same_bytes(one: list[str], other: list[str]) -> None:
    """No part of a place can run over into the next."""
    assert (one == other) == (PayloadPlace(*one).bound == PayloadPlace(*other).bound)


def test_sealed_key_opens_for_its_tenant_alone() -> None:
    """A sealed key is of use to one private key."""
    tenant, other = PrivateKey(b"a" * 32), PrivateKey(b"b" * 32)
    sealed = SealedBox(tenant.public_key).encrypt(KEY)

    assert (len(sealed), open_sealed_key(sealed, bytes(tenant))) == (SEALED_KEY_BYTES, KEY)
    with pytest.raises(RefusedError, match="sealed key is not for this sealing key, or was changed"):
        open_sealed_key(sealed, bytes(other))
    with pytest.raises(RefusedError, match="sealed key has 79 bytes, expected 80"):
        open_sealed_key(sealed[:-1], bytes(tenant))
