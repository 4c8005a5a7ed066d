"""Files of secrets: what is read, what is refused, and that no error shows a secret."""

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.host import check_private, other_readers, read_content, read_entries, read_line, read_token
from edge.host.secrets import MAX_LINE_BYTES, MAX_TOKEN_CHARACTERS, login_of_group

TEXTS = {"what": "the secret", "advice": "look there"}


def _line(path: Path) -> str:
    return read_line(path, **TEXTS, if_empty="put it there")


READERS: dict[str, Callable[[Path], object]] = {
    "check_private": lambda path: check_private(path, **TEXTS),
    "read_content": lambda path: read_content(path, **TEXTS),
    "read_line": _line,
    "read_entries": lambda path: read_entries(path, **TEXTS),
}


@pytest.mark.parametrize("name", READERS)
def test_file_that_is_missing(tmp_path: Path, name: str) -> None:
    """The error says what cannot be read, why, and what to do."""
    with pytest.raises(ConfigError) as caught:
        READERS[name](tmp_path / "none")

    assert "cannot read the secret: No such file or directory; look there" == caught.value.text


@pytest.mark.parametrize("name", ["read_line", "read_entries"])
def test_file_that_is_no_text(tmp_path: Path, name: str) -> None:
    """The error says at which byte; it has no cause, which would hold the content."""
    (tmp_path / "secret").write_bytes(b"hunter2\xff")
    with pytest.raises(ConfigError) as caught:
        READERS[name](tmp_path / "secret")

    assert "cannot read the secret: not UTF-8 at byte 7; look there" == caught.value.text
    assert caught.value.__cause__ is None


MODES = {
    "its owner alone": (0o600, True),
    "its owner, to read": (0o400, True),
    "its owner, as a program": (0o700, True),
    "its group may write": (0o620, False),
    "its group may run it": (0o610, False),
    "others may read": (0o604, False),
    "others may write": (0o602, False),
    "others may run it": (0o601, False),
}


@pytest.mark.parametrize(("mode", "good"), MODES.values(), ids=MODES.keys())
def test_permissions_of_a_secret(tmp_path: Path, mode: int, good: bool) -> None:
    """The error names the mode and the command to run."""
    path = tmp_path / "a secret"
    path.touch()
    path.chmod(mode)
    found = ""
    try:
        check_private(path, **TEXTS)
    except ConfigError as error:
        found = error.text

    refusal = f"{path} has mode {mode:04o}, expected 0600, so others may know it; run: chmod 600 '{path}'"
    assert ("" if good else refusal) == found


def account(name: str, uid: int, gid: int, shell: str = "/bin/bash") -> pwd.struct_passwd:
    """An account of this machine."""
    return pwd.struct_passwd((name, "x", uid, gid, "", "/", shell))


ACCOUNTS = [
    account("root", 0, 0),
    account("sync", 4, 65534, "/bin/sync"),
    account("nobody", 65534, 65534, "/usr/sbin/nologin"),
    account("skerry", 990, 990, "/usr/sbin/nologin"),
    account("app", 1000, 1000),
    account("alice", 1001, 1001, "/usr/bin/zsh"),
    account("bob", 1002, 100, ""),
]
"""Two services, the user of a container, somebody with a group of her own, and somebody in `users`."""

ROOT, SKERRY, APP, ALICE = 0, 990, 1000, 1001

GROUPS: dict[str, tuple[int, int, int, str]] = {
    "fsGroup of Kubernetes, which has no name, on root's file": (4242, ROOT, APP, ""),
    "fsGroup on a file of the process": (4242, APP, APP, ""),
    "fsGroup that is the group of the container's user": (1000, ROOT, APP, ""),
    "nogroup, which Debian's sync has": (65534, ROOT, SKERRY, ""),
    "the group of a service, on root's file": (990, ROOT, SKERRY, ""),
    "the group of a service, on its own file": (990, SKERRY, SKERRY, ""),
    "root's group": (0, ROOT, SKERRY, ""),
    "a file that somebody left with her own group": (1001, ALICE, SKERRY, "alice"),
    "the same where she runs the process herself": (1001, ALICE, ALICE, "alice"),
    "a group that is for everybody here": (100, ROOT, SKERRY, "bob"),
    "the same for a process of root": (100, ROOT, ROOT, "bob"),
}
"""A file's group and owner, the user of the process, and the login whose own group it is."""


@pytest.mark.parametrize(("group", "owner", "own", "login"), GROUPS.values(), ids=GROUPS.keys())
def test_group_that_may_read_a_secret(group: int, owner: int, own: int, login: str) -> None:
    """A group that was chosen for a secret may, and a login's own may not."""
    assert login == login_of_group(group, owner=owner, own=own, accounts=ACCOUNTS)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to a group that it is not in")
