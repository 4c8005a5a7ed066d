"""What one relay says in the log: once for each cause, without addresses of viewers and without their words."""

import time
from collections.abc import Callable

from edge.errors import SkerryError, StorageError, cause_of
from edge.host import RepeatedLines, Silence, error_location, get_logger

_log = get_logger()


class RelayLog:
    """The lines of a tenant's relay. `clock` returns seconds that nobody sets."""

    def __init__(self, tenant: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._tenant = tenant
        self._silence, self._repeats = Silence(clock=clock), RepeatedLines(clock=clock)

    def failed(self, error: SkerryError) -> None:
        """The desk behind did not do what was asked."""
        left_out = self._silence.failed((error.reason, cause_of(error)))
        if left_out is not None:
            _log.warning("relay cannot reach the desk behind", tenant=self._tenant, error=error.text, left_out=left_out)

    def succeeded(self) -> None:
        """The desk behind did what was asked."""
        if self._silence.succeeded():
            _log.info("relay reaches the desk behind again", tenant=self._tenant)

    def gone(self, conversation: int) -> None:
        """A conversation was deleted."""
        _log.warning("a conversation was deleted at the desk behind", tenant=self._tenant, conversation=conversation)

    def doubtful(self, conversation: int, replies: int) -> None:
        """Conversations were merged, and nobody knows for whom some replies were."""
        _log.warning(
            "replies in a merged conversation reach nobody",
            tenant=self._tenant,
            conversation=conversation,
            replies=replies,
        )

    def disk_failed(self, error: StorageError) -> None:
        """The desk's own file cannot be used."""
        left_out = self._repeats.left_out(error.reason)
        if left_out is not None:
            _log.error("relay cannot use the desk's disk", tenant=self._tenant, error=error.text, left_out=left_out)

    def bug(self, error: Exception) -> None:
        """Something else failed, which is a fault in Skerry. Only its type and place: its text may quote a viewer."""
        name, where = type(error).__name__, error_location(error)
        left_out = self._repeats.left_out((name, where))
        if left_out is not None:
            _log.error("relay failed, goes on", tenant=self._tenant, error=name, where=where, left_out=left_out)
