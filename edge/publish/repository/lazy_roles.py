"""Tenants' roles that are read on first use, so that a change of one tenant does not verify a hundred others.

A role is verified against the delegations as they were when the state was read. Later edits do not count.
"""

from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime

import msgspec
from tuf.api.metadata import Targets

from edge.records import DECODE_ERRORS, Utc


class _Signed(msgspec.Struct):
    expires: Utc


class _File(msgspec.Struct):
    signed: _Signed


class LazyRoles(MutableMapping[str, Targets]):
    """Roles by tenant, in the order in which the tenants were added."""

    def __init__(
        self, tenants: list[str], *, read_role: Callable[[str], Targets], read_file: Callable[[str], bytes]
    ) -> None:
        """`read_role` reads and verifies a role, `read_file` only reads its file; both raise `StorageError`."""
        self._read_role, self._read_file = read_role, read_file
        self._roles: dict[str, Targets | None] = dict.fromkeys(tenants)

    def __getitem__(self, tenant: str) -> Targets:
        role = self._roles[tenant]
        if role is None:
            role = self._roles[tenant] = self._read_role(tenant)
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
        """When the role expires. If it was not read yet, this is what its file says, unverified.

        The caller only decides with it whether to renew the role, and a renewal reads and verifies the role.
        """
        role = self._roles[tenant]
        if role is not None:
            return role.expires
        try:
            return msgspec.json.decode(self._read_file(tenant), type=_File).signed.expires
        except DECODE_ERRORS:
            # Reading it properly raises the error that names the damage.
            return self[tenant].expires
