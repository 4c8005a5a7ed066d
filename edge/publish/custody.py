"""Private keys on disk: `keys/` for its owner only (0700), one file for each key (0600).

A file is JSON with the key's role, its public half and its seed. Nothing here prints or logs a seed, and what is loaded
hides it from `repr`. Keys are as safe as the disk and the account they lie in.
"""

import os
import stat
from pathlib import Path
from typing import Self

import msgspec
from nacl.signing import SigningKey

from edge.errors import ConfigError, StorageError
from edge.publish.durable import create_private, make_folder

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class _KeyFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: str
    public: str
    seed: str


class PrivateKey:
    """One role's Ed25519 key."""

    __slots__ = ("_signing", "public", "role")

    def __init__(self, role: str, signing: SigningKey) -> None:
        self.role = role
        self.public = bytes(signing.verify_key)
        self._signing = signing

    @classmethod
    def generate(cls, role: str) -> Self:
        """A key that nobody has seen yet."""
        return cls(role, SigningKey.generate())

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature (RFC 8032)."""
        return self._signing.sign(message).signature

    def to_json(self) -> bytes:
        """The key's file, seed included."""
        record = _KeyFile(role=self.role, public=self.public.hex(), seed=bytes(self._signing).hex())
        return msgspec.json.format(msgspec.json.encode(record)) + b"\n"

    def __repr__(self) -> str:
        return f"PrivateKey(role={self.role!r}, public={self.public.hex()!r})"


class KeyFolder:
    """The keys of one publisher. Roles are file names: `timestamp`, `root-1`, `tenant.acme`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, role: str) -> bool:
        """Whether the key is held here."""
        return self._path(role).exists()

    def load_or_create(self, role: str) -> PrivateKey:
        """The role's key, made and durable when there was none."""
        return self.load(role) if self.has(role) else self.create(role)

    def create(self, role: str) -> PrivateKey:
        """A new key, durable on return; raises `StorageError` when there is one already."""
        make_folder(self.folder, mode=0o700)
        self._refuse_open_to_others(self.folder, 0o700)
        key = PrivateKey.generate(role)
        create_private(self._path(role), key.to_json())
        return key

    def load(self, role: str) -> PrivateKey:
        """The role's key.

        Raises `ConfigError` when it is not here or others can read it, `StorageError` when the file is damaged.
        """
        path = self._path(role)
        try:
            self._refuse_open_to_others(self.folder, 0o700)
            self._refuse_open_to_others(path, 0o600)
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise ConfigError(f"no key {path}, restore it with: cp YOUR-COPY {path}") from error
        except OSError as error:
            raise ConfigError(f"cannot read {path}: {error.strerror}, run: sudo chown $USER {path}") from error
        return _decode(content, role, path)

    def _path(self, role: str) -> Path:
        return self.folder / f"{role}.json"

    @staticmethod
    def _refuse_open_to_others(path: Path, wanted: int) -> None:
        mode = stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116 - follows links as open does
        if mode & _OTHERS:
            text = f"{path} has mode {mode:04o}, expected {wanted:04o}, so others may know its keys"
            raise ConfigError(f"{text}, run: chmod {wanted:o} {path}")


def _decode(content: bytes, role: str, path: Path) -> PrivateKey:
    """The key in a file's content; what is wrong is said without a word of the content."""
    try:
        record = msgspec.json.decode(content, type=_KeyFile)
        key = PrivateKey(record.role, SigningKey(bytes.fromhex(record.seed)))
    except (ValueError, msgspec.DecodeError):
        raise StorageError(f"{path} is damaged, restore it from a copy") from None
    if key.role != role or key.public.hex() != record.public:
        raise StorageError(f"{path} is damaged: role, public key and seed do not belong together")
    return key
