"""A new passphrase for all keys in a folder, as one change.

No operation replaces many files at one moment. So there is a time in which every key is encrypted twice:

1. One file after the other gets its seed under the new passphrase, too.
2. When the last of them is durable, one file after the other loses its seed under the old passphrase.

If the process stops during 1, the old passphrase still opens every key. If it stops during 2, the new one does. The
same call again completes the change.
"""

from pathlib import Path

import msgspec

from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import Step, ignore, replace_private
from edge.publish.keys.encryption import EncryptedSeed, Passphrase
from edge.publish.keys.home_lock import locked_keys
from edge.publish.keys.key_file import KeyFile, decrypt_seed, read_key_file


def change_passphrase(folder: Path, old: Passphrase, new: Passphrase, *, on_step: Step = ignore) -> tuple[str, ...]:
    """Encrypt every encrypted key of `folder` with `new` alone. Returns the names of the changed keys.

    Durable on return; plain keys stay plain. Raises `ConfigError`, before any change, when neither passphrase opens a
    key, and `StorageError` when a file is damaged or the disk fails: repeat the call then.
    """
    with locked_keys(folder):
        _encrypt_twice(folder, old, new, on_step)
        return _encrypt_once(folder, new, on_step)


def _encrypt_twice(folder: Path, old: Passphrase, new: Passphrase, on_step: Step) -> None:
    records = _encrypted(folder)
    # All are decrypted before the first is written: a wrong passphrase or a damaged file changes nothing.
    seeds = {path: _seed(path, record, old, new) for path, record in records.items()}
    like: EncryptedSeed | None = None
    for path, record in records.items():
        under_old, under_new = _encrypted_seed(old, record), _encrypted_seed(new, record)
        # If it is not None, an interrupted call has been here before.
        if under_new is None:
            like = under_new = new.encrypt(seeds[path], like=like)
            twice = msgspec.structs.replace(record, encrypted=under_old, encrypted_next=under_new)
            replace_private(path, twice.to_json())
            on_step(f"{path.stem} encrypted twice")


def _encrypt_once(folder: Path, new: Passphrase, on_step: Step) -> tuple[str, ...]:
    changed = []
    for path, record in _encrypted(folder).items():
        if record.encrypted_next is not None:
            once = msgspec.structs.replace(record, encrypted=_encrypted_seed(new, record), encrypted_next=None)
            replace_private(path, once.to_json())
            on_step(f"{path.stem} encrypted")
            changed.append(path.stem)
    return tuple(changed)


def _encrypted(folder: Path) -> dict[Path, KeyFile]:
    """The folder's encrypted keys by path, as they are now."""
    try:
        contents = {path: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    except OSError as error:
        raise ConfigError(f"cannot read {folder}: {error.strerror}, run: sudo chown -R $USER {folder}") from error
    records = {path: read_key_file(content, path.stem, str(path)) for path, content in contents.items()}
    return {path: record for path, record in records.items() if record.encrypted is not None}


def _seed(path: Path, record: KeyFile, old: Passphrase, new: Passphrase) -> bytes:
    try:
        for passphrase in (old, new):
            if (encrypted := _encrypted_seed(passphrase, record)) is not None:
                return passphrase.decrypt(encrypted)
    except ValueError:
        raise StorageError(f"{path} is damaged, restore it from a copy") from None
    raise ConfigError(
        f"{path}: neither the old nor the new passphrase opens the key, nothing was changed;"
        " name the old one's file with: --passphrase-file FILE"
    )


def _encrypted_seed(passphrase: Passphrase, record: KeyFile) -> EncryptedSeed | None:
    """The encrypted seed that the passphrase opens, None if it opens neither."""
    try:
        return decrypt_seed(passphrase, record)[0]
    except RefusedError:
        return None
