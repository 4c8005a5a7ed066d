"""A PoP's signatures: on its own status, Ed25519 over the document as it is sent, and on what it records.

Each use has a context of its own. The key signs no answer. So it may be made and kept on the PoP.

>>> signer = PopSigner(bytes(32))
>>> verify_status(b"{}", public=signer.public, signature=signer.sign(b"{}"))
"""

from nacl.exceptions import BadSignatureError
from nacl.exceptions import TypeError as NaclTypeError
from nacl.exceptions import ValueError as NaclValueError
from nacl.signing import SigningKey, VerifyKey

from edge.errors import Reason, RefusedError

_CONTEXT = b"skerry pop status 1\x00"
"""Prefix of the signed bytes, so that another signature by the same key cannot be used as one on a status."""


class PopSigner:
    """Signs the statuses and the records of one PoP. `seed`: 32 bytes, secret; no `repr` shows it."""

    __slots__ = ("_signing", "public")

    def __init__(self, seed: bytes) -> None:
        self._signing = SigningKey(seed)
        self.public = bytes(self._signing.verify_key)

    def sign(self, document: bytes) -> bytes:
        """The signature on `document`: 64 bytes."""
        return self.sign_as(_CONTEXT, document)

    def sign_as(self, context: bytes, document: bytes) -> bytes:
        """The signature on `document` for another use, which `context` names: 64 bytes."""
        return self._signing.sign(context + document).signature

    def sign_note(self, text: bytes) -> bytes:
        """The signature on a signed note's text, which needs one without a context: 64 bytes.

        Raises `ValueError` for a text that could be taken for a status.
        """
        if text.startswith(_CONTEXT):
            raise ValueError("a note begins as a status does, expected another text")
        return self._signing.sign(text).signature


def verify_status(document: bytes, *, public: bytes, signature: bytes) -> None:
    """Check that the owner of the key `public` (32 bytes) signed the document.

    Raises `RefusedError` (SIGNATURE_INVALID) if not; the publisher then does not store the status.
    """
    try:
        VerifyKey(public).verify(_CONTEXT + document, signature)
    except (BadSignatureError, NaclTypeError, NaclValueError):
        text = f"the signature of {len(signature)} bytes under the status is not by key {public.hex()}"
        raise RefusedError(text, reason=Reason.SIGNATURE_INVALID) from None
