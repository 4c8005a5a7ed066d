"""The tokens in force, for looking up who calls. Pure but for its argument `now`."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from edge.desk.access.token_file import DeskToken, TokenKind, token_hash
from edge.host import bearer_token, matching

TOKENS_NAME = "desk-tokens.json"


def tokens_path(home: Path) -> Path:
    """The file of tokens of a desk's home."""
    return home / TOKENS_NAME


class Agent(NamedTuple):
    """One person at the desk."""

    name: str
    tenant: str
    lane: str
    """Empty: all lanes of the tenant."""

    def sees(self, tenant: str, lane: str) -> bool:
        """True if the agent may know of a ticket of this tenant in this lane."""
        return tenant == self.tenant and self.lane in {"", lane}


class KnownTokens:
    """Known tokens by their hashes. A file of a thousand is searched in a millisecond."""

    def __init__(self, tokens: Iterable[DeskToken]) -> None:
        self._by_hash = {one.sha256: one for one in tokens}

    def find(self, authorization: str | None, now: datetime) -> DeskToken | None:
        """The token in an `Authorization` header; None if it is unknown, revoked or expired."""
        shown = bearer_token(authorization)
        found = matching(self._by_hash, token_hash(shown)) if shown else []
        return found[0] if found and is_in_force(found[0], now) else None

    def has(self, token: DeskToken, now: datetime) -> bool:
        """True if a token that was found before is still in force."""
        return self._by_hash.get(token.sha256) == token and is_in_force(token, now)

    @property
    def pops(self) -> list[str]:
        """Names of the PoPs that have a token, sorted."""
        return sorted(one.name for one in self._by_hash.values() if one.kind is TokenKind.POP)

    @property
    def pop_keys(self) -> dict[str, tuple[bytes, ...]]:
        """The keys that the operator named for PoPs. One without any is left out."""
        return {one.name: tuple(map(bytes.fromhex, one.keys)) for one in self._by_hash.values() if one.keys}

    @property
    def tenants(self) -> set[str]:
        """Tenants that have an agent."""
        return {one.tenant for one in self._by_hash.values() if one.kind is TokenKind.AGENT}


def is_in_force(token: DeskToken, now: datetime) -> bool:
    """True until the token expires."""
    return token.expires is None or now < token.expires
