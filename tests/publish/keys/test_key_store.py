"""Private keys on disk."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from nacl.signing import VerifyKey

from edge.errors import ConfigError, StorageError
from edge.publish.keys import KeyStore, TufSigner


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    """A folder that does not exist yet."""
    return KeyStore(tmp_path / "keys")


def _seed(path: Path) -> str:
    seed: str = path.read_text().split('"seed": "')[1].split('"')[0]
    assert 64 == len(seed)
    return seed


def test_created_key_can_be_loaded(keys: KeyStore) -> None:
    """The loaded key is the one that was made, and its signatures verify."""
    made = keys.create("timestamp")
    loaded = keys.load("timestamp")

    assert made.public == loaded.public
    VerifyKey(made.public).verify(b"message", loaded.sign(b"message"))


def test_created_key_is_for_its_owner_only(keys: KeyStore) -> None:
    """The umask does not change the modes of the key file and its folder."""
    before = os.umask(0)
    try:
        keys.create("timestamp")
    finally:
        os.umask(before)

    assert 0o700 == stat.S_IMODE(keys.folder.stat().st_mode)
    assert [0o600] == [stat.S_IMODE(path.stat().st_mode) for path in keys.folder.iterdir()]


def test_existing_key_is_never_replaced(keys: KeyStore) -> None:
    """A lost key cannot be made again, so no call overwrites one."""
    made = keys.create("root-1")

    with pytest.raises(StorageError, match=r"cannot write .*/keys/root-1.json: File exists"):
        keys.create("root-1")
    assert made.public == keys.load_or_create("root-1").public
    assert ["root-1.json"] == [path.name for path in keys.folder.iterdir()]


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620])
def test_key_that_others_can_reach_is_refused(keys: KeyStore, mode: int) -> None:
    """The text ends with the command that corrects the mode."""
    keys.create("timestamp")
    path = keys.folder / "timestamp.json"
    path.chmod(mode)

    expected = f"{path} has mode {mode:04o}, expected 0600, so others may know its keys, run: chmod 600 {path}"
    with pytest.raises(ConfigError) as caught:
        keys.load("timestamp")
    assert expected == caught.value.text


def test_folder_that_others_can_reach_is_refused(keys: KeyStore) -> None:
    """A key folder with mode 0755 is refused, because it must have mode 0700."""
    keys.create("timestamp")
    keys.folder.chmod(0o755)

    with pytest.raises(ConfigError, match=r"/keys has mode 0755, expected 0700, .*, run: chmod 700 .*/keys$"):
        keys.load("timestamp")


def test_missing_key(keys: KeyStore) -> None:
    """The operator is told to restore a copy."""
    keys.create("root-1")

    with pytest.raises(ConfigError, match=r"^no key .*/keys/timestamp.json, restore it with: cp YOUR-COPY "):
        keys.load("timestamp")
    assert not keys.has("timestamp")


DAMAGES: dict[str, Callable[[str], str]] = {
    "cut off": lambda text: text[:40],
    "not JSON": lambda _text: "seed",
    "short seed": lambda text: text.replace('"seed": "', '"seed": "00')[:-3] + "}",
    "another's public key": lambda text: text.replace('"public": "', '"public": "00'),
    "another role": lambda text: text.replace("timestamp", "snapshot"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_key_is_refused_without_a_word_of_it(keys: KeyStore, damage: str) -> None:
    """Errors are logged, so they show nothing of the seed."""
    keys.create("timestamp")
    path = keys.folder / "timestamp.json"
    seed = _seed(path)
    path.write_text(DAMAGES[damage](path.read_text()))

    with pytest.raises(StorageError, match=r"keys/timestamp.json is damaged") as caught:
        keys.load("timestamp")
    assert seed[:8] not in caught.value.text


def test_key_hides_its_seed(keys: KeyStore) -> None:
    """The `repr` of a key shows only its public half."""
    key = keys.create("timestamp")
    seed = _seed(keys.folder / "timestamp.json")

    assert f"PrivateKey(role='timestamp', public='{key.public.hex()}')" == repr(key)
    assert seed not in repr(vars(TufSigner(key)))


def test_signer_from_uri(keys: KeyStore) -> None:
    """python-tuf's own tools name a key by a URI."""
    public = TufSigner(keys.create("timestamp")).public_key
    other = TufSigner(keys.create("snapshot")).public_key
    uri = f"skerry-key:{keys.folder}/timestamp.json"
    signer = TufSigner.from_priv_key_uri(uri, public)

    public.verify_signature(signer.sign(b"metadata"), b"metadata")
    with pytest.raises(ConfigError, match=r"timestamp.json is not the key [0-9a-f]{64}, restore that key with: cp"):
        TufSigner.from_priv_key_uri(uri, other)


def test_names_of_several_roles_need_one_look(keys: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a list of all names come the same names as from the folder, oldest first, and only the role's own."""
    for name in ("tenant.acme", "tenant.acme.2", "tenant.acme-shop", *(f"root-{number}" for number in (1, 2, 10))):
        keys.create(name)
    monkeypatch.setenv("SKERRY_KEY_TIMESTAMP", (keys.folder / "root-1.json").read_text())
    roles, all_names = ("tenant.acme", "tenant.acme-shop", "root", "timestamp", "snapshot"), keys.names()

    assert [
        ("tenant.acme", "tenant.acme.2"),
        ("tenant.acme-shop",),
        ("root-1", "root-2", "root-10"),
        ("timestamp",),
        (),
    ] == [keys.names_for(role, among=all_names) for role in roles]
    assert [keys.names_for(role) for role in roles] == [keys.names_for(role, among=all_names) for role in roles]
