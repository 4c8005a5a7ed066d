"""Says in the publisher's log, well before and every day, which roles somebody has to sign again.

What the publisher can sign alone it has renewed before; what is left takes people (`edge.publish.signing` says how long
before each role's end they are asked, and `skerry keys status --check` says the same to a timer).
"""

from datetime import datetime, timedelta

from edge.errors import SkerryError
from edge.host import get_logger
from edge.publish.repository import Repository
from edge.publish.signing import take_inventory

EVERY = timedelta(days=1)

_log = get_logger()


class ExpiryAlerts:
    """One publisher's. Blocking; for one thread at a time."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._looked_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Log what has to be signed again soon, unless that was done within the last day. Raises nothing."""
        if self._looked_at is not None and abs(now - self._looked_at) < EVERY:
            return
        self._looked_at = now
        try:
            warnings = take_inventory(self._repository, now=now).warnings
        except SkerryError as error:
            _log.error("nobody is warned of roles that expire", error=error.text)
            return
        for warning in warnings:
            _log.warning("role has to be signed again", warning=warning)
