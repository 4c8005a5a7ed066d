"""Small texts that can only be made with the key. They are authenticated, not encrypted: a secret in them is sealed.

The MAC is keyed BLAKE2b (RFC 7693), 16 bytes. The purpose is its personalisation, so a token of one kind is not valid
as another. Python's own BLAKE2b gives the same result as libsodium's in a tenth of the time, and every response has
such a token.
"""

import base64
import binascii
import hashlib
from typing import TypeVar

import msgspec
from nacl.bindings import crypto_secretbox, crypto_secretbox_open, sodium_memcmp
from nacl.exceptions import CryptoError

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS

TOKEN_KEY_BYTES = 32
_MAC_BYTES = 16
_NONCE_BYTES = 24

T = TypeVar("T")


def make_token(content: bytes, *, key: bytes, purpose: bytes) -> str:
    """`content` and its MAC in URL-safe base64. `key` is 32 bytes, `purpose` at most 16."""
    return base64.urlsafe_b64encode(_mac(content, key, purpose) + content).decode().rstrip("=")


def open_token(token: str, *, type: type[T], key: bytes, purpose: bytes) -> T:  # noqa: A002 - as msgspec calls it
    """Verify a token, and decode its MessagePack as `type`.

    Raises `RefusedError` (`TOKEN_INVALID`) if it was not made with this key for this purpose, or holds another type.
    """
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _not_valid() from error
    mac, content = data[:_MAC_BYTES], data[_MAC_BYTES:]
    if len(mac) < _MAC_BYTES or not sodium_memcmp(mac, _mac(content, key, purpose)):
        raise _not_valid()
    try:
        return msgspec.msgpack.decode(content, type=type)
    except DECODE_ERRORS as error:
        # Another release made it with our key.
        raise _not_valid() from error


def seal(content: bytes, *, key: bytes, purpose: bytes) -> bytes:
    """`content`, encrypted and authenticated; 40 bytes longer. `key` is 32 bytes, `purpose` at most 16.

    The nonce is a keyed hash of the content, as in RFC 5297: nothing here is random. Equal contents look equal.
    """
    nonce = hashlib.blake2b(content, digest_size=_NONCE_BYTES, key=_sealing(key), person=purpose).digest()
    return nonce + crypto_secretbox(content, nonce, _sealing(key))


def unseal(sealed: bytes, *, key: bytes) -> bytes:
    """The content of `seal`. Raises `RefusedError` (`TOKEN_INVALID`) if it was not made with this key."""
    try:
        content = crypto_secretbox_open(sealed[_NONCE_BYTES:], sealed[:_NONCE_BYTES], _sealing(key))
    except CryptoError as error:
        raise _not_valid() from error
    return content


def _sealing(key: bytes) -> bytes:
    """Another key for encryption: one key has one use."""
    return hashlib.blake2b(b"", key=key, person=b"skerry.seal", digest_size=TOKEN_KEY_BYTES).digest()


def _mac(content: bytes, key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_MAC_BYTES, key=key, person=purpose).digest()


def _not_valid() -> RefusedError:
    return RefusedError("token is not valid, expected one that this PoP made", reason=Reason.TOKEN_INVALID)
