"""Private keys: files in `keys/`, or provided by systemd or the environment.

The folder has mode 0700, and each file 0600. `edge.publish.keys.key_file` defines their content. A key is found by its
name, in this order:

    $CREDENTIALS_DIRECTORY/skerry.timestamp   systemd: LoadCredential=skerry.timestamp:FILE
    $SKERRY_KEY_TIMESTAMP                     the file's content, for a vault that fills the environment
    keys/timestamp.json

Nothing here prints or logs a seed, and the `repr` of a loaded key hides it. A plain key is as safe as its disk and its
user account.
"""

import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import TypeVar

from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import create_private, is_unfinished, make_folder, other_readers, replace_private
from edge.publish.keys.encryption import (
    PASSPHRASE_FILE_VARIABLE,
    EncryptedSeed,
    Passphrase,
    credentials_folder,
    find_passphrase,
)
from edge.publish.keys.key_file import KeyFile, decrypt_seed, read_key_file
from edge.publish.keys.private_key import SEALING, PrivateKey, SealingKey

KEYS_FOLDER = "keys"
"""Its name in a publisher's home."""

WITNESS_ROLE = "witness"
"""Name of the key that cosigns PoPs' logs (`edge.publish.witness`). No TUF role has it."""

_CREDENTIAL = "skerry."
_VARIABLE = "SKERRY_KEY_"

K = TypeVar("K", PrivateKey, SealingKey)


