"""Private keys in memory: one signs for a role, the other opens what PoPs sealed to a tenant."""

from typing import Self

from nacl.public import PrivateKey as X25519Key
from nacl.signing import SigningKey

from edge.publish.keys.encryption import EncryptedSeed, Passphrase
from edge.publish.keys.key_file import KeyFile

SEALING = "sealing."
"""How the name of a sealing key begins. The tenant's name follows."""


class PrivateKey:
    """One role's Ed25519 key."""

    __slots__ = ("_signing", "public", "role")

    def __init__(self, role: str, seed: bytes) -> None:
        self._signing = SigningKey(seed)
        self.role, self.public = role, bytes(self._signing.verify_key)

    @classmethod
    def generate(cls, role: str) -> Self:
        """A new random key."""
        return cls(role, bytes(SigningKey.generate()))

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature (RFC 8032)."""
        return self._signing.sign(message).signature

    def to_json(self, passphrase: Passphrase | None = None, *, like: EncryptedSeed | None = None) -> bytes:
        """Content of the key's file. With a passphrase the seed is encrypted (`like`: see `Passphrase.encrypt`)."""
        return _file(self.role, self.public, bytes(self._signing), passphrase, like)

    def __repr__(self) -> str:
        return f"PrivateKey(role={self.role!r}, public={self.public.hex()!r})"


class SealingKey:
    """One tenant's X25519 key. What was sealed to its public half, it opens."""

    __slots__ = ("private", "public", "role")

    def __init__(self, role: str, seed: bytes) -> None:
        key = X25519Key(seed)
        self.role, self.public, self.private = role, bytes(key.public_key), bytes(key)

    @classmethod
    def generate(cls, role: str) -> Self:
        """A new random key."""
        return cls(role, bytes(X25519Key.generate()))

    def to_json(self, passphrase: Passphrase | None = None, *, like: EncryptedSeed | None = None) -> bytes:
        """As `PrivateKey.to_json`."""
        return _file(self.role, self.public, self.private, passphrase, like)

    def __repr__(self) -> str:
        return f"SealingKey(role={self.role!r}, public={self.public.hex()!r})"


def _file(role: str, public: bytes, seed: bytes, passphrase: Passphrase | None, like: EncryptedSeed | None) -> bytes:
    if passphrase is None:
        return KeyFile(role=role, public=public.hex(), seed=seed.hex()).to_json()
    return KeyFile(role=role, public=public.hex(), encrypted=passphrase.encrypt(seed, like=like)).to_json()
