"""Tokens are issued once, stored as hashes and compared whole."""

import stat
from pathlib import Path

import pytest

from edge.errors import ConfigError, RefusedError
from edge.publish.fleet import issue_token
from edge.publish.fleet.tokens import Tokens, read_tokens


def test_only_the_hash_is_stored(tmp_path: Path) -> None:
    """The file belongs to its owner and does not contain the token."""
    path = tmp_path / "tokens"
    first, second = issue_token(path, "fra-1"), issue_token(path, "fra-2")
    tokens = Tokens(read_tokens(path))

    assert ["fra-1", "fra-2"] == [tokens.pop_of(f"Bearer {first}"), tokens.pop_of(f"bearer {second}")]
    assert first not in path.read_text()
    assert len(first) >= 43
    assert stat.S_IMODE(path.stat().st_mode) & 0o022 == 0


def test_new_token_replaces_the_old(tmp_path: Path) -> None:
    """A PoP has one token."""
    path = tmp_path / "tokens"
    old, new = issue_token(path, "fra-1"), issue_token(path, "fra-1")
    tokens = Tokens(read_tokens(path))

    assert [None, "fra-1"] == [tokens.pop_of(f"Bearer {old}"), tokens.pop_of(f"Bearer {new}")]


UNKNOWN = {
    "nothing": None,
    "an empty header": "",
    "another token": "Bearer 9f86d081884c7d65",
    "no scheme": "{token}",
    "another scheme": "Basic {token}",
    "half a token": "Bearer {half}",
    "not ASCII": "Bearer \udcff",
}


@pytest.mark.parametrize("header", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_header_without_a_known_token(tmp_path: Path, header: str | None) -> None:
    """Only a whole token in a bearer header is accepted."""
    token = issue_token(tmp_path / "tokens", "fra-1")
    sent = header.format(token=token, half=token[:20]) if header else header

    assert Tokens(read_tokens(tmp_path / "tokens")).pop_of(sent) is None


def test_hash_is_not_a_token(tmp_path: Path) -> None:
    """A thief of the file gains no access."""
    issue_token(tmp_path / "tokens", "fra-1")
    stolen = (tmp_path / "tokens").read_text().split()[1]

    assert Tokens(read_tokens(tmp_path / "tokens")).pop_of(f"Bearer {stolen}") is None


def test_faulty_line_is_not_quoted(tmp_path: Path) -> None:
    """The error names the line only: somebody may have put a token there."""
    path = tmp_path / "tokens"
    path.write_text("# PoPs\n\nfra-1 the-secret-itself\n")

    with pytest.raises(ConfigError) as caught:
        read_tokens(path)
    assert caught.value.text == (
        f"{path}:3 is not a PoP's name and the SHA-256 of its token,"
        f" remove the line and run: skerry publisher token POP --tokens {path}"
    )


def test_second_line_of_a_pop(tmp_path: Path) -> None:
    """A PoP has one token, so the error says which line to remove."""
    path = tmp_path / "tokens"
    path.write_text(f"fra-1 {'ab' * 32}\nfra-1 {'cd' * 32}\n")

    with pytest.raises(ConfigError) as caught:
        read_tokens(path)
    assert caught.value.text == (
        f"{path}:2 is a second line of the same PoP, expected one line for each PoP,"
        f" remove the line and run: skerry publisher token POP --tokens {path}"
    )


def test_missing_file(tmp_path: Path) -> None:
    """The error ends with the command that makes it."""
    path = tmp_path / "none"

    with pytest.raises(ConfigError) as caught:
        read_tokens(path)
    assert (
        caught.value.text
        == f"cannot read {path}: No such file or directory; run: skerry publisher token POP --tokens {path}"
    )


def test_malformed_name(tmp_path: Path) -> None:
    """It is refused, because it would make the file unreadable."""
    with pytest.raises(RefusedError, match=r"^'fra 1' cannot be a PoP's name"):
        issue_token(tmp_path / "tokens", "fra 1")
