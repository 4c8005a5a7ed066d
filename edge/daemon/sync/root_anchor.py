"""The root of trust that the operator put on this PoP, looked at in every sync.

A new root that the root before it vouches for comes from the publisher. If too few root keys are left to vouch for one,
an operator puts a new `trusted_root` on every PoP by hand (`skerry recover root-of-trust`). It takes effect without a
restart.
"""

from collections.abc import Callable

from edge.errors import SkerryError
from edge.host import get_logger
from edge.trust import TrustedMetadata


class RootAnchor:
    """Watches `trusted_root`. `read` gives its bytes; `initial` are those at the start. For one thread at a time."""

    def __init__(self, read: Callable[[], bytes], *, initial: bytes) -> None:
        self._read, self._current = read, initial
        self._last_error = ""

    def applied_to(self, trust: TrustedMetadata) -> TrustedMetadata:
        """`trust` unchanged; or, if the file has a new root, the part of `trust` that this root vouches for. Blocking.

        A file that is missing or is not a root changes nothing, and is logged once.
        """
        try:
            root = self._read()
            # Compared by bytes with the last file, not by version: the operator's file counts when it is replaced, and
            # not again at every poll, when the publisher's roots may be newer.
            if root == self._current:
                return trust
            anchored = trust.anchored_at(root)
        except SkerryError as error:
            if error.text != self._last_error:
                get_logger().warning("new trusted root is refused, the old one counts", error=error.text)
            self._last_error = error.text
            return trust
        self._current, self._last_error = root, ""
        get_logger().info("new trusted root is in force", version=anchored.root_version)
        return anchored
