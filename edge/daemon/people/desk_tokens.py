"""Which desks may speak for which tenants: a file of lines `tenant token`, for its owner only."""

import re
from collections.abc import Mapping
from pathlib import Path

from edge.config import PopConfig
from edge.errors import ConfigError, Reason, RefusedError
from edge.host import bearer_token, check_private, matching, read_entries
from edge.records import NAME_PATTERN

EVERY_TENANT = "*"
"""A token for it may speak for all tenants."""

TOKEN_MIN_CHARACTERS = 20
"""What `openssl rand -base64 15` gives: 120 bits."""

_LINE = re.compile(
    rf"(?P<tenant>{NAME_PATTERN}|{re.escape(EVERY_TENANT)})\s+(?P<token>[!-~]{{{TOKEN_MIN_CHARACTERS},}})"
)


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
        if not {tenant, EVERY_TENANT} & set(matching(self._tokens, bearer_token(header))):
            raise RefusedError("no token of this tenant's desk was given", reason=Reason.UNAUTHORISED)


def read_desk_tokens(config: PopConfig) -> dict[str, str]:
    """Tenant by token, none where no file is configured; raises `ConfigError`, which never shows a token."""
    file = config.people.desk_tokens_file
    return _read(config.path(file)) if file else {}


def _read(path: Path) -> dict[str, str]:
    how = f"write lines of a tenant and a token, made with: openssl rand -base64 24 > {path}"
    what = f"the desks' tokens {path}"
    check_private(path, what=what, advice=how)
    tokens: dict[str, str] = {}
    for number, line in read_entries(path, what=what, advice=how):
        match = _LINE.fullmatch(line)
        if match is None:
            least = f"{TOKEN_MIN_CHARACTERS} characters or more"
            raise ConfigError(f"{path} line {number} is not a tenant and a token of {least}; {how}")
        if match["token"] in tokens:
            raise ConfigError(f"{path} line {number} repeats a token, expected one of its own for each tenant; {how}")
        tokens[match["token"]] = match["tenant"]
    return tokens
