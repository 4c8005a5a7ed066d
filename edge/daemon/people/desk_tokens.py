"""The tokens of desks: a file of lines `tenant token` that only its owner may read."""

import re
from collections.abc import Mapping
from pathlib import Path

from edge.config import PopConfig
from edge.errors import ConfigError, Reason, RefusedError
from edge.host import bearer_token, matching, read_entries
from edge.host.watched import WatchedFile, optional_file
from edge.records import NAME_PATTERN

EVERY_TENANT = "*"
"""Stands for all tenants: a token of it is good for every tenant."""

TOKEN_MIN_CHARACTERS = 20
"""As many as `openssl rand -base64 15` prints: 120 bits."""

_LINE = re.compile(
    rf"(?P<tenant>{NAME_PATTERN}|{re.escape(EVERY_TENANT)})\s+(?P<token>[!-~]{{{TOKEN_MIN_CHARACTERS},}})"
)


class DeskTokens:
    """Checks desks' bearer tokens. `tokens`: the tenant of each token."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens

    def renew(self, tokens: Mapping[str, str]) -> None:
        """Put other tokens in force; those of before are good no more, unless they are among them."""
        self._tokens = tokens

    def knows(self, token: str) -> bool:
        """True if `token` is a desk's, of any tenant; in constant time per token."""
        return bool(matching(self._tokens, token))

    def authorise(self, header: str, tenant: str) -> None:
        """Check an `Authorization` header for a token of `tenant`, or of all tenants; in constant time per token.

        Raises `RefusedError` (`UNAUTHORISED`), which the desk gets as 401.
        """
        if not self.is_of(header, tenant):
            raise RefusedError("no token of this tenant's desk was given", reason=Reason.UNAUTHORISED)

    def is_of(self, header: str | None, tenant: str) -> bool:
        """True if an `Authorization` header has a token of `tenant`, or of all tenants."""
        return bool({tenant, EVERY_TENANT} & set(matching(self._tokens, bearer_token(header))))


def read_desk_tokens(config: PopConfig) -> WatchedFile[dict[str, str]]:
    """The tenant of each token; none if `people.desk_tokens_file` is not set. Blocking.

    Raises `ConfigError` with file and line, never a token, when the file is missing, readable by others, or has a line
    of another form.
    """
    path = config.optional_path(config.people.desk_tokens_file)
    return optional_file("people.desk_tokens_file", path, _read, without=dict[str, str])


def _read(path: Path) -> dict[str, str]:
    how = f"write lines of a tenant and a token, made with: openssl rand -base64 24 > {path}"
    what = f"the desks' tokens {path}"
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
