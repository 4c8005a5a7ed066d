"""A private key's file: JSON with the key's name, its public half and its seed, plain or encrypted.

While a folder's passphrase is changed, its files have the seed encrypted twice (`edge.publish.keys.rekey`).
"""

import msgspec

from edge.errors import RefusedError, StorageError
from edge.publish.keys.encryption import EncryptedSeed, Passphrase
from edge.records import DECODE_ERRORS
from edge.stored_words import HOME_FIELDS


class KeyFile(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename=HOME_FIELDS
):
    """A private key. Exactly one of `seed` and `encrypted` is there; seed and public half are hexadecimal."""

    role: str
    public: str
    seed: str = ""
    encrypted: EncryptedSeed | None = None
    encrypted_next: EncryptedSeed | None = None
    """The same seed under the next passphrase. Either passphrase opens the key."""

    def to_json(self) -> bytes:
        """The file's content."""
        return msgspec.json.format(msgspec.json.encode(self)) + b"\n"


def read_key_file(content: bytes, role: str, where: str) -> KeyFile:
    """The key `role` in the file content that was read from `where`.

    Raises `StorageError` when it is damaged or another key's. The text shows nothing of the content.
    """
    try:
        record = msgspec.json.decode(content, type=KeyFile)
        bytes.fromhex(record.public)
    except (ValueError, *DECODE_ERRORS):
        raise StorageError(f"{where} is damaged, restore it from a copy") from None
    if record.role != role:
        raise StorageError(f"{where} is damaged: role, public key and seed do not belong together")
    return record


def decrypt_seed(passphrase: Passphrase, record: KeyFile) -> tuple[EncryptedSeed, bytes]:
    """The encrypted seed that the passphrase opens, and the seed in it.

    Raises `RefusedError` when the passphrase opens none, `ValueError` when the file is damaged.
    """
    boxes = [box for box in (record.encrypted, record.encrypted_next) if box is not None]
    for box in boxes[:-1]:
        try:
            return box, passphrase.decrypt(box)
        except RefusedError:
            continue
    return boxes[-1], passphrase.decrypt(boxes[-1])
