"""Tokens with which PoPs may read and subscribe: one for each PoP. The publisher stores only their hashes.

    # pop       SHA-256 of its token
    fra-1       9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

A token is 32 random bytes, so a plain SHA-256 cannot be reversed by guessing. Tokens protect access only. A PoP trusts
content because of its signatures, and would trust it from anywhere. The file is read again when it changes
(`PublisherAuth`).
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from edge.errors import ConfigError, RefusedError
from edge.host import bearer_token, create_private, matching, read_entries, replace_private, sync_folder
from edge.records import NAME_PATTERN

_LINE = re.compile(rf"({NAME_PATTERN})\s+([0-9a-f]{{64}})")
_NAME = re.compile(NAME_PATTERN)


def read_tokens(path: Path) -> dict[str, str]:
    """Hashes of tokens in hexadecimal, by PoP. Blocking.

    Raises `ConfigError` if the file cannot be read or a line is faulty. The text does not quote the line, because
    somebody may have put a token there.
    """
    advice = f"run: skerry publisher token POP --tokens {path}"
    hashes: dict[str, str] = {}
    for number, line in read_entries(path, what=str(path), advice=advice):
        match = _LINE.fullmatch(line)
        if match is None:
            text = f"{path}:{number} is not a PoP's name and the SHA-256 of its token"
            raise ConfigError(f"{text}, remove the line and {advice}")
        if match[1] in hashes:
            text = f"{path}:{number} is a second line of the same PoP, expected one line for each PoP"
            raise ConfigError(f"{text}, remove the line and {advice}")
        hashes[match[1]] = match[2]
    return hashes


def issue_token(path: Path, pop: str) -> str:
    """Make a new token for `pop` and store its hash, in place of an earlier one. Durable on return. Blocking.

    Raises `RefusedError` if `pop` is not a possible name, `ConfigError` if the file is faulty.
    """
    if _NAME.fullmatch(pop) is None:
        raise RefusedError(
            f"{pop[:64]!r} cannot be a PoP's name, expected 1 to 63 lower-case letters, digits, inner '-'"
        )
    token = secrets.token_urlsafe(32)
    hashes = {**(read_tokens(path) if path.exists() else {}), pop: _hash(token)}
    content = "".join(f"{name} {value}\n" for name, value in sorted(hashes.items())).encode()
    if path.exists():
        replace_private(path, content)
        sync_folder(path.parent)
    else:
        create_private(path, content)
    return token


class Tokens:
    """Known tokens, for looking up the PoP of a request."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._pops = {token_hash: pop for pop, token_hash in hashes.items()}

    def pop_of(self, authorization: str | None) -> str | None:
        """The PoP whose token is in an `Authorization` header; None if there is no known token in it."""
        token = bearer_token(authorization)
        pops = matching(self._pops, _hash(token)) if token else []
        return pops[0] if pops else None

    def is_still_of(self, pop: str, authorization: str | None) -> bool:
        """True if the token in the header is the PoP's now. For a header that was looked up before: takes 2 µs."""
        return self._pops.get(_hash(bearer_token(authorization) or "")) == pop


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
