"""Small texts that can only be made with the key. They are authenticated, not encrypted, so they hold no secrets.

The MAC is keyed BLAKE2b (RFC 7693), 16 bytes. The purpose is its personalisation, so a token of one kind is not valid
as another. Python's own BLAKE2b gives the same result as libsodium's in a tenth of the time, and every response has
such a token.
"""

import base64
import binascii
import hashlib
from typing import TypeVar

import msgspec
from nacl.bindings import sodium_memcmp

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS

TOKEN_KEY_BYTES = 32
_MAC_BYTES = 16

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


def _mac(content: bytes, key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_MAC_BYTES, key=key, person=purpose).digest()


def _not_valid() -> RefusedError:
    return RefusedError("token is not valid, expected one that this PoP made", reason=Reason.TOKEN_INVALID)
