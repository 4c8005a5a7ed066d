"""A PoP's signature under what it says of itself: Ed25519 over the document as it is sent.

The PoP's key vouches for this one thing and for no viewer-facing byte, so it is made and kept on the PoP.

>>> signer = PopSigner(bytes(32))
>>> verify_status(b"{}", public=signer.public, signature=signer.sign(b"{}"))
"""

from nacl.exceptions import BadSignatureError
from nacl.exceptions import TypeError as NaclTypeError
from nacl.exceptions import ValueError as NaclValueError
from nacl.signing import SigningKey, VerifyKey

from edge.errors import Reason, RefusedError

_CONTEXT = b"skerry pop status 1\x00"
"""Goes before the document, so that no other signature of the same key can be passed off as one of these."""


class PopSigner:
    """Signs one PoP's statuses. `seed`: 32 bytes, secret; it shows in no `repr`."""

    __slots__ = ("_signing", "public")

    def __init__(self, seed: bytes) -> None:
        self._signing = SigningKey(seed)
        self.public = bytes(self._signing.verify_key)

    def sign(self, document: bytes) -> bytes:
        """64 bytes."""
        return self._signing.sign(_CONTEXT + document).signature


def verify_status(document: bytes, *, public: bytes, signature: bytes) -> None:
    """Returns when the owner of `public` (32 bytes) signed the document; raises `RefusedError` otherwise."""
    try:
        VerifyKey(public).verify(_CONTEXT + document, signature)
    except (BadSignatureError, NaclTypeError, NaclValueError):
        text = f"the signature of {len(signature)} bytes under the status is not by key {public.hex()}"
        raise RefusedError(text, reason=Reason.SIGNATURE_INVALID) from None
