"""The machine's clock. Only callers at the edge read it; what decides is handed `now`."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)
