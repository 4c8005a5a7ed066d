"""One approved answer, signed so that a viewer's own browser can verify it.

The form is RFC 9421 (HTTP message signatures) over `Unencoded-Digest`, in the profile of WICG Signature-based
Integrity. Chromium accepts it in `fetch(url, {integrity: "ed25519-<key>"})`. A snippet is signed once, when its island
is published. A PoP repeats the headers and has no key for it. This module builds the bytes that a publisher signs:

    digest = digest_header(document)
    header = signature_input(public_key=raw, created=created, expires=expires)
    signature = signature_header(signing_key.sign(signature_base(digest, header)).signature)
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS, IslandName, SignedSnippet, SnippetDocument

LABEL = "pub"
TAG = "ed25519-integrity"

_COMPONENTS = '("unencoded-digest";sf)'
_INPUT = re.compile(
    rf"{LABEL}=(?P<params>{re.escape(_COMPONENTS)};created=(?P<created>\d{{1,15}});expires=(?P<expires>\d{{1,15}})"
    rf';keyid="(?P<key>[A-Za-z0-9+/]{{43}}=)";tag="{TAG}")'
)
"""The only accepted form. Integers have at most 15 digits (RFC 9651, section 3.3.1)."""

_SIGNATURE = re.compile(rf"{LABEL}=:(?P<signature>[A-Za-z0-9+/]{{86}}==):")


class SignatureTerms(NamedTuple):
    """Content of a `Signature-Input` header. Times are seconds since 1970, as in the header."""

    params: str
    created: int
    expires: int
    public_key: bytes


class SignedBytes(NamedTuple):
    """A document as it arrived, with the values of its three headers."""

    document: bytes
    digest: str
    signature_input: str
    signature: str


def digest_header(document: bytes) -> str:
    """The value of `Unencoded-Digest` for these bytes."""
    return hash_header(hashlib.sha256(document).digest())


def hash_header(sha256: bytes) -> str:
    """The value of `Unencoded-Digest` for bytes with this hash, 32 raw bytes."""
    return f"sha-256=:{_base64(sha256)}:"


def signature_input(*, public_key: bytes, created: int, expires: int) -> str:
    """The value of `Signature-Input`. `public_key`: 32 raw bytes. Times: seconds since 1970."""
    return f'{LABEL}={_COMPONENTS};created={created};expires={expires};keyid="{_base64(public_key)}";tag="{TAG}"'


def signature_header(signature: bytes) -> str:
    """The value of `Signature` for the 64 bytes of an Ed25519 signature."""
    return f"{LABEL}=:{_base64(signature)}:"


def signature_base(digest: str, signature_input: str) -> bytes:
    """The bytes to sign: the signature base of RFC 9421, section 2.5, for a digest and a `Signature-Input`."""
    params = signature_input.removeprefix(f"{LABEL}=")
    return f'"unencoded-digest";sf: {digest}\n"@signature-params": {params}'.encode()


@lru_cache(64)
def read_signature_input(header: str) -> SignatureTerms:
    """The terms of a `Signature-Input` that is written exactly as `signature_input` writes it.

    Raises `RefusedError` (SIGNATURE_INVALID) for any other form, or if it expires before it was created. All snippets
    of a revision have the same terms, and each is read several times. So the last ones are remembered.
    """
    match = _INPUT.fullmatch(header)
    if match is None:
        raise _invalid(f"signature input is {header[:200]!r}, expected the parameters created, expires, keyid and tag")
    created, expires = int(match["created"]), int(match["expires"])
    if expires <= created:
        raise _invalid(f"signature expires at {expires}, expected after its creation at {created}")
    return SignatureTerms(match["params"], created, expires, _bytes(match["key"]))


def verify_snippet(
    snippet: SignedSnippet, *, keys: Mapping[str, bytes], name: IslandName, revision: int
) -> SnippetDocument:
    """The document, signed by one of the tenant's `keys` (raw, by key id) for this island, revision and snippet.

    The signature's expiry is not checked here: a PoP serves no snippet of an expired island.

    Raises `RefusedError`: HASH_MISMATCH if the document does not match its digest, METADATA_INVALID if it is not a
    snippet document, SIGNATURE_INVALID for every other fault.
    """
    what = f"snippet {snippet.id!r}"
    signed = SignedBytes(snippet.document, snippet.digest, snippet.signature_input, snippet.signature)
    document, _ = open_signed(signed, keys=keys.values(), what=what, owner=repr(name.tenant))
    # After the signature: a true signature on another snippet or revision must not be moved to this one.
    _check_identity(document, (name.tenant, name.island, revision, snippet.id))
    return document


def open_signed(
    signed: SignedBytes, *, keys: Collection[bytes], what: str, owner: str
) -> tuple[SnippetDocument, SignatureTerms]:
    """The document that one of `keys` signed, and on which terms. `what` and `owner` name both in messages.

    Neither identity nor expiry is checked. Raises as `verify_snippet`.
    """
    terms = check_signed(signed, keys=keys, what=what, owner=owner)
    try:
        return msgspec.json.decode(signed.document, type=SnippetDocument), terms
    except DECODE_ERRORS as error:
        raise RefusedError(f"{what} is not a snippet document", reason=Reason.METADATA_INVALID) from error


def check_signed(signed: SignedBytes, *, keys: Collection[bytes], what: str, owner: str) -> SignatureTerms:
    """The terms on which one of `keys` signed these bytes. Raises as `verify_snippet`, but for what they say."""
    if signed.digest != digest_header(signed.document):
        raise RefusedError(f"{what} does not match the digest that was signed", reason=Reason.HASH_MISMATCH)
    terms = read_signature_input(signed.signature_input)
    if terms.public_key not in keys:
        raise _invalid(f"{what} is signed by key {_base64(terms.public_key)}, expected a key of {owner}")
    _check_signature(signed, terms, what)
    return terms


def _check_signature(signed: SignedBytes, terms: SignatureTerms, what: str) -> None:
    match = _SIGNATURE.fullmatch(signed.signature)
    if match is None:
        raise _invalid(f"{what} has no Ed25519 signature labelled {LABEL!r}")
    try:
        VerifyKey(terms.public_key).verify(
            signature_base(signed.digest, signed.signature_input), _bytes(match["signature"])
        )
    except BadSignatureError as error:
        raise _invalid(f"{what} has a signature that does not match") from error


def _check_identity(document: SnippetDocument, expected: tuple[str, str, int, str]) -> None:
    signed = (document.tenant, document.island, document.revision, document.snippet)
    if signed != expected:
        raise _invalid(f"snippet is signed as {_described(signed)}, expected {_described(expected)}")


def _described(identity: tuple[str, str, int, str]) -> str:
    tenant, island, revision, snippet = identity
    return f"{snippet[:63]!r} of {tenant[:63]}/{island[:63]} revision {revision}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    """The bytes of canonical base64. Leftover bits that are set would make a second spelling of the same bytes."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise _invalid("signature is not base64") from error
    if _base64(decoded) != text:
        raise _invalid("signature is not canonical base64, expected its unused bits to be 0")
    return decoded


def _invalid(text: str) -> RefusedError:
    return RefusedError(text, reason=Reason.SIGNATURE_INVALID)
