"""Private keys that are encrypted, or provided by systemd or the environment."""

from pathlib import Path

import msgspec
import pytest
from nacl.exceptions import RuntimeError as CryptoRuntimeError
from nacl.pwhash import argon2id

from edge.errors import ConfigError, StorageError
from edge.publish.keys import KeyStore, Passphrase, change_passphrase, find_passphrase, read_passphrase
from edge.publish.keys.encryption import EncryptedSeed

TEXT = b"correct horse battery staple"


def cheap(text: bytes) -> Passphrase:
    """A passphrase with the least cost that Argon2id has, so that tests are fast."""
    return Passphrase(text, operations=argon2id.OPSLIMIT_MIN, memory_bytes=argon2id.MEMLIMIT_MIN)


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    """A folder whose keys are encrypted."""
    return KeyStore(tmp_path / "keys", passphrase=cheap(TEXT))


def _passphrase_file(path: Path, text: bytes = TEXT + b"\n") -> Path:
    path.write_bytes(text)
    path.chmod(0o600)
    return path


def test_encrypted_key_signs(keys: KeyStore) -> None:
    """A key that was encrypted signs as before; its public half needs no passphrase."""
    made = keys.create("timestamp")
    again = KeyStore(keys.folder, passphrase=cheap(TEXT))

    assert made.sign(b"message") == again.load("timestamp").sign(b"message")
    assert made.public == KeyStore(keys.folder).public("timestamp")
    assert KeyStore(keys.folder).is_encrypted("timestamp")


def test_encrypted_file_holds_no_seed(keys: KeyStore) -> None:
    """The file has the encrypted seed and how it was encrypted, but no plain seed."""
    keys.create("timestamp")

    assert '"seed"' not in (keys.folder / "timestamp.json").read_text()
    assert '"kdf": "argon2id13"' in (keys.folder / "timestamp.json").read_text()


def test_keys_of_one_folder_are_opened_by_deriving_once(keys: KeyStore) -> None:
    """They share salt and cost, but never a nonce."""
    for name in ("timestamp", "snapshot"):
        keys.create(name)
    files = [msgspec.json.decode((keys.folder / f"{name}.json").read_bytes()) for name in ("timestamp", "snapshot")]
    first, second = (file["sealed"] for file in files)

    assert first["salt"] == second["salt"]
    assert first["box"][:48] != second["box"][:48]


def test_wrong_passphrase(keys: KeyStore) -> None:
    """The text shows neither passphrase."""
    keys.create("timestamp")
    path = keys.folder / "timestamp.json"

    with pytest.raises(ConfigError) as caught:
        KeyStore(keys.folder, passphrase=cheap(b"tr0ub4dor and three")).load("timestamp")
    hint = "name the file that holds it with: export SKERRY_PASSPHRASE_FILE=FILE"
    assert f"{path}: the passphrase does not open the key, {hint}" == caught.value.text
    assert "Passphrase()" == repr(cheap(TEXT))


def test_no_passphrase(keys: KeyStore) -> None:
    """The text says how to name a passphrase file."""
    keys.create("timestamp")

    with pytest.raises(
        ConfigError,
        match=r"json is encrypted and there is no passphrase, name .* SKERRY_PASSPHRASE_FILE=FILE$",
    ):
        KeyStore(keys.folder).load("timestamp")


