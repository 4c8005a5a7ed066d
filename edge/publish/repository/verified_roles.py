"""Top roles that were verified before, so that a change of one island does not verify the keys of all tenants again."""

import pickle
from typing import TypeVar

import msgspec
from tuf.api.metadata import Root, Snapshot, Targets, Timestamp

from edge.trust import signed_by

SignedT = TypeVar("SignedT", Snapshot, Targets, Timestamp)


class VerifiedRoles:
    """Top roles as they were verified last. The same bytes under the same keys are not verified a second time.

    Every change reads the role `targets`, with the keys of a hundred tenants, and hardly any changes it.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, bytes, bytes]] = {}
        """By role: its file, its delegator as JSON, and the role as a pickle."""

    def signed_by(self, root: Root, kind: type[SignedT], data: bytes, role: str) -> SignedT:
        """As `edge.trust.signed_by`. Each call gives an object of its own, so that a change may edit it."""
        delegator = msgspec.json.encode(root.to_dict())
        kept = self._kept.get(role)
        if kept is not None and kept[:2] == (data, delegator):
            read: SignedT = pickle.loads(kept[2])  # noqa: S301 - what this object pickled, and never left the process
            return read
        signed = signed_by(root, kind, data, role)
        self._kept[role] = data, delegator, pickle.dumps(signed)
        return signed
