"""Tokens: issued once, kept as hashes, compared whole."""

import stat
from pathlib import Path

import pytest

from edge.errors import ConfigError, RefusedError
from edge.publish.fleet import issue_token
from edge.publish.fleet.tokens import Tokens, read_tokens


def test_token_is_known_by_its_hash_alone(tmp_path: Path) -> None:
    """The file is the owner's, and holds nothing that could be shown as a token."""
    path = tmp_path / "tokens"
    first, second = issue_token(path, "fra-1"), issue_token(path, "fra-2")
    tokens = Tokens(read_tokens(path))

    assert ["fra-1", "fra-2"] == [tokens.who(f"Bearer {first}"), tokens.who(f"bearer {second}")]
    assert first not in path.read_text()
    assert len(first) >= 43
    assert stat.S_IMODE(path.stat().st_mode) & 0o022 == 0


def test_new_token_replaces_the_old(tmp_path: Path) -> None:
    """One PoP has one token."""
    path = tmp_path / "tokens"
    old, new = issue_token(path, "fra-1"), issue_token(path, "fra-1")
    tokens = Tokens(read_tokens(path))

    assert [None, "fra-1"] == [tokens.who(f"Bearer {old}"), tokens.who(f"Bearer {new}")]


NOBODY = {
    "nothing": None,
    "an empty header": "",
    "another token": "Bearer 9f86d081884c7d65",
    "no scheme": "{token}",
    "another scheme": "Basic {token}",
    "half a token": "Bearer {half}",
    "what is no ASCII": "Bearer \udcff",
}


@pytest.mark.parametrize("header", NOBODY.values(), ids=NOBODY.keys())
def test_header_of_nobody(tmp_path: Path, header: str | None) -> None:
    """Only the whole token, shown as a bearer token, is one."""
    token = issue_token(tmp_path / "tokens", "fra-1")
    shown = header.format(token=token, half=token[:20]) if header else header

    assert Tokens(read_tokens(tmp_path / "tokens")).who(shown) is None


def test_hash_is_no_token(tmp_path: Path) -> None:
    """Who steals the file cannot get in with it."""
    issue_token(tmp_path / "tokens", "fra-1")
    stolen = (tmp_path / "tokens").read_text().split()[1]

    assert Tokens(read_tokens(tmp_path / "tokens")).who(f"Bearer {stolen}") is None


def test_faulty_line_is_named_but_not_quoted(tmp_path: Path) -> None:
    """Somebody may have put the token itself there."""
    path = tmp_path / "tokens"
    path.write_text("# PoPs\n\nfra-1 the-secret-itself\n")

    with pytest.raises(ConfigError) as caught:
        read_tokens(path)
    assert caught.value.text == (
        f"{path}:3 is not a new PoP's name and the SHA-256 of its token,"
        f" remove the line and run: skerry publisher token POP --tokens {path}"
    )


def test_missing_file(tmp_path: Path) -> None:
    """What to run."""
    path = tmp_path / "none"

    with pytest.raises(ConfigError) as caught:
        read_tokens(path)
    assert (
        caught.value.text
        == f"cannot read {path}: No such file or directory; run: skerry publisher token POP --tokens {path}"
    )


def test_name_that_is_none(tmp_path: Path) -> None:
    """It would break the file."""
    with pytest.raises(RefusedError, match=r"^'fra 1' cannot be a PoP's name"):
        issue_token(tmp_path / "tokens", "fra 1")
