"""Log once a day which roles will expire soon and need people to sign them again.

Roles whose keys are in the home are renewed by the publisher before that. `edge.publish.signing` says how long before
the expiry of each role the warnings begin. `skerry keys status --check` gives the same warnings to a timer.
"""

from datetime import datetime, timedelta

from edge.errors import SkerryError
from edge.host import get_logger
from edge.publish.repository import Repository
from edge.publish.signing import take_inventory

EVERY = timedelta(days=1)

_log = get_logger()


class ExpiryAlerts:
    """Expiry warnings of one repository. Blocking; for one thread at a time."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._looked_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Log a warning for each role that people have to sign again, at most once a day. Raises nothing."""
        # `abs`: a clock that was set back must not silence the warnings until it catches up.
        if self._looked_at is not None and abs(now - self._looked_at) < EVERY:
            return
        self._looked_at = now
        try:
            warnings = take_inventory(self._repository, now=now).warnings
        except SkerryError as error:
            _log.error("expiry of roles cannot be checked", error=error.text)
            return
        for warning in warnings:
            _log.warning("role has to be signed again", warning=warning)
