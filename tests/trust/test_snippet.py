"""Snippet signatures: compared with a vector and with PyNaCl by hand; every other signature is refused."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nacl.signing import SigningKey, VerifyKey

from edge.errors import Reason, RefusedError
from edge.records import IslandName, SignedSnippet
from edge.trust import (
    digest_header,
    read_signature_input,
    signature_base,
    signature_header,
    signature_input,
    verify_snippet,
)
from tests.trust.simulator.signed_island import NAME, sign_document, sign_snippet

KEY = SigningKey(b"\x01" * 32)
OTHER_KEY = SigningKey(b"\x02" * 32)
KEYS = {"tenant-key": bytes(KEY.verify_key)}


@pytest.fixture(scope="module")
def vector() -> dict[str, Any]:
    """The vector file."""
    content: dict[str, Any] = json.loads(Path(__file__).with_name("snippet_vector.json").read_text())
    return content


def test_headers_match_the_vector(vector: dict[str, Any]) -> None:
    """Every header and the signed bytes are exactly those of the vector."""
    key = SigningKey(bytes.fromhex(vector["seed_hex"]))
    digest = digest_header(vector["document"].encode())
    header = signature_input(public_key=bytes(key.verify_key), created=vector["created"], expires=vector["expires"])
    base = signature_base(digest, header)

    assert vector["unencoded_digest"] == digest
    assert vector["signature_input"] == header
    assert vector["signature_base"] == base.decode()
    assert vector["signature"] == signature_header(key.sign(base).signature)


def test_vector_verifies_by_hand(vector: dict[str, Any]) -> None:
    """PyNaCl alone verifies the vector over a base put together here, line by line, from its headers."""
    digest = base64.b64encode(hashlib.sha256(vector["document"].encode()).digest()).decode()
    lines = [
        f'"unencoded-digest";sf: sha-256=:{digest}:',
        f'"@signature-params": {vector["signature_input"].removeprefix("pub=")}',
    ]
    signature = base64.b64decode(vector["signature"].removeprefix("pub=:").removesuffix(":"))

    VerifyKey(bytes.fromhex(vector["public_key_hex"])).verify("\n".join(lines).encode(), signature)


def test_verify_snippet_of_the_vector(vector: dict[str, Any]) -> None:
    """The vector is a valid snippet, and its document is the vector's."""
    snippet = msgspec.structs.replace(
        sign_snippet(OTHER_KEY),
        document=vector["document"].encode(),
        digest=vector["unencoded_digest"],
        signature_input=vector["signature_input"],
        signature=vector["signature"],
    )

    document = verify_snippet(
        snippet, keys={"tenant-key": bytes.fromhex(vector["public_key_hex"])}, name=NAME, revision=3
    )

    assert "Orders ship within **five** days." == document.answer
    assert (vector["created"], vector["expires"]) == read_signature_input(snippet.signature_input)[1:3]


