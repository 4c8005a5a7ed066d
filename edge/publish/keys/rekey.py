"""Another passphrase for all keys in a folder, as one change.

A folder holds many files and nothing replaces them all at once, so between them every key is encrypted twice:

1. every file in turn gets its seed under the new passphrase, and keeps the one under the old
2. when the last of these lasts, every file in turn loses the one under the old

A process that stops during 1 leaves a folder that the old passphrase opens whole; during 2, one that the new opens.
The same call again completes it.
"""

from pathlib import Path

import msgspec

from edge.errors import ConfigError, RefusedError, StorageError
from edge.host import Step, ignore, replace_private
from edge.publish.keys.encryption import EncryptedSeed, Passphrase
from edge.publish.keys.home_lock import locked_keys
from edge.publish.keys.key_file import KeyFile, opened_with, read_key_file


def change_passphrase(folder: Path, old: Passphrase, new: Passphrase, *, on_step: Step = ignore) -> tuple[str, ...]:
    """Encrypt every encrypted key of `folder` with `new` alone, lasting on return; the names of those that were not.

    Plain keys stay plain. Raises `ConfigError`, before anything is changed, when neither passphrase opens a key, and
    `StorageError` when the disk fails or a file is damaged.
    """
    with locked_keys(folder):
        _encrypt_twice(folder, old, new, on_step)
        return _encrypt_once(folder, new, on_step)


def _encrypt_twice(folder: Path, old: Passphrase, new: Passphrase, on_step: Step) -> None:
    records = _encrypted(folder)
    seeds = {path: _seed(path, record, old, new) for path, record in records.items()}
    like: EncryptedSeed | None = None
    for path, record in records.items():
        kept = _box(old, record)
        found = _box(new, record)
        if found is None:
            like = found = new.encrypt(seeds[path], like=like)
            replace_private(path, msgspec.structs.replace(record, encrypted=kept, encrypted_next=found).to_json())
            on_step(f"{path.stem} encrypted twice")


def _encrypt_once(folder: Path, new: Passphrase, on_step: Step) -> tuple[str, ...]:
    changed = []
    for path, record in _encrypted(folder).items():
        if record.encrypted_next is not None:
            replace_private(
                path, msgspec.structs.replace(record, encrypted=_box(new, record), encrypted_next=None).to_json()
            )
            on_step(f"{path.stem} encrypted")
            changed.append(path.stem)
    return tuple(changed)


def _encrypted(folder: Path) -> dict[Path, KeyFile]:
    """The folder's encrypted keys, as they are now."""
    try:
        contents = {path: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    except OSError as error:
        raise ConfigError(f"cannot read {folder}: {error.strerror}, run: sudo chown -R $USER {folder}") from error
    records = {path: read_key_file(content, path.stem, str(path)) for path, content in contents.items()}
    return {path: record for path, record in records.items() if record.encrypted is not None}


def _seed(path: Path, record: KeyFile, old: Passphrase, new: Passphrase) -> bytes:
    try:
        for passphrase in (old, new):
            if (box := _box(passphrase, record)) is not None:
                return passphrase.decrypt(box)
    except ValueError:
        raise StorageError(f"{path} is damaged, restore it from a copy") from None
    raise ConfigError(
        f"{path}: neither the old nor the new passphrase opens the key, nothing was changed;"
        " name the old one's file with: --passphrase-file FILE"
    )


def _box(passphrase: Passphrase, record: KeyFile) -> EncryptedSeed | None:
    """The encrypted seed that the passphrase opens."""
    try:
        return opened_with(passphrase, record)[0]
    except RefusedError:
        return None
