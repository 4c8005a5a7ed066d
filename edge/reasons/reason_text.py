"""What is said of a reason."""

from typing import NamedTuple


class ReasonText(NamedTuple):
    """What a reason means and what to do, in sentences for readers of a response, a log line or a ticket."""

    means: str
    todo: str
    status: int | None = None
    """HTTP status of a problem document with this reason. None: the reason is no problem, or its status is 500."""