GOOD = sign_snippet(KEY)
REPLAYED = sign_snippet(KEY, "refund-status")
UNKNOWN_KEY = base64.b64encode(bytes(OTHER_KEY.verify_key)).decode()
BAD: dict[str, tuple[SignedSnippet, Reason, str]] = {
    "document is tampered with": (
        msgspec.structs.replace(GOOD, document=GOOD.document.replace(b"five", b"nine")),
        Reason.HASH_MISMATCH,
        "snippet 'ship-date' does not match the digest that was signed",
    ),
    "document and digest are tampered with": (
        msgspec.structs.replace(
            GOOD,
            document=GOOD.document.replace(b"five", b"nine"),
            digest=digest_header(GOOD.document.replace(b"five", b"nine")),
        ),
        Reason.SIGNATURE_INVALID,
        "snippet 'ship-date' has a signature that does not match",
    ),
    "expiry is tampered with": (
        msgspec.structs.replace(GOOD, signature_input=GOOD.signature_input.replace("expires=1", "expires=2")),
        Reason.SIGNATURE_INVALID,
        "snippet 'ship-date' has a signature that does not match",
    ),
    "signature is missing": (
        msgspec.structs.replace(GOOD, signature=""),
        Reason.SIGNATURE_INVALID,
        "snippet 'ship-date' has no Ed25519 signature labelled 'pub'",
    ),
    "signature is too short": (
        msgspec.structs.replace(GOOD, signature="pub=:AAAA:"),
        Reason.SIGNATURE_INVALID,
        "snippet 'ship-date' has no Ed25519 signature labelled 'pub'",
    ),
    "signature has another label": (
        msgspec.structs.replace(GOOD, signature=GOOD.signature.replace("pub=", "sig=")),
        Reason.SIGNATURE_INVALID,
        "snippet 'ship-date' has no Ed25519 signature labelled 'pub'",
    ),
    "signature has leftover bits": (
        msgspec.structs.replace(GOOD, signature=f"pub=:{'A' * 85}B==:"),
        Reason.SIGNATURE_INVALID,
        "signature is not canonical base64, expected its unused bits to be 0",
    ),
    "signature is another snippet's": (
        msgspec.structs.replace(GOOD, signature=REPLAYED.signature),
        Reason.SIGNATURE_INVALID,
        "snippet 'ship-date' has a signature that does not match",
    ),
    "terms are missing": (
        msgspec.structs.replace(GOOD, signature_input=""),
        Reason.SIGNATURE_INVALID,
        "signature input is '', expected the parameters created, expires, keyid and tag",
    ),
    "terms cover nothing": (
        msgspec.structs.replace(GOOD, signature_input='pub=();created=1;expires=2;tag="ed25519-integrity"'),
        Reason.SIGNATURE_INVALID,
        (
            """signature input is 'pub=();created=1;expires=2;tag="ed25519-integrity"', expected the parameters"""
            " created, expires, keyid and tag"
        ),
    ),
    "terms expire before they begin": (
        sign_snippet(KEY, expires_s=1_700_000_000),
        Reason.SIGNATURE_INVALID,
        "signature expires at 1700000000, expected after its creation at 1788000000",
    ),
    "key is not the tenant's": (
        sign_snippet(OTHER_KEY),
        Reason.SIGNATURE_INVALID,
        f"snippet 'ship-date' is signed by key {UNKNOWN_KEY}, expected a key of 'acme'",
    ),
    "snippet is another snippet": (
        msgspec.structs.replace(REPLAYED, id="ship-date"),
        Reason.SIGNATURE_INVALID,
        (
            "snippet is signed as 'refund-status' of acme/hoodie-drop revision 3, expected 'ship-date' of"
            " acme/hoodie-drop revision 3"
        ),
    ),
    "snippet is another tenant's": (
        sign_snippet(KEY, name=IslandName("northwind", "hoodie-drop")),
        Reason.SIGNATURE_INVALID,
        (
            "snippet is signed as 'ship-date' of northwind/hoodie-drop revision 3, expected 'ship-date' of"
            " acme/hoodie-drop revision 3"
        ),
    ),
    "snippet is another island's": (
        sign_snippet(KEY, name=IslandName("acme", "tour")),
        Reason.SIGNATURE_INVALID,
        "snippet is signed as 'ship-date' of acme/tour revision 3, expected 'ship-date' of acme/hoodie-drop revision 3",
    ),
    "snippet is of an older revision": (
        sign_snippet(KEY, revision=2),
        Reason.SIGNATURE_INVALID,
        (
            "snippet is signed as 'ship-date' of acme/hoodie-drop revision 2, expected 'ship-date' of"
            " acme/hoodie-drop revision 3"
        ),
    ),
    "document is not JSON": (
        sign_document(KEY, b"<p>five days</p>"),
        Reason.METADATA_INVALID,
        "snippet 'ship-date' is not a snippet document",
    ),
    "document is other JSON": (
        sign_document(KEY, b'{"answer":"five days"}'),
        Reason.METADATA_INVALID,
        "snippet 'ship-date' is not a snippet document",
    ),
    "document is not UTF-8": (
        sign_document(KEY, GOOD.document.replace(b"five", b"\xff\xfe")),
        Reason.METADATA_INVALID,
        "snippet 'ship-date' is not a snippet document",
    ),
}


@pytest.mark.parametrize("situation", BAD)
def test_verify_snippet_refuses(situation: str) -> None:
    """Any other snippet, or one with another signature, is refused with a reason and a text."""
    snippet, reason, text = BAD[situation]

    with pytest.raises(RefusedError) as refused:
        verify_snippet(snippet, keys=KEYS, name=NAME, revision=3)

    assert (reason, text) == (refused.value.reason, refused.value.text)


def test_verify_snippet_with_any_of_several_keys() -> None:
    """A tenant with two keys may sign snippets with either."""
    keys = {"other": bytes(OTHER_KEY.verify_key), **KEYS}

    documents = [verify_snippet(sign_snippet(key), keys=keys, name=NAME, revision=3) for key in (KEY, OTHER_KEY)]

    assert documents[0] == documents[1]


@pytest.mark.parametrize("field", ["document", "digest", "signature_input", "signature"])
def test_verify_snippet_with_any_flipped_bit(field: str) -> None:
    """Every flipped bit is noticed."""
    original: bytes | str = getattr(GOOD, field)
    whole = original if isinstance(original, bytes) else original.encode()
    for index in range(len(whole)):
        changed = whole[:index] + bytes([whole[index] ^ 1]) + whole[index + 1 :]
        value = changed if isinstance(original, bytes) else changed.decode()

        with pytest.raises(RefusedError):
            verify_snippet(msgspec.structs.replace(GOOD, **{field: value}), keys=KEYS, name=NAME, revision=3)
