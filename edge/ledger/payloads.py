"""What a leaf commits to, and how it is kept from everybody but its tenant.

    opening      32 random bytes (the salt), then the payload
    commitment   SHA-256 of the opening; the leaf has it
    content      nonce, then length, opening and zeros, encrypted with XChaCha20-Poly1305 under a key of one session and
                 class, and bound to tenant, event, class and leaf
    sealed key   that key in a NaCl sealed box, which only the tenant's X25519 key opens

The zeros make a content 256 bytes long, or 512, and so on: its length says little of the words, and an erased content
leaves a place that another one fits. Without its salt, a payload cannot be guessed from its commitment. With the salt,
a payload that was decrypted is proven against its leaf. When the sealed key is overwritten, the leaf stays, and nobody
reads the payload again.

The caller gives randomness. Sealing a key needs some of its own, so it is done where keys are made (`edge.store`).
"""

from hashlib import sha256
from typing import NamedTuple

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from edge.errors import Reason, RefusedError

KEY_BYTES, NONCE_BYTES = 32, 24

SEALED_KEY_BYTES = KEY_BYTES + 48
"""A sealed box adds the sender's ephemeral public key (32 bytes) and a tag (16 bytes)."""

_LENGTH_BYTES = 4
_OVERHEAD_BYTES = NONCE_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES
_SMALLEST_BYTES = 256

_PURPOSE = b"skerry payload v1"


class PayloadPlace(NamedTuple):
    """What a payload belongs to. Under another place it cannot be decrypted."""

    tenant: str
    event: str
    retention_class: str
    leaf: str
    """Id of the leaf."""

    @property
    def bound(self) -> bytes:
        """The associated data. Each part has its length before it, so that no two places have the same bytes."""
        parts = [part.encode() for part in self]
        return _PURPOSE + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def commitment(opening: bytes) -> bytes:
    """The 32 bytes by which a leaf commits to a payload."""
    return sha256(opening).digest()


def encrypt_payload(opening: bytes, place: PayloadPlace, *, key: bytes, nonce: bytes) -> bytes:
    """The content: 256 bytes, or twice as many, and so on. `nonce`: 24 random bytes, new for each."""
    plain = len(opening).to_bytes(_LENGTH_BYTES, "big") + opening
    needed = max(_SMALLEST_BYTES, len(plain) + _OVERHEAD_BYTES)
    padded = plain.ljust((1 << (needed - 1).bit_length()) - _OVERHEAD_BYTES, b"\0")
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(padded, place.bound, nonce, key)


def decrypt_payload(content: bytes, place: PayloadPlace, *, key: bytes) -> bytes:
    """The opening. Raises `RefusedError` if the content is cut short, changed, or another place's or key's."""
    if len(content) < _SMALLEST_BYTES:
        text = f"payload of leaf {place.leaf} has {len(content)} bytes, expected at least {_SMALLEST_BYTES}"
        raise RefusedError(text, reason=Reason.LENGTH_MISMATCH)
    nonce, ciphertext = content[:NONCE_BYTES], content[NONCE_BYTES:]
    try:
        padded = crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, place.bound, nonce, key)
    except CryptoError:
        text = f"payload of leaf {place.leaf} was changed, or belongs to another leaf, event or key"
        raise RefusedError(text, reason=Reason.HASH_MISMATCH) from None
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]


def open_sealed_key(sealed: bytes, private: bytes) -> bytes:
    """The key in a sealed box, 32 bytes. `private`: the tenant's X25519 key. Raises `RefusedError` for another's."""
    if len(sealed) != SEALED_KEY_BYTES:
        text = f"sealed key has {len(sealed)} bytes, expected {SEALED_KEY_BYTES}"
        raise RefusedError(text, reason=Reason.LENGTH_MISMATCH)
    try:
        return SealedBox(PrivateKey(private)).decrypt(sealed)
    except CryptoError:
        raise RefusedError("sealed key is not for this sealing key, or was changed") from None
