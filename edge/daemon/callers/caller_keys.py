"""The secrets by which callers are known: of sessions, and of trusted ingests. Never shown."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from edge.config import PopConfig, ingest_keys_of
from edge.errors import ConfigError
from edge.host import read_entries
from edge.host.watched import WatchedFile, optional_file
from edge.tokens import SessionKeys

MIN_SECRET_CHARACTERS = 32
"""HS256 wants 256 bits (RFC 7518, section 3.2): `openssl rand -base64 32` prints 44 characters."""

MIN_TOKEN_CHARACTERS = 20
"""As a desk's token: `openssl rand -base64 15` prints 20 characters, 120 bits."""

MAX_SECRETS = 2
"""The secret in force, and one that comes or goes."""

MAX_TOKENS = 64
"""Every token is compared at every request that shows one."""

_OWN_SECRET = b"skerry.session"
_SECRET = re.compile(r"[!-~]{1,512}")


class CallerKeys(NamedTuple):
    """How sessions and trusted ingests are recognised."""

    sessions: SessionKeys
    ingest_tokens: Mapping[str, bool]
    """Tokens of trusted ingests; the values mean nothing."""


class CallerFiles(NamedTuple):
    """The files of secrets by which callers are known, and the public keys in the configuration."""

    secrets: WatchedFile[tuple[bytes, ...]]
    tokens: WatchedFile[Mapping[str, bool]]
    ingest_keys: Mapping[str, tuple[bytes, ...]]

    @property
    def keys(self) -> CallerKeys:
        """What is in force now; `sessions.secrets` is empty without a `key_file`."""
        return CallerKeys(SessionKeys(self.secrets.value, self.ingest_keys), self.tokens.value)

    @property
    def watched(self) -> Iterator[WatchedFile[Any]]:
        """All of them."""
        yield from (self.secrets, self.tokens)

    def on_change(self, apply: Callable[[CallerKeys], object]) -> None:
        """Call `apply` with all keys after each change."""
        for file in (self.secrets, self.tokens):
            file.on_change(lambda _value: apply(self.keys))


def read_caller_files(config: PopConfig) -> CallerFiles:
    """The files that the configuration names. Blocking.

    Raises `ConfigError` with file and line, never a secret, when a file is missing, readable by others, or has a line
    of another form.
    """
    secrets = config.optional_path(config.sessions.key_file)
    tokens = config.optional_path(config.http.trusted_ingests.tokens_file)
    return CallerFiles(
        optional_file("sessions.key_file", secrets, _read_secrets, without=tuple),
        optional_file("http.trusted_ingests.tokens_file", tokens, _read_tokens, without=dict),
        ingest_keys_of(config.sessions),
    )


def with_own_secret(keys: CallerKeys, token_key: bytes) -> CallerKeys:
    """The keys, with a secret that only this PoP has if the fleet has none. It follows from the PoP's token key."""
    if keys.sessions.secrets:
        return keys
    own = hashlib.blake2b(digest_size=32, key=token_key, person=_OWN_SECRET).digest()
    return keys._replace(sessions=keys.sessions._replace(secrets=(own,)))


def _read_secrets(path: Path) -> tuple[bytes, ...]:
    return tuple(line.encode() for line in _read(path, "sessions' secret", MIN_SECRET_CHARACTERS))


def _read_tokens(path: Path) -> Mapping[str, bool]:
    return dict.fromkeys(_read(path, "ingests' tokens", MIN_TOKEN_CHARACTERS), True)


def _read(path: Path, what: str, min_characters: int) -> list[str]:
    """The lines of a file of secrets."""
    max_lines = MAX_SECRETS if min_characters == MIN_SECRET_CHARACTERS else MAX_TOKENS
    how = f"write one in a line, made with: openssl rand -base64 32 > {path}"
    entries = read_entries(path, what=f"the {what} {path}", advice=how)
    for number, line in entries:
        if len(line) < min_characters or _SECRET.fullmatch(line) is None:
            expected = f"expected {min_characters} to 512 characters of printable ASCII without spaces"
            raise ConfigError(f"{path} line {number} is not one of the {what}, {expected}; {how}")
    lines = [line for _, line in entries]
    if not 1 <= len(lines) <= max_lines or len(set(lines)) < len(lines):
        raise ConfigError(f"{path} has {len(lines)} lines, expected 1 to {max_lines}, each once; {how}")
    return lines
