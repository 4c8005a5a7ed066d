"""Tenants' roles that are read when somebody looks at them: a change of one tenant does not verify a hundred others.

A role is read and verified against the delegations as they were when the state was read. Later edits do not count.
"""

from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime

import msgspec
from tuf.api.metadata import Targets

from edge.records import Utc


class _Signed(msgspec.Struct):
    expires: Utc


class _File(msgspec.Struct):
    signed: _Signed


class LazyRoles(MutableMapping[str, Targets]):
    """By tenant, in the order in which they were added."""

    def __init__(self, tenants: list[str], *, verified: Callable[[str], Targets], raw: Callable[[str], bytes]) -> None:
        """`verified` reads a role, `raw` its file; both raise `StorageError`."""
        self._verified, self._raw = verified, raw
        self._roles: dict[str, Targets | None] = dict.fromkeys(tenants)

    def __getitem__(self, tenant: str) -> Targets:
        role = self._roles[tenant]
        if role is None:
            role = self._roles[tenant] = self._verified(tenant)
        return role

    def __setitem__(self, tenant: str, role: Targets) -> None:
        self._roles[tenant] = role

    def __delitem__(self, tenant: str) -> None:
        del self._roles[tenant]

    def __iter__(self) -> Iterator[str]:
        return iter(self._roles)

    def __len__(self) -> int:
        return len(self._roles)

    def __contains__(self, tenant: object) -> bool:
        return tenant in self._roles

    def expires(self, tenant: str) -> datetime:
        """When the role expires. Of one that nobody has read yet: what its file says, unverified.

        That decides only whether it is looked at, and to sign it again it is verified.
        """
        role = self._roles[tenant]
        if role is not None:
            return role.expires
        try:
            return msgspec.json.decode(self._raw(tenant), type=_File).signed.expires
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self[tenant].expires
