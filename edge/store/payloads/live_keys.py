"""Keys of sessions that are active now. They are in memory alone; the disk has them sealed.

A session that was quiet for some time gets another key, and so does one that was pushed out by many others. A key is
for one session, one class and one ticket, so that a ticket can be erased without the rest of its session.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NamedTuple

from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox

from edge.errors import RefusedError
from edge.ledger import KEY_BYTES


class NewPayload(NamedTuple):
    """A payload to keep. It is words, so it is never printed or logged."""

    tenant: str
    event: str
    session: str
    """The session's pseudonym. The disk has only `session_digest`."""
    retention_class: str
    leaf: str
    """Id of the leaf that commits to it."""
    opening: bytes
    """What the leaf commits to: salt and payload."""
    at: float
    """Unix seconds."""
    ticket: str = ""
    is_reply: bool = False
    """It came without its session, which has it by its ticket alone: it is kept if anything of the ticket is."""
    also: tuple[str, ...] = ()
    """Further sessions that it names. It goes with each of them, and needs a ticket for that."""

    def __repr__(self) -> str:
        return f"NewPayload(leaf={self.leaf!r})"


class KeyName(NamedTuple):
    """What a key is for."""

    tenant: str
    event: str
    session: bytes
    retention_class: str
    ticket: str


class LiveKey:
    """A key in memory."""

    __slots__ = ("key", "last", "made", "sealed", "slot")

    def __init__(self, key: bytes, sealed: bytes, made: float) -> None:
        self.key, self.sealed, self.made, self.last = key, sealed, made, made
        self.slot: int | None = None
        """Where it is on the disk; None: not yet."""

    def __repr__(self) -> str:
        return f"LiveKey(slot={self.slot})"


def session_digest(tenant: str, session: str) -> bytes:
    """What the disk has of a session's pseudonym. One pseudonym has another digest with another tenant."""
    return sha256(f"skerry session {tenant}\n{session}".encode()).digest()


class LiveKeys:
    """At most `max_keys` keys, each until `quiet_s` after its last use, and `max_life_s` after its first.

    Not for several threads.
    """

    def __init__(self, *, quiet_s: float, max_life_s: float, max_keys: int) -> None:
        self._quiet_s, self._max_life_s, self._max_keys = quiet_s, max_life_s, max_keys
        self._keys = OrderedDict[KeyName, LiveKey]()

    def key_for(self, name: KeyName, public: bytes, now: float) -> LiveKey:
        """The key for `name`, or a new one sealed to `public` (X25519, 32 bytes).

        Raises `RefusedError` if `public` is no key that anything can be sealed to.
        """
        self.drop_quiet(now)
        live = self._keys.pop(name, None)
        if live is None or now - live.made >= self._max_life_s:
            key = secrets.token_bytes(KEY_BYTES)
            live = LiveKey(key, _sealed(key, public), now)
        live.last = now
        self._keys[name] = live
        if len(self._keys) > self._max_keys:
            self._keys.popitem(last=False)
        return live

    def drop_quiet(self, now: float) -> None:
        """Forget the keys of sessions that were quiet for too long."""
        while self._keys:
            name, live = next(iter(self._keys.items()))
            # A clock that was set back must not keep a key for longer either.
            if -self._quiet_s < now - live.last < self._quiet_s:
                return
            del self._keys[name]

    def drop(self, is_of: Callable[[KeyName, int | None], bool]) -> None:
        """Forget the keys whose names or slots are asked for."""
        for name in [name for name, key in self._keys.items() if is_of(name, key.slot)]:
            del self._keys[name]

    def all(self) -> Iterable[LiveKey]:
        """All of them."""
        return self._keys.values()

    def __len__(self) -> int:
        return len(self._keys)


def _sealed(key: bytes, public: bytes) -> bytes:
    try:
        return SealedBox(PublicKey(public)).encrypt(key)
    except (CryptoError, TypeError, ValueError):
        raise RefusedError("sealing key of a tenant cannot be used, expected an X25519 key of 32 bytes") from None
