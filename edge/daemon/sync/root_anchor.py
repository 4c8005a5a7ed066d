"""The root of trust that the operator put on this PoP, read again at every poll.

Roots that the root before them vouches for come from the publisher by themselves. When too few keys were left to vouch,
a new `trusted_root` has to be put here by hand (`skerry recover root-of-trust`), and takes effect without a restart.
"""

from collections.abc import Callable

from edge.errors import SkerryError
from edge.host import get_logger
from edge.trust import TrustedMetadata


class RootAnchor:
    """Reads `trusted_root` with `read`; `seen` is what the PoP started from. Blocking; for one thread at a time."""

    def __init__(self, read: Callable[[], bytes], *, seen: bytes) -> None:
        self._read, self._seen = read, seen
        self._last_error = ""

    def applied_to(self, trust: TrustedMetadata) -> TrustedMetadata:
        """`trust` as it is; or what it holds, as far as a root of trust that is new here vouches for it.

        A file that is gone or is no root changes nothing, and is said once.
        """
        try:
            root = self._read()
            if root == self._seen:
                return trust
            anchored = trust.anchored_at(root)
        except SkerryError as error:
            if error.text != self._last_error:
                get_logger().warning("trusted root not taken, the one before counts", error=error.text)
            self._last_error = error.text
            return trust
        self._seen, self._last_error = root, ""
        get_logger().info("trusted root taken", version=anchored.root_version)
        return anchored
