"""Top roles that were verified before, so that a change of one island does not verify the keys of all tenants again.

Each reader gets a copy, which it may edit. The roles that are kept here are never edited.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from tuf.api.metadata import DelegatedRole, MetaFile, Root, Snapshot, Targets, Timestamp

from edge.trust import Ed25519Key, first_root, next_root, signed_by

SignedT = TypeVar("SignedT", Root, Snapshot, Targets, Timestamp)
TopT = TypeVar("TopT", Snapshot, Targets, Timestamp)

_VALUES = frozenset({str, int, float, bool, type(None), datetime, Ed25519Key, MetaFile})
"""Types of what is replaced as a whole and never edited, so that copies may share it."""


class VerifiedRoles:
    """Top roles as they were verified last. The same bytes under the same keys are not verified a second time.

    Every change reads the role `targets`, with the keys of a hundred tenants, and hardly any changes it.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, bytes, Snapshot | Targets | Timestamp]] = {}
        """By role: its file, its delegator as JSON, and the role, which nobody else has."""

        self._roots: dict[tuple[bytes, bytes], Root] = {}
        """The chain that was verified last: each root by the file of the root before it and its own. Empty: none."""

    def signed_by(self, root: Root, kind: type[TopT], data: bytes, role: str) -> TopT:
        """As `edge.trust.signed_by`. Each call gives an object of its own, so that a change may edit it."""
        return own_copy(self._verified(root, kind, data, role))

    def check(self, root: Root, kind: type[TopT], data: bytes, role: str) -> None:
        """As `signed_by`, for one who has the role already. Raises as that."""
        self._verified(root, kind, data, role)

    def newest_root(self, first: bytes, after: Callable[[int], bytes | None]) -> Root:
        """The root to which a chain of signatures leads from the one in the file `first`.

        `after` gives the file of the root with a version, None if there is none. Raises as `edge.trust.next_root`, and
        what `after` raises.
        """
        roots: dict[tuple[bytes, bytes], Root] = {}
        root = self._roots.get((b"", first)) or first_root(first)
        roots[b"", first] = root
        before = first
        while (data := after(root.version + 1)) is not None:
            root = self._roots.get((before, data)) or next_root(data, root)
            roots[before, data] = root
            before = data
        self._roots = roots
        return own_copy(root)

    def _verified(self, root: Root, kind: type[TopT], data: bytes, role: str) -> TopT:
        """The role, which nobody may edit."""
        delegator = msgspec.json.encode(root.to_dict())
        kept = self._kept.get(role)
        if kept is not None and kept[:2] == (data, delegator) and isinstance(kept[2], kind):
            return kept[2]
        signed = signed_by(root, kind, data, role)
        self._kept[role] = data, delegator, signed
        return signed


def own_copy(role: SignedT) -> SignedT:
    """A role's metadata that can be edited without changing `role`. Faster than `copy.deepcopy` and pickle."""
    copied: SignedT = _copied(role)
    return copied


def _copied(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return {key: item if type(item) in _VALUES else _copied(item) for key, item in value.items()}
    if kind is list:
        return [item if type(item) in _VALUES else _copied(item) for item in value]
    if kind in _VALUES or not hasattr(value, "__dict__"):
        return value
    other = object.__new__(kind)
    parts = value.__dict__
    if kind is DelegatedRole:
        # A hundred of them: of each, its keys and how many must sign may be edited, and nothing else.
        other.__dict__.update(parts, keyids=list(parts["keyids"]))
    else:
        other.__dict__.update({key: item if type(item) in _VALUES else _copied(item) for key, item in parts.items()})
    return other