def test_passphrase_from_the_environment(keys: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services and scripts name the passphrase's file in a variable."""
    made = keys.create("timestamp")
    monkeypatch.setenv("SKERRY_PASSPHRASE_FILE", str(_passphrase_file(tmp_path / "passphrase")))

    assert made.public == KeyStore(keys.folder).load("timestamp").public


def test_passphrase_that_is_replaced_while_a_publisher_runs(
    keys: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys and file of the passphrase change one after the other; the store opens its keys again once both have."""
    keys.create("timestamp")
    path, new = _passphrase_file(tmp_path / "passphrase"), b"another horse staples"
    monkeypatch.setenv("SKERRY_PASSPHRASE_FILE", str(path))
    running = KeyStore(keys.folder)
    before = running.load("timestamp").public
    change_passphrase(keys.folder, cheap(TEXT), cheap(new))
    with pytest.raises(ConfigError, match="the passphrase does not open the key"):
        running.load("timestamp")
    _passphrase_file(path, new)

    assert before == running.load("timestamp").public


def test_passphrase_and_key_from_systemd(keys: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials are in a folder of systemd's, whose file modes are not checked."""
    made = keys.create("timestamp")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "skerry-passphrase").write_bytes(TEXT)
    (keys.folder / "timestamp.json").rename(credentials / "skerry.timestamp")
    (credentials / "skerry.timestamp").chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    provided = KeyStore(tmp_path / "nowhere")

    assert made.public == provided.load("timestamp").public
    assert ("timestamp",) == provided.names() == provided.names_for("timestamp")


def test_key_from_the_environment(keys: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable has the file's content. If it is damaged, the error does not show it."""
    made = keys.create("tenant.acme-shop")
    content = (keys.folder / "tenant.acme-shop.json").read_text()
    monkeypatch.setenv("SKERRY_KEY_TENANT_ACME_SHOP", content)
    provided = KeyStore(tmp_path / "nowhere", passphrase=cheap(TEXT))
    found = provided.load("tenant.acme-shop").public
    monkeypatch.setenv("SKERRY_KEY_TENANT_ACME_SHOP", content[:99])

    assert made.public == found
    with pytest.raises(StorageError, match=r"^\$SKERRY_KEY_TENANT_ACME_SHOP is damaged, restore it from a copy$"):
        provided.load("tenant.acme-shop")


def test_plain_key_is_encrypted_later(tmp_path: Path) -> None:
    """The second call has nothing to do; the key stays the same."""
    made = KeyStore(tmp_path / "keys").create("timestamp")
    keys = KeyStore(tmp_path / "keys", passphrase=cheap(TEXT))

    assert keys.encrypt("timestamp")
    assert not keys.encrypt("timestamp")
    assert made.public == KeyStore(keys.folder, passphrase=cheap(TEXT)).load("timestamp").public
    assert 0o600 == (keys.folder / "timestamp.json").stat().st_mode & 0o777


def test_encrypting_without_a_passphrase(tmp_path: Path) -> None:
    """The text says how to name a passphrase file."""
    keys = KeyStore(tmp_path / "keys")
    keys.create("timestamp")

    with pytest.raises(ConfigError, match=r"no passphrase to encrypt with, name one with: --passphrase-file FILE$"):
        keys.encrypt("timestamp")


def test_passphrase_that_others_can_read(tmp_path: Path) -> None:
    """A passphrase that others know protects nothing, so it is refused."""
    path = _passphrase_file(tmp_path / "passphrase")
    path.chmod(0o644)

    with pytest.raises(ConfigError, match=r"passphrase has mode 0644, expected 0600, .*; run: chmod 600 "):
        read_passphrase(path)


def test_short_passphrase(tmp_path: Path) -> None:
    """Argon2id makes each guess expensive, but a short passphrase needs few guesses."""
    with pytest.raises(ConfigError, match=r"has fewer than 12 characters, make one with: head -c 18 ") as caught:
        read_passphrase(_passphrase_file(tmp_path / "passphrase", b"hunter2"))
    assert "hunter2" not in caught.value.text


def test_missing_passphrase_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file is an error. To go on without a passphrase would write plain keys."""
    monkeypatch.setenv("SKERRY_PASSPHRASE_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ConfigError, match=r"^cannot read the passphrase in .*/nowhere: No such file or directory; "):
        find_passphrase()


@pytest.mark.parametrize(("field", "value"), [("memory_bytes", 2**40), ("operations", 10**6), ("memory_bytes", 1)])
def test_encrypted_file_cannot_ask_for_more_than_a_machine_has(field: str, value: int) -> None:
    """A file with a huge cost is refused before a key is derived."""
    encrypted = msgspec.to_builtins(cheap(TEXT).encrypt(bytes(32)))

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(encrypted | {field: value}, EncryptedSeed)


def test_default_cost_is_libsodiums_moderate() -> None:
    """3 passes over 256 MiB."""
    encrypted = Passphrase(TEXT).encrypt(bytes(32))

    assert (3, 268_435_456) == (encrypted.operations, encrypted.memory_bytes)


def test_process_without_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says how much memory is needed, and where to allow more."""

    def too_little(*_: object, **__: object) -> bytes:
        raise CryptoRuntimeError("Unexpected failure in key derivation")

    monkeypatch.setattr(argon2id, "kdf", too_little)

    with pytest.raises(
        ConfigError, match=r"^opening keys needs \d+ MiB of memory for a moment, and this process got less; with "
    ):
        cheap(b"p" * 12).encrypt(bytes(32))