class KeyStore:
    """The keys of one publisher, tenant or holder. Names are file names: `timestamp`, `root-1`, `tenant.acme`.

    Names of sealing keys begin with `sealing.`; all others sign.

    Methods that read a key raise `ConfigError` when it is missing, others can read it or its passphrase is missing, and
    `StorageError` when its file is damaged.
    """

    def __init__(self, folder: Path, *, passphrase: Passphrase | None = None) -> None:
        self.folder = folder
        self._passphrase, self._is_found = passphrase, False
        self._opened: dict[bytes, PrivateKey | SealingKey] = {}

    def has(self, role: str) -> bool:
        """True if there is a key of this name."""
        return _provided(role) is not None or self.path_of(role).exists()

    def load_or_create(self, role: str) -> PrivateKey:
        """The role's key, or a new one if there is none. Durable on return."""
        return self.load(role) if self.has(role) else self.create(role)

    def create(self, role: str) -> PrivateKey:
        """A new key, encrypted if there is a passphrase. Durable on return. Raises `StorageError` if it exists."""
        return self._create(role, PrivateKey)

    def create_next(self, role: str) -> PrivateKey:
        """A new key under the first free name: `timestamp`, then `timestamp.2`, `timestamp.3`. Raises as `create`."""
        return self.create(self._free_name(role))

    def create_sealing(self, tenant: str) -> SealingKey:
        """A further sealing key of the tenant, the newest from now on. Raises as `create`."""
        return self._create(self._free_name(SEALING + tenant), SealingKey)

    def _free_name(self, role: str) -> str:
        number, name = 1, role
        while self.has(name):
            number += 1
            name = f"{role}.{number}"
        return name

    def _create(self, role: str, kind: type[K]) -> K:
        make_folder(self.folder, mode=0o700)
        self._refuse_open_to_others(self.folder, 0o700)
        key = kind.generate(role)
        create_private(self.path_of(role), key.to_json(self._find_passphrase(), like=self._any_encrypted()))
        return key

    def load(self, role: str) -> PrivateKey:
        """The role's key. The file is read again every time, but decrypted only once."""
        return self._load(role, PrivateKey)

    def load_sealing(self, role: str) -> SealingKey:
        """As `load`, for a sealing key."""
        return self._load(role, SealingKey)

    def public(self, role: str) -> bytes:
        """The key's public half, 32 bytes. Needs no passphrase."""
        content, where = self._read(role)
        return bytes.fromhex(read_key_file(content, role, where).public)

    def is_encrypted(self, role: str) -> bool:
        """True if the key's seed is encrypted in its file. Needs no passphrase."""
        return read_key_file(*self._named(role)).encrypted is not None

    def names(self) -> tuple[str, ...]:
        """The names of all keys here, sorted, with those from systemd but not from the environment."""
        return tuple(sorted(self._names()))

    def _names(self, prefixes: tuple[str, ...] = ("",)) -> set[str]:
        try:
            files = os.listdir(self.folder) if self.folder.is_dir() else []  # noqa: PTH208 - a path for each takes 2 ms
        except OSError as error:
            raise ConfigError(
                f"cannot read {self.folder}: {error.strerror}, run: sudo chown $USER {self.folder}"
            ) from error
        # Before anything else: of the keys of a hundred tenants, few have the name that is looked for.
        files = [file for file in files if file.startswith(prefixes)]
        stored = {file.removesuffix(".json") for file in files if file.endswith(".json") and not is_unfinished(file)}
        folder = credentials_folder()
        provided = {path.name.removeprefix(_CREDENTIAL) for path in folder.glob(f"{_CREDENTIAL}*")} if folder else set()
        return {name for name in stored | provided if name.startswith(prefixes)}

    def names_for(self, role: str, *, among: Collection[str] | None = None) -> tuple[str, ...]:
        """The names of keys here that may be the role's, oldest first: `root-1`, or `timestamp` and `timestamp.2`.

        `among`: what `names` gave just now, for one who asks for several roles; None looks into the folder.
        """
        prefixes = ("root-",) if role == "root" else (f"{role}.",)
        names = self._names(prefixes) if among is None else {name for name in among if name.startswith(prefixes)}
        return tuple([role] * self.has(role) + sorted(names, key=lambda name: (len(name), name)))

    def discard(self, role: str) -> None:
        """Delete a key that was made for a change that did not happen. Idempotent."""
        self.path_of(role).unlink(missing_ok=True)

    def encrypt(self, role: str) -> bool:
        """Encrypt a plain key in this folder; True if it was plain. Durable on return.

        The plain seed may stay readable on the medium (snapshots, flash wear levelling) until that is erased. Raises
        `ConfigError` without a passphrase.
        """
        passphrase = self._find_passphrase()
        if passphrase is None:
            raise ConfigError("there is no passphrase to encrypt with, name one with: --passphrase-file FILE")
        if not self.path_of(role).exists() or self.is_encrypted(role):
            return False
        key = self.load_sealing(role) if role.startswith(SEALING) else self.load(role)
        replace_private(self.path_of(role), key.to_json(passphrase, like=self._any_encrypted()))
        return True

    def _load(self, role: str, kind: type[K]) -> K:
        content, where = self._read(role)
        key = self._opened.get(content)
        if not isinstance(key, kind):
            self._opened[content] = key = self._open(read_key_file(content, role, where), where, kind)
        return key

    def _open(self, record: KeyFile, where: str, kind: type[K]) -> K:
        try:
            key = kind(record.role, self._seed(record, where))
        except (TypeError, ValueError):
            raise StorageError(f"{where} is damaged, restore it from a copy") from None
        if key.public.hex() != record.public:
            raise StorageError(f"{where} is damaged: role, public key and seed do not belong together")
        return key

    def _seed(self, record: KeyFile, where: str) -> bytes:
        if record.encrypted is None:
            return bytes.fromhex(record.seed)
        passphrase = self._find_passphrase()
        hint = f"name the file that holds it with: export {PASSPHRASE_FILE_VARIABLE}=FILE"
        if passphrase is None:
            raise ConfigError(f"{where} is encrypted and there is no passphrase, {hint}")
        try:
            return decrypt_seed(passphrase, record)[1]
        except RefusedError:
            # `skerry keys passphrase` may have replaced it while this process runs. One that was given stays.
            self._passphrase = None if self._is_found else passphrase
        try:
            return decrypt_seed(self._find_passphrase() or passphrase, record)[1]
        except RefusedError as error:
            raise ConfigError(f"{where}: {error.text}, {hint}") from None

    def _find_passphrase(self) -> Passphrase | None:
        if self._passphrase is None:
            self._passphrase, self._is_found = find_passphrase(), True
        return self._passphrase

    def _any_encrypted(self) -> EncryptedSeed | None:
        """An encrypted seed of this folder. New ones take its salt, so that one derived key opens all."""
        if self._find_passphrase() is None:
            return None
        records = (read_key_file(*self._named(name)) for name in self.names())
        return next((record.encrypted for record in records if record.encrypted), None)

    def _named(self, role: str) -> tuple[bytes, str, str]:
        content, where = self._read(role)
        return content, role, where

    def _read(self, role: str) -> tuple[bytes, str]:
        """The content of the key's file, and where it was found."""
        provided = _provided(role)
        if provided is not None:
            return provided
        path = self.path_of(role)
        try:
            self._refuse_open_to_others(self.folder, 0o700)
            self._refuse_open_to_others(path, 0o600)
            return path.read_bytes(), str(path)
        except FileNotFoundError as error:
            raise ConfigError(f"no key {path}, restore it with: cp YOUR-COPY {path}") from error
        except OSError as error:
            raise ConfigError(f"cannot read {path}: {error.strerror}, run: sudo chown $USER {path}") from error

    def path_of(self, role: str) -> Path:
        """Where the file of a key is, or would be."""
        return self.folder / f"{role}.json"

    @staticmethod
    def _refuse_open_to_others(path: Path, expected: int) -> None:
        status = os.stat(path)  # noqa: PTH116 - follows links as open does
        others = other_readers(status)
        if others:
            mode = stat.S_IMODE(status.st_mode)
            text = f"{path} has mode {mode:04o}, expected {expected:04o}, so {others} may know its keys"
            raise ConfigError(f"{text}, run: chmod {expected:o} {path}")


def _provided(role: str) -> tuple[bytes, str] | None:
    """The content of the key's file from systemd or the environment, and the name of its source."""
    folder = credentials_folder()
    if folder is not None and (folder / f"{_CREDENTIAL}{role}").exists():
        path = folder / f"{_CREDENTIAL}{role}"
        try:
            return path.read_bytes(), str(path)
        except OSError as error:
            raise ConfigError(f"cannot read {path}: {error.strerror}, run: systemctl restart UNIT") from error
    variable = _VARIABLE + role.upper().replace(".", "_").replace("-", "_")
    content = os.environ.get(variable)
    return None if content is None else (content.encode(), f"${variable}")
