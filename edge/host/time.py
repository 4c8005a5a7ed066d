"""The machine's clock. Functions that decide do not read it: they take `now` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Current time of the machine, aware, in UTC."""
    return datetime.now(UTC)
