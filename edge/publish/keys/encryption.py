"""Encryption of the seeds of private keys, with a passphrase, Argon2id (RFC 9106) and libsodium's secretbox.

Errors never show a passphrase. A `Passphrase` keeps the keys that it derived, because deriving one costs half a second
and a publisher signs every few seconds.

>>> encrypted = Passphrase(b"correct horse battery").encrypt(bytes(32))
>>> Passphrase(b"correct horse battery").decrypt(encrypted) == bytes(32)
True
"""

import os
from pathlib import Path
from typing import Annotated

import msgspec
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as CryptoRuntimeError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

from edge.errors import ConfigError, RefusedError
from edge.host import check_private, read_content

PASSPHRASE_FILE_VARIABLE = "SKERRY_PASSPHRASE_FILE"  # noqa: S105 - a name
PASSPHRASE_CREDENTIAL = "skerry-passphrase"  # noqa: S105 - a name
"""The name of a systemd credential (`LoadCredential=skerry-passphrase:FILE`) that holds the passphrase."""

MIN_PASSPHRASE_CHARACTERS = 12

OPERATIONS, MEMORY_BYTES = argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE
"""libsodium's choice for keys that people open: 3 passes over 256 MiB, about 0.5 s."""

_MAX_MEMORY_BYTES = 4 * MEMORY_BYTES
"""A limit of 1 GiB on the memory that a damaged or planted file can make a publisher allocate."""

_MAX_OPERATIONS = 16


class EncryptedSeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A seed that only its passphrase decrypts. `salt` and `box` (nonce and ciphertext) are hexadecimal."""

    kdf: str = "argon2id13"
    operations: Annotated[int, msgspec.Meta(ge=1, le=_MAX_OPERATIONS)]
    memory_bytes: Annotated[int, msgspec.Meta(ge=8192, le=_MAX_MEMORY_BYTES)]
    salt: str
    box: str


class Passphrase:
    """A passphrase that its `repr` hides. `operations` and `memory_bytes` are the cost of opening a new seed."""

    __slots__ = ("_cost", "_derived", "_text")

    def __init__(self, text: bytes, *, operations: int = OPERATIONS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._text, self._cost = text, (operations, memory_bytes)
        self._derived: dict[tuple[bytes, int, int], bytes] = {}

    def encrypt(self, seed: bytes, *, like: EncryptedSeed | None = None) -> EncryptedSeed:
        """The seed, encrypted. With `like`, its salt and cost are used, so that one derived key opens both.

        Raises `ConfigError` when the process has too little memory to derive a key.
        """
        operations, memory_bytes = (like.operations, like.memory_bytes) if like else self._cost
        salt = bytes.fromhex(like.salt) if like else random(argon2id.SALTBYTES)
        box = SecretBox(self._key(salt, operations, memory_bytes)).encrypt(seed)
        return EncryptedSeed(operations=operations, memory_bytes=memory_bytes, salt=salt.hex(), box=box.hex())

    def decrypt(self, encrypted: EncryptedSeed) -> bytes:
        """The seed. Raises `RefusedError` for a wrong passphrase, `ValueError` for damaged fields, and as `encrypt`."""
        key = self._key(bytes.fromhex(encrypted.salt), encrypted.operations, encrypted.memory_bytes)
        try:
            return SecretBox(key).decrypt(bytes.fromhex(encrypted.box))
        except CryptoError:
            raise RefusedError("the passphrase does not open the key") from None

    def __repr__(self) -> str:
        return "Passphrase()"

    def _key(self, salt: bytes, operations: int, memory_bytes: int) -> bytes:
        terms = (salt, operations, memory_bytes)
        if terms not in self._derived:
            try:
                self._derived[terms] = argon2id.kdf(
                    SecretBox.KEY_SIZE, self._text, salt, opslimit=operations, memlimit=memory_bytes
                )
            except CryptoRuntimeError as error:
                text = f"opening keys needs {memory_bytes >> 20} MiB of memory for a moment, and this process got less"
                raise ConfigError(f"{text}; with systemd raise MemoryMax") from error
        return self._derived[terms]


def read_passphrase(path: Path) -> Passphrase:
    """The passphrase in a file, without the line end.

    Raises `ConfigError` when the file cannot be read, others can read it, or the passphrase is too short.
    """
    what, advice = f"the passphrase in {path}", "name its file with: --passphrase-file FILE"
    # systemd's credentials may have a mode that looks open, but only this service sees their folder.
    if path.parent != credentials_folder():
        check_private(path, what=what, advice=advice)
    text = read_content(path, what=what, advice=advice)
    return checked_passphrase(text.rstrip(b"\r\n"), where=str(path))


def checked_passphrase(text: bytes, *, where: str) -> Passphrase:
    """A passphrase of `text`, from `where`. Raises `ConfigError` when it is too short."""
    if len(text.decode(errors="replace")) < MIN_PASSPHRASE_CHARACTERS:
        raise ConfigError(
            f"the passphrase in {where} has fewer than {MIN_PASSPHRASE_CHARACTERS} characters,"
            " make one with: head -c 18 /dev/urandom | base64"
        )
    return Passphrase(text)


def find_passphrase() -> Passphrase | None:
    """The passphrase that the environment or systemd names, None if neither does. Raises as `read_passphrase`."""
    named = os.environ.get(PASSPHRASE_FILE_VARIABLE)
    if named:
        return read_passphrase(Path(named))
    folder = credentials_folder()
    if folder is not None and (folder / PASSPHRASE_CREDENTIAL).exists():
        return read_passphrase(folder / PASSPHRASE_CREDENTIAL)
    return None


def credentials_folder() -> Path | None:
    """The folder of this service's systemd credentials, None without systemd. Only the service can read it."""
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(named) if named else None
