"""One approved answer as a client receives it: a document and three headers, believed by the tenant's keys alone.

A PoP has the whole island, and knows which snippet it looks at (`verify_snippet`). A client has one answer.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from edge.errors import Reason, RefusedError
from edge.records import SignedAnswer, SnippetDocument
from edge.trust.snippet import SignedBytes, open_signed, read_signature_input

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def verify_answer(signed: SignedAnswer, *, keys: Collection[bytes], now: datetime) -> SnippetDocument:
    """The document of `signed`, signed by one of `keys` (32 raw bytes each) and not expired.

    The caller compares island and snippet with what it asked for: every true answer of the tenant passes here. Whether
    `created` is past is not checked, since the clock of a viewer may be slow.

    Raises `RefusedError`: HASH_MISMATCH if the document does not match its digest, METADATA_EXPIRED if it or its
    signature has expired, METADATA_INVALID if it is not a snippet document, SIGNATURE_INVALID for every other fault.
    """
    raw = SignedBytes(
        # A lone surrogate can be in no document that was signed, so it does not match the digest.
        signed.document.encode(errors="surrogatepass"),
        signed.unencoded_digest,
        signed.signature_input,
        signed.signature,
    )
    document, terms = open_signed(raw, keys=keys, what="the answer", owner="the tenant")
    _check_expiry((now - _EPOCH) // timedelta(seconds=1), terms.expires, "its signature")
    _check_expiry((now - _EPOCH) // timedelta(seconds=1), (document.expires - _EPOCH) // timedelta(seconds=1), "it")
    return document


def key_of_answer(signed: SignedAnswer) -> bytes:
    """The public key (32 raw bytes) that `signed` itself names. It proves nothing until somebody vouches for it.

    Raises `RefusedError` (SIGNATURE_INVALID) if no key is named.
    """
    return read_signature_input(signed.signature_input).public_key


def _check_expiry(now_s: int, expires_s: int, what: str) -> None:
    """Compared as numbers: a header may name a year that no calendar has."""
    if now_s >= expires_s:
        raise RefusedError(
            f"the answer is good no more: {what} expired {now_s - expires_s} s ago, expected a time to come",
            reason=Reason.METADATA_EXPIRED,
        )
