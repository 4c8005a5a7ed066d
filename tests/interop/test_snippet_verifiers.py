"""Two verifiers by others (PyPI and npm `http-message-signatures`) and our own judge the same snippets alike.

Both implement RFC 9421 and know nothing of Skerry. Neither knows `Unencoded-Digest`, so each is told that it is a
dictionary, and compares the digest with the body by means of its own language.
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import NamedTuple

import http_sf
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureComponentResolver,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from nacl.signing import SigningKey

from edge.errors import RefusedError
from edge.host import utc_now
from edge.publish.compile import sign_island
from edge.publish.keys import PrivateKey
from edge.records import Island, SignedSnippet
from edge.trust import read_signature_input, verify_snippet
from tests.interop.node import run_node
from tests.pen import DROP, Pen
from tests.trust.simulator.signed_island import sign_document

KEY = SigningKey.generate()


class Case(NamedTuple):
    """A snippet as a client received it, and the key by which it should be signed."""

    snippet: SignedSnippet
    key: bytes


def change(case: Case, **fields: str | bytes) -> Case:
    """The same with other contents."""
    return case._replace(snippet=msgspec.structs.replace(case.snippet, **fields))


def shift_expiry(case: Case, seconds: int) -> Case:
    """The header says another end than was signed."""
    expires = read_signature_input(case.snippet.signature_input).expires
    header = case.snippet.signature_input.replace(f"expires={expires}", f"expires={expires + seconds}")
    return change(case, signature_input=header)


def flip_a_bit(case: Case) -> Case:
    """One bit of the signature is another."""
    signature = bytearray(base64.b64decode(case.snippet.signature[5:-1]))
    signature[40] ^= 1
    return change(case, signature=f"pub=:{base64.b64encode(signature).decode()}:")


def sign_anew(case: Case, key: SigningKey, *, ends_in: timedelta) -> Case:
    """The same document, signed by `key` until then."""
    expires_s = int((utc_now() + ends_in).timestamp())
    return case._replace(
        snippet=sign_document(key, case.snippet.document, snippet=case.snippet.id, expires_s=expires_s)
    )


BAD: dict[str, Callable[[Case], Case]] = {
    "another body": lambda case: change(case, document=case.snippet.document + b" "),
    "another digest": lambda case: change(
        case, digest=f"sha-256=:{base64.b64encode(hashlib.sha256(b'').digest()).decode()}:"
    ),
    "a bit of the signature flipped": flip_a_bit,
    "an hour more": lambda case: shift_expiry(case, 3600),
    "expired": lambda case: sign_anew(case, KEY, ends_in=timedelta(seconds=-60)),
    "signed by somebody else": lambda case: sign_anew(case, SigningKey.generate(), ends_in=timedelta(hours=1)),
    "another key expected": lambda case: case._replace(key=bytes(SigningKey.generate().verify_key)),
    "another tag": lambda case: change(
        case, signature_input=case.snippet.signature_input.replace("ed25519-integrity", "sri")
    ),
    "no signature": lambda case: change(case, signature=""),
}


@pytest.fixture(scope="module")
def good(pen: Pen) -> list[Case]:
    """Every snippet of the sample drop, as the publisher signs it."""
    key = PrivateKey("tenant.northwind", bytes(KEY))
    signed = sign_island(pen.prepared, revision=1, signer=key, now=utc_now() - timedelta(seconds=1))
    return [Case(snippet, key.public) for snippet in msgspec.msgpack.decode(signed.data, type=Island).snippets]


def test_all_believe_every_published_snippet(good: list[Case]) -> None:
    """Three implementations accept every snippet that the publisher signs."""
    expected = [True] * len(good)

    assert len(good) > 10
    assert (expected, expected, expected) == (by_us(good), by_pypi(good), by_npm(good))


def test_snippet_signed_anew_is_good(good: list[Case]) -> None:
    """What makes the bad cases bad is not how the test signs them."""
    case = [sign_anew(good[0], KEY, ends_in=timedelta(hours=1))]

    assert ([True], [True], [True]) == (by_us(case), by_pypi(case), by_npm(case))


def test_none_believes_a_bad_snippet(good: list[Case]) -> None:
    """Every change is noticed by all three."""
    cases = [make(good[0]) for make in BAD.values()]
    expected = dict.fromkeys(BAD, (False, False, False))
    verdicts = zip(by_us(cases), by_pypi(cases), by_npm(cases), strict=True)

    assert expected == dict(zip(BAD, verdicts, strict=True))


def by_us(cases: list[Case]) -> list[bool]:
    """`verify_snippet` judges signature and digest; this adds the expiry, which its callers must check themselves."""
    return [_is_believed_by_us(case) for case in cases]


def _is_believed_by_us(case: Case) -> bool:
    try:
        document = verify_snippet(case.snippet, keys={"key": case.key}, name=DROP, revision=1)
    except RefusedError:
        return False
    expires = read_signature_input(case.snippet.signature_input).expires
    return document.tenant == DROP.tenant and utc_now().timestamp() < expires


class _Resolver(HTTPSignatureComponentResolver):
    """Knows one field more than the library does."""

    def resolve(self, component_node: http_sf.compat.Item) -> str:
        if component_node.value == "unencoded-digest" and dict(component_node.params) == {"sf": True}:
            field = self.headers["unencoded-digest"].encode()
            return str(http_sf.ser(http_sf.parse(field, tltype="dictionary")))
        return str(super().resolve(component_node))


class _OneKey(HTTPSignatureKeyResolver):
    """Only the key that is expected."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        known = base64.b64encode(self._raw).decode() == key_id
        return Ed25519PublicKey.from_public_bytes(self._raw) if known else None


def by_pypi(cases: list[Case]) -> list[bool]:
    """By `http-message-signatures` of PyPI."""
    return [_is_believed_by_pypi(case) for case in cases]


def _is_believed_by_pypi(case: Case) -> bool:
    digest = base64.b64encode(hashlib.sha256(case.snippet.document).digest()).decode()
    if case.snippet.digest != f"sha-256=:{digest}:":
        return False
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519,
        key_resolver=_OneKey(case.key),
        component_resolver_class=_Resolver,
    )
    verifier.max_clock_skew = timedelta(0)
    response = SimpleNamespace(status_code=200, headers=_headers(case.snippet), request=None)
    try:
        found = verifier.verify(response, max_age=None, expect_tag="ed25519-integrity")
    except InvalidSignature:
        return False
    return '"unencoded-digest";sf' in found[0].covered_components


def by_npm(cases: list[Case]) -> list[bool]:
    """By `http-message-signatures` of npm."""
    question = [
        {
            "headers": _headers(case.snippet),
            "body": base64.b64encode(case.snippet.document).decode(),
            "key": base64.b64encode(case.key).decode(),
        }
        for case in cases
    ]
    believed: list[bool] = run_node("verify_snippets.js", question)
    return believed


def _headers(snippet: SignedSnippet) -> dict[str, str]:
    return {
        "Unencoded-Digest": snippet.digest,
        "Signature-Input": snippet.signature_input,
        "Signature": snippet.signature,
    }
