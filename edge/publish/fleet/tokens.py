"""Which PoPs may talk to this publisher: one token each, of which only a hash is kept here.

    # pop       SHA-256 of its token
    fra-1       9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

A token is 32 random bytes, so a plain hash cannot be guessed backwards. Tokens gate who may read and subscribe, nothing
more: what a PoP believes is decided by signatures. The file is read again when it changes: adding or removing a line
lets a PoP in or out at its next request, without a restart.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from edge.errors import ConfigError, RefusedError
from edge.host import bearer_token, create_private, matching, read_entries, replace_file, sync_folder
from edge.records import NAME_PATTERN

_LINE = re.compile(rf"({NAME_PATTERN})\s+([0-9a-f]{{64}})")
_NAME = re.compile(NAME_PATTERN)


def read_tokens(path: Path) -> dict[str, str]:
    """By PoP: the hash of its token in hexadecimal. Blocking; raises `ConfigError` that never shows a line."""
    advice = f"run: skerry publisher token POP --tokens {path}"
    hashes: dict[str, str] = {}
    for number, line in read_entries(path, what=str(path), advice=advice):
        found = _LINE.fullmatch(line)
        if found is None or found[1] in hashes:
            text = f"{path}:{number} is not a new PoP's name and the SHA-256 of its token"
            raise ConfigError(f"{text}, remove the line and {advice}")
        hashes[found[1]] = found[2]
    return hashes


def issue_token(path: Path, pop: str) -> str:
    """A new token for `pop`, whose hash is in the file on return, in place of an earlier one. Blocking."""
    if _NAME.fullmatch(pop) is None:
        raise RefusedError(f"{pop[:64]!r} cannot be a PoP's name, expected 1 to 63 lower-case letters, digits and '-'")
    token = secrets.token_urlsafe(32)
    hashes = {**(read_tokens(path) if path.exists() else {}), pop: _hash(token)}
    content = "".join(f"{name} {value}\n" for name, value in sorted(hashes.items())).encode()
    if path.exists():
        replace_file(path, content)
        sync_folder(path.parent)
    else:
        create_private(path, content)
    return token


class Tokens:
    """Tells a PoP by the token it shows."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._pops = {token_hash: pop for pop, token_hash in hashes.items()}

    def who(self, authorization: str | None) -> str | None:
        """The PoP whose token an `Authorization` header carries, None where it carries no PoP's."""
        token = bearer_token(authorization)
        found = matching(self._pops, _hash(token)) if token else []
        return found[0] if found else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
