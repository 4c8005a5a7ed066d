"""Tokens are made, revoked and read."""

import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from edge.desk.access import (
    DeskToken,
    KnownTokens,
    TokenKind,
    is_in_force,
    issue_desk_token,
    read_desk_tokens,
    revoke_desk_token,
)
from edge.errors import ConfigError, RefusedError
from tests.desk.desk import NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of tokens that does not exist yet."""
    return tmp_path / "desk-tokens.json"


def issue(path: Path, name: str = "fra-1", *, tenant: str = "") -> str:
    """Make a token of an agent if there is a tenant, and otherwise of a PoP."""
    kind = TokenKind.AGENT if tenant else TokenKind.POP
    return issue_desk_token(path, kind=kind, name=name, tenant=tenant, now=NOON)


def test_only_hashes_are_stored(path: Path) -> None:
    """The file has the hash of 32 random bytes, and is its owner's alone."""
    token = issue(path)
    (stored,) = read_desk_tokens(path)

    assert hashlib.sha256(token.encode()).hexdigest() == stored.sha256
    assert token not in path.read_text()
    assert (43, 0o600) == (len(token), path.stat().st_mode & 0o777)


def test_new_token_of_a_name(path: Path) -> None:
    """It takes the place of the earlier one."""
    old, new = issue(path), issue(path)
    tokens = KnownTokens(read_desk_tokens(path))

    assert tokens.find(f"Bearer {old}", NOON) is None
    assert ["fra-1"] == tokens.pops
    assert "fra-1" == getattr(tokens.find(f"bearer {new}", NOON), "name", None)


def test_revoked(path: Path) -> None:
    """It is gone; a second time there is nothing to revoke."""
    issue(path)
    revoke_desk_token(path, "fra-1")

    assert () == read_desk_tokens(path)
    with pytest.raises(RefusedError, match="there is no token of this name"):
        revoke_desk_token(path, "fra-1")


@pytest.mark.parametrize("name", ["", "Fra", "-a", "a/b", "a" * 64, "\u202ea"])
def test_impossible_name(path: Path, name: str) -> None:
    """It is refused, and no file is written."""
    with pytest.raises(RefusedError, match="the name cannot be used"):
        issue(path, name)
    assert not path.exists()


def test_name_of_another_kind(path: Path) -> None:
    """An agent cannot have a PoP's name, nor take it over."""
    issue(path)
    with pytest.raises(RefusedError, match="a token of another kind"):
        issue(path, tenant="northwind")


def test_many_at_once(path: Path) -> None:
    """Commands that run at the same time lose no token."""
    threads = [threading.Thread(target=issue, args=(path, f"pop-{number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 8 == len(read_desk_tokens(path))


def test_readable_by_others(path: Path) -> None:
    """The file is refused."""
    issue(path)
    path.chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        read_desk_tokens(path)


def test_expiry() -> None:
    """A token is in force until the moment that it names."""
    token = DeskToken(kind=TokenKind.POP, name="a", sha256="", made=NOON, expires=NOON + timedelta(days=1))

    assert is_in_force(token, NOON)
    assert not is_in_force(token, NOON + timedelta(days=1))