@pytest.mark.parametrize(
    ("mode", "good"), [(0o440, True), (0o640, True), (0o660, False), (0o644, False), (0o650, False)]
)
def test_secret_as_kubernetes_mounts_it(tmp_path: Path, mode: int, good: bool) -> None:
    """The group of `fsGroup` may read it, and neither change nor run it; others may do nothing."""
    path = tmp_path / "secret"
    path.touch()
    os.chown(path, -1, 1_987_654_321)
    path.chmod(mode)

    assert ("" if good else "others") == other_readers(path.stat())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to a group that it is not in")
def test_secret_with_the_group_of_a_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says whose group it is, and what to run. A container may have no login, so the accounts are ours."""
    monkeypatch.setattr(pwd, "getpwall", lambda: ACCOUNTS)
    path = tmp_path / "secret"
    path.touch()
    os.chown(path, -1, ALICE)
    path.chmod(0o640)
    with pytest.raises(ConfigError) as caught:
        check_private(path, **TEXTS)

    expected = f"{path} has mode 0640, expected 0600, so the group of the login alice may know it"
    assert f"{expected}; run: chmod 600 {path}" == caught.value.text


def test_content_is_every_byte(tmp_path: Path) -> None:
    """All bytes are returned, because a passphrase need not be text."""
    (tmp_path / "secret").write_bytes(b" \xff\x00\n")

    assert b" \xff\x00\n" == read_content(tmp_path / "secret", **TEXTS)


@pytest.mark.parametrize("content", ["schlüssel 1\n", "  schlüssel 1", "\nschlüssel 1\r\n"])
def test_line_without_the_spaces_around_it(tmp_path: Path, content: str) -> None:
    """Spaces and line ends around the line, as editors add them, are no part of the secret."""
    (tmp_path / "secret").write_bytes(content.encode())

    assert "schlüssel 1" == _line(tmp_path / "secret")


@pytest.mark.parametrize("content", ["", "\n", " \t\n"])
def test_line_that_is_empty(tmp_path: Path, content: str) -> None:
    """An empty file gets other advice than a file that cannot be read."""
    (tmp_path / "secret").write_text(content)

    with pytest.raises(ConfigError) as caught:
        _line(tmp_path / "secret")
    assert "the secret is empty; put it there" == caught.value.text


def test_line_that_is_too_long(tmp_path: Path) -> None:
    """The longest line is read; a longer one is refused."""
    path = tmp_path / "secret"
    path.write_bytes(b"x" * MAX_LINE_BYTES)
    assert "x" * 4096 == _line(path)

    path.write_bytes(b"x" * 4097)
    with pytest.raises(ConfigError) as caught:
        _line(path)
    assert "the secret has more than 4096 bytes, expected one line; look there" == caught.value.text


def test_entries_with_their_numbers(tmp_path: Path) -> None:
    """Comments and empty lines are numbered, but not returned."""
    (tmp_path / "secrets").write_text("# of ü\n\nacme one\n \n  northwind # two  \n#", encoding="utf-8")

    assert [(3, "acme one"), (5, "northwind # two")] == read_entries(tmp_path / "secrets", **TEXTS)


TOKENS = {
    "a token": b"abc-123",
    "with a line end": b"abc-123\r\n",
    "with spaces around it": b" abc-123\n\n",
}


@pytest.mark.parametrize("content", TOKENS.values(), ids=TOKENS.keys())
def test_token(tmp_path: Path, content: bytes) -> None:
    """The token is returned without the spaces and line ends around it."""
    (tmp_path / "token").write_bytes(content)

    assert "abc-123" == read_token(tmp_path / "token", advice="write it")


def test_longest_token(tmp_path: Path) -> None:
    """A token of the greatest length is read."""
    (tmp_path / "token").write_text("x" * MAX_TOKEN_CHARACTERS)

    assert 512 == len(read_token(tmp_path / "token", advice="write it"))


FAULTS = {
    "no file": (None, "cannot read {path}: No such file or directory; "),
    "an empty file": (b"\n", "{path} does not contain one token in one line; "),
    "two lines": (b"one\ntwo\n", "{path} does not contain one token in one line; "),
    "two words": (b"Bearer abc\n", "{path} does not contain one token in one line; "),
    "a character that no header may hold": (b"ab\x00c", "{path} does not contain one token in one line; "),
    "letters beyond ASCII": ("schlüssel".encode(), "{path} does not contain one token in one line; "),
    "bytes that are no text": (b"\xff\xfe", "{path} does not contain one token in one line; "),
    "more characters than a token may have": (b"x" * 513, "{path} does not contain one token in one line; "),
}


@pytest.mark.parametrize(("content", "text"), FAULTS.values(), ids=FAULTS.keys())
def test_token_file_with_a_fault(tmp_path: Path, content: bytes | None, text: str) -> None:
    """The error says what to do, and shows nothing of the content."""
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        read_token(path, advice="write it")
    assert text.format(path=path) + f"write it, then run: chmod 600 {path}" == caught.value.text
