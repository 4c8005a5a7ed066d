"""Small texts that only the holder of the key can have made: MACed, not encrypted, so they hold nothing secret.

Keyed BLAKE2b (RFC 7693), 16 bytes, with the purpose as its personalisation, so that a token of one kind never passes
for another. Python's own computes what libsodium does, in a tenth of the time: every response carries such a token.
"""

import base64
import binascii
import hashlib
from typing import TypeVar

import msgspec
from nacl.bindings import sodium_memcmp

from edge.errors import Reason, RefusedError

TOKEN_KEY_BYTES = 32
_MAC_BYTES = 16

T = TypeVar("T")


def make_token(content: bytes, *, key: bytes, purpose: bytes) -> str:
    """`content` and its MAC, safe in any URL. `purpose` is at most 16 bytes."""
    return base64.urlsafe_b64encode(_mac(content, key, purpose) + content).decode().rstrip("=")


def open_token(token: str, *, type: type[T], key: bytes, purpose: bytes) -> T:  # noqa: A002 - as msgspec calls it
    """What the token holds, read as MessagePack; raises `RefusedError` (`TOKEN_INVALID`) for anything else."""
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _forged() from error
    mac, content = data[:_MAC_BYTES], data[_MAC_BYTES:]
    if len(mac) < _MAC_BYTES or not sodium_memcmp(mac, _mac(content, key, purpose)):
        raise _forged()
    try:
        return msgspec.msgpack.decode(content, type=type)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # Made with our key by another version of this program.
        raise _forged() from error


def _mac(content: bytes, key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_MAC_BYTES, key=key, person=purpose).digest()


def _forged() -> RefusedError:
    return RefusedError("token was not made here, expected one from this node", reason=Reason.TOKEN_INVALID)
