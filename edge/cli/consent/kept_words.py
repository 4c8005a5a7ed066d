"""Of which tenants a PoP keeps words next to its ledger: those of whose islands one names a sealing key."""

import os
from contextlib import closing
from pathlib import Path

import msgspec

from edge.records import DECODE_ERRORS
from edge.store.files import DamagedError
from edge.store.verified import VerifiedStore


class _Sealing(msgspec.Struct):
    """What an island says of it. Nothing is sealed by this: the PoP does that, with the islands that it verified."""

    tenant: str = ""
    sealing: bytes = b""


def sealing_tenants(state_dir: Path) -> frozenset[str] | None:
    """The tenants with a sealing key, by the islands in the state folder of a PoP that is stopped.

    None if that is not known: it has no islands, as after the loss of a disk, or their file is damaged. Raises
    `ConfigError` if another process has the folder, `StorageError` if the disk fails.
    """
    if not os.path.lexists(state_dir / "verified"):
        return None
    try:
        with closing(VerifiedStore(state_dir)) as store:
            found = [_read(value) for value in store.read_all().values()]
    except DamagedError:
        return None
    return frozenset(one.tenant for one in found if one.sealing)


def _read(value: bytes) -> _Sealing:
    try:
        return msgspec.msgpack.decode(value, type=_Sealing)
    except DECODE_ERRORS:
        # No island.
        return _Sealing()
