"""A tenant's sealing keys: made next to its signing keys, kept when a newer one follows, named by islands."""

from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from nacl.public import PublicKey, SealedBox
from nacl.pwhash import argon2id

from edge.errors import ConfigError, RefusedError, StorageError
from edge.ledger import KEY_BYTES, open_sealed_key
from edge.publish.compile import sign_island
from edge.publish.keys import KeyStore, Passphrase, make_sealing_keys, newest_sealing_key, sealing_keys
from edge.publish.release import roll_back
from edge.publish.repository import Repository
from edge.publish.signing import take_inventory
from edge.trust import open_stored_island
from tests.pen import DROP, Pen

KEY = bytes(range(KEY_BYTES))
CHEAP = Passphrase(
    b"correct horse battery staple", operations=argon2id.OPSLIMIT_MIN, memory_bytes=argon2id.MEMLIMIT_MIN
)


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    """A folder that does not exist yet."""
    return KeyStore(tmp_path / "keys")


def test_older_keys_read_what_was_sealed_before(keys: KeyStore) -> None:
    """After a rotation PoPs seal to the newest key, and both private halves are there."""
    keys.create("tenant.acme")
    make_sealing_keys(keys)
    before = newest_sealing_key(keys, "acme")
    keys.create_sealing("acme")
    after = newest_sealing_key(keys, "acme")
    sealed = [SealedBox(PublicKey(public)).encrypt(KEY) for public in (after, before)]

    assert ["sealing.acme.2", "sealing.acme"] == [key.role for key in sealing_keys(keys, "acme")]
    assert [KEY, KEY] == [
        open_sealed_key(box, key.private) for box, key in zip(sealed, sealing_keys(keys, "acme"), strict=True)
    ]


def test_made_once_for_tenants_that_sign_here(keys: KeyStore) -> None:
    """A second signing key makes no second sealing key, and a tenant that signs elsewhere gets none."""
    for name in ("tenant.acme", "tenant.acme.2", "timestamp"):
        keys.create(name)
    make_sealing_keys(keys)
    make_sealing_keys(keys)

    assert ("sealing.acme", "tenant.acme", "tenant.acme.2", "timestamp") == keys.names()
    assert (b"", ()) == (newest_sealing_key(keys, "globex"), sealing_keys(keys, "globex"))


def test_encrypted_like_all_keys(tmp_path: Path) -> None:
    """It needs the passphrase to read, and none to be named in an island."""
    plain = KeyStore(tmp_path / "keys")
    public = plain.create_sealing("acme").public
    encrypted = KeyStore(tmp_path / "keys", passphrase=CHEAP)

    assert encrypted.encrypt("sealing.acme")
    assert public == newest_sealing_key(KeyStore(tmp_path / "keys"), "acme")
    assert public == sealing_keys(encrypted, "acme")[0].public
    with pytest.raises(ConfigError, match="is encrypted and there is no passphrase"):
        sealing_keys(KeyStore(tmp_path / "keys"), "acme")


def test_signing_key_does_not_read(keys: KeyStore) -> None:
    """A signing key's file under the name of a sealing key is damage."""
    keys.create("tenant.acme")
    content = (keys.folder / "tenant.acme.json").read_text().replace("tenant.acme", "sealing.acme")
    path = keys.folder / "sealing.acme.json"
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(StorageError, match="role, public key and seed do not belong together"):
        sealing_keys(keys, "acme")


def test_secret_is_not_printed(keys: KeyStore) -> None:
    """A key that ends in a traceback shows its public half alone."""
    key = keys.create_sealing("acme")

    assert f"SealingKey(role='sealing.acme', public='{key.public.hex()}')" == repr(key)


def test_island_names_the_key(pen: Pen, tmp_path: Path, now: datetime) -> None:
    """It is signed in the island. A rollback to a revision from before a rotation names the newest one."""
    repository = Repository(pen.copy_home(tmp_path / "home"))
    signer = repository.tenant_key(DROP.tenant)

    def named() -> bytes | msgspec.UnsetType:
        target = repository.state().tenants[DROP.tenant].targets[DROP.target_path]
        path = repository.folder / f"targets/{DROP.tenant}/{target.hashes['sha256']}.{DROP.island}.island"
        return open_stored_island(path.read_bytes(), name=DROP, keys={"": signer.public}).sealing

    first = named()
    pen.publish(repository.home)
    repository.keys.create_sealing(DROP.tenant)
    roll_back(repository, DROP, now=now)

    assert first == repository.keys.public(f"sealing.{DROP.tenant}")
    assert named() == repository.keys.public(f"sealing.{DROP.tenant}.2")


def test_island_without_one(pen: Pen, now: datetime) -> None:
    """It is written as before, so older PoPs read it; a key of another length is refused when it is published."""
    signer = Repository(pen.home).tenant_key(DROP.tenant)
    plain = msgspec.msgpack.decode(sign_island(pen.prepared, revision=1, signer=signer, now=now).data)

    assert "sealing" not in plain
    with pytest.raises(RefusedError):
        sign_island(pen.prepared, revision=1, signer=signer, now=now, sealing=b"short")


def test_inventory_lists_them_apart(pen: Pen, tmp_path: Path, now: datetime) -> None:
    """They sign nothing, and are not unused."""
    inventory = take_inventory(Repository(pen.copy_home(tmp_path / "home")), now=now)

    assert ((), (f"sealing.{DROP.tenant}",)) == (inventory.unused, inventory.sealing)
