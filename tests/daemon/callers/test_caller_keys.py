"""`edge.daemon.callers.caller_keys`: the files of secrets, and what is wrong with a bad one."""

import base64
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.config import PopConfig
from edge.daemon.callers import CallerKeys, read_caller_files, with_own_secret
from edge.errors import ConfigError
from edge.tokens import SessionKeys
from tests.daemon.conftest import pop_config

NEW, OLD = "n" * 44, "o" * 44


def config(folder: Path, **sections: Any) -> PopConfig:
    """A configuration in `folder`."""
    return pop_config(folder, publisher_url="http://x", origin_url="http://x", **sections)


def secret_file(folder: Path, content: str, *, mode: int = 0o600) -> str:
    """A file with this content; gives its name."""
    path = folder / "secret"
    path.write_text(content)
    path.chmod(mode)
    return path.name


def test_keys_of_a_fleet(tmp_path: Path) -> None:
    """Both secrets in their order, the ingests' public keys by tenant, and the tokens."""
    name = secret_file(tmp_path, f"# since Monday\n{NEW}\n\n{OLD}\n")
    public = base64.b64encode(b"p" * 32).decode()
    http = {"trusted_ingests": {"tokens_file": name}}
    sessions = {"key_file": name, "ingest_keys": {"*": [public]}}
    keys = read_caller_files(config(tmp_path, http=http, sessions=sessions)).keys

    assert SessionKeys((NEW.encode(), OLD.encode()), {"*": (b"p" * 32,)}) == keys.sessions
    assert {NEW, OLD} == keys.ingest_tokens.keys()
    assert keys == with_own_secret(keys, b"k" * 32)


def test_secret_of_one_pop(tmp_path: Path) -> None:
    """It follows from the PoP's own key, so it stays over a restart, and it is another one on another PoP."""
    nothing = read_caller_files(config(tmp_path)).keys
    here, again, elsewhere = (with_own_secret(nothing, key * 32).sessions.secrets for key in (b"k", b"k", b"l"))

    assert CallerKeys(SessionKeys(()), {}) == nothing
    assert (1, 32) == (len(here), len(here[0]))
    assert here == again != elsewhere


BAD: dict[str, tuple[str, int, str]] = {
    "readable by others": (NEW, 0o644, "has mode 0644, expected 0600"),
    "empty": ("# nothing yet\n", 0o600, "has 0 lines, expected 1 to 2, each once"),
    "short": ("s" * 31, 0o600, "line 1 is not one of the sessions' secret, expected 32 to 512 characters"),
    "with spaces": (f"{NEW}\n{OLD} {OLD}\n", 0o600, "line 2 is not one of the sessions' secret"),
    "three": (f"{NEW}\n{OLD}\n{'t' * 44}\n", 0o600, "has 3 lines, expected 1 to 2"),
    "twice": (f"{NEW}\n{NEW}\n", 0o600, "each once"),
}


@pytest.mark.parametrize(("content", "mode", "text"), BAD.values(), ids=BAD.keys())
def test_file_that_is_not_good(tmp_path: Path, content: str, mode: int, text: str) -> None:
    """The text names the file and ends with the command to run; it never has the secret."""
    name = secret_file(tmp_path, content, mode=mode)
    with pytest.raises(ConfigError) as refused:
        read_caller_files(config(tmp_path, sessions={"key_file": name}))

    assert text in refused.value.text
    assert "openssl rand -base64 32 >" in refused.value.text or "chmod 600" in refused.value.text
    assert NEW not in refused.value.text


def test_file_that_is_missing(tmp_path: Path) -> None:
    """The text names it."""
    with pytest.raises(ConfigError, match=r"sessions' secret .*none"):
        read_caller_files(config(tmp_path, sessions={"key_file": "none"}))


def test_short_token_of_an_ingest(tmp_path: Path) -> None:
    """Twenty characters are the least."""
    name = secret_file(tmp_path, "t" * 19)
    with pytest.raises(ConfigError, match="expected 20 to 512 characters"):
        read_caller_files(config(tmp_path, http={"trusted_ingests": {"tokens_file": name}}))


def test_settings_are_checked_by_type() -> None:
    """Five keys of one tenant are too many: each is tried at every session of that tenant."""
    with pytest.raises(msgspec.ValidationError, match="length <= 4"):
        config(Path(), sessions={"ingest_keys": {"acme": ["k"] * 5}})
