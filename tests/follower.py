"""A PoP's metadata client, fed from a publisher's folder."""

from datetime import UTC, datetime
from pathlib import Path

from edge.trust import TrustedMetadata


def follow(home: Path, trust: TrustedMetadata, now: datetime | None = None) -> None:
    """One refresh, as a running PoP does; raises, or fails the test, when anything is refused."""
    steps = trust.refresh(now or datetime.now(UTC), follow=lambda _tenant: True)
    try:
        request = next(steps)
        while True:
            path = home / "repository" / request.path
            request = steps.send(path.read_bytes() if path.exists() else None)
    except StopIteration as end:
        refused = end.value.refused
    assert {} == refused
