"""The thresholds in force, as statistics show them."""

from typing import Any

from edge.daemon.people import Thresholds


def thresholds_in_force(thresholds: Thresholds, islands: str) -> dict[str, dict[str, Any]]:
    """Those of `islands` (`*`, `tenant/*` or `tenant/island`), by island and class of channel in which it was asked."""
    return {
        str(name): {
            channel.value: {"threshold": one.confidence, "threshold_why": one.why, "answerable_share": one.share}
            for channel, one in sorted(by_channel.items())
        }
        for name, by_channel in sorted(thresholds.items())
        if islands in {"*", f"{name.tenant}/*", str(name)}
    }
