"""Whose word on people is taken: a file of lines `tenant token`, for its owner only."""

import hmac
import re
from collections.abc import Mapping
from pathlib import Path

from edge.config import PopConfig
from edge.errors import ConfigError, Reason, RefusedError
from edge.records import NAME_PATTERN

EVERY_TENANT = "*"
"""A token for it may speak for all tenants."""

TOKEN_MIN_CHARACTERS = 20
"""What `openssl rand -base64 15` gives: 120 bits."""

_LINE = re.compile(
    rf"(?P<tenant>{NAME_PATTERN}|{re.escape(EVERY_TENANT)})\s+(?P<token>[!-~]{{{TOKEN_MIN_CHARACTERS},}})"
)
_OTHERS = 0o077
_SCHEME = "Bearer "


class DeskTokens:
    """Tells whose desk speaks by the token it shows. `tokens`: tenant by token."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens

    @property
    def is_empty(self) -> bool:
        """Whether no desk could be believed."""
        return not self._tokens

    def authorise(self, header: str, tenant: str) -> None:
        """Raise `RefusedError` (`UNAUTHORISED`) unless `Authorization` holds a token of the tenant's desk."""
        given = header.removeprefix(_SCHEME) if header.startswith(_SCHEME) else ""
        # Every token is compared, each in constant time: how long it takes tells a stranger nothing.
        said = given.encode(errors="surrogateescape")
        owners = [owner for token, owner in self._tokens.items() if hmac.compare_digest(token.encode(), said)]
        if not {tenant, EVERY_TENANT} & set(owners):
            raise RefusedError("no token of this tenant's desk was given", reason=Reason.UNAUTHORISED)


def read_desk_tokens(config: PopConfig) -> dict[str, str]:
    """Tenant by token, none where no file is configured; raises `ConfigError`, which never shows a token."""
    file = config.people.tokens_file
    return _read(config.path(file)) if file else {}


def _read(path: Path) -> dict[str, str]:
    how = f"write lines of a tenant and a token, made with: openssl rand -base64 24 > {path}"
    try:
        if path.stat().st_mode & _OTHERS:
            raise ConfigError(f"{path} can be read by others, run: chmod 600 {path}")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the desks' tokens {path}: {_why(error)}; {how}") from error
    tokens: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            least = f"{TOKEN_MIN_CHARACTERS} characters or more"
            raise ConfigError(f"{path} line {number} is not a tenant and a token of {least}; {how}")
        if match["token"] in tokens:
            raise ConfigError(f"{path} line {number} repeats a token, expected one of its own for each tenant; {how}")
        tokens[match["token"]] = match["tenant"]
    return tokens


def _why(error: OSError | UnicodeDecodeError) -> str:
    return f"not UTF-8 at byte {error.start}" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
