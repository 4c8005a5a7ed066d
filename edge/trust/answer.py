"""One approved text as a client receives it: a document and three headers, believed by the tenant's keys alone.

A PoP has the whole island, and knows which snippet it looks at (`verify_snippet`). A client has one answer.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS, SignedAnswer, SnippetDocument
from edge.records.consent import PurposeDocument
from edge.trust.snippet import SignedBytes, check_signed, open_signed, read_signature_input

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def verify_answer(signed: SignedAnswer, *, keys: Collection[bytes], now: datetime) -> SnippetDocument:
    """The document of `signed`, signed by one of `keys` (32 raw bytes each) and not expired.

    The caller compares island and snippet with what it asked for: every true answer of the tenant passes here. Whether
    `created` is past is not checked, since the clock of a viewer may be slow.

    Raises `RefusedError`: HASH_MISMATCH if the document does not match its digest, METADATA_EXPIRED if it or its
    signature has expired, METADATA_INVALID if it is not a snippet document, SIGNATURE_INVALID for every other fault.
    """
    document, terms = open_signed(_raw(signed), keys=keys, what="the answer", owner="the tenant")
    _check_terms("the answer", terms.expires, document.expires, now)
    return document


def verify_purpose(signed: SignedAnswer, *, keys: Collection[bytes], now: datetime) -> PurposeDocument:
    """The sentence of a purpose of consent, as `verify_answer`. The caller compares island and purpose."""
    terms = check_signed(_raw(signed), keys=keys, what="the purpose", owner="the tenant")
    try:
        document = msgspec.json.decode(signed.document, type=PurposeDocument)
    except DECODE_ERRORS as error:
        raise RefusedError("the purpose is not a purpose document", reason=Reason.METADATA_INVALID) from error
    _check_terms("the purpose", terms.expires, document.expires, now)
    return document


def key_of_answer(signed: SignedAnswer) -> bytes:
    """The public key (32 raw bytes) that `signed` itself names. It proves nothing until somebody vouches for it.

    Raises `RefusedError` (SIGNATURE_INVALID) if no key is named.
    """
    return read_signature_input(signed.signature_input).public_key


def _raw(signed: SignedAnswer) -> SignedBytes:
    # A lone surrogate can be in no document that was signed, so it does not match the digest.
    document = signed.document.encode(errors="surrogatepass")
    return SignedBytes(document, signed.unencoded_digest, signed.signature_input, signed.signature)


def _check_terms(what: str, signature_expires_s: int, expires: datetime, now: datetime) -> None:
    """Compared as numbers: a header may name a year that no calendar has."""
    now_s, document_s = (now - _EPOCH) // timedelta(seconds=1), (expires - _EPOCH) // timedelta(seconds=1)
    for whose, expires_s in (("its signature", signature_expires_s), ("it", document_s)):
        if now_s >= expires_s:
            raise RefusedError(
                f"{what} is good no more: {whose} expired {now_s - expires_s} s ago, expected a time to come",
                reason=Reason.METADATA_EXPIRED,
            )
