"""Is a load report credible, and how long does a question wait that is escalated now?

A PoP adds the questions that it has escalated since the last report. Otherwise a surge would show only with the next
report. If several PoPs share the same people (`pops`), each assumes that the others have escalated as many questions as
it has itself. Viewers of one stream are spread evenly enough for that, and the next report corrects it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from edge.errors import Reason, RefusedError
from edge.records import LoadReport

STALE_S = 60.0
"""A report older than this is not used. A desk that reports every 15 s has then lost four in a row."""

MAX_AHEAD_S = 30.0
"""How far a report's time may be in the future. Under NTP clocks differ by milliseconds, so 30 s is a wrong clock."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is known of one tenant's people: the last report, and the escalations since."""

    report: LoadReport
    at: float
    """When the report was measured, in Unix seconds."""
    sent: int = 0
    """Questions put into the queue here since the report."""
    promised: int = 0
    """Callbacks promised here since the report."""

    def queued(self) -> "Load":
        """The load with one question more in the queue."""
        return replace(self, sent=self.sent + 1)

    def called_back(self) -> "Load":
        """The load with one callback more promised."""
        return replace(self, promised=self.promised + 1)


def accept_report(report: LoadReport, *, known: Load | None, now: datetime) -> Load:
    """The load of a report that is newer than `known`.

    Raises `RefusedError` (`CONTRADICTORY`) if its values contradict each other, or if it is old or from the future. The
    desk must correct it; `known` stays in force.
    """
    _check_fields(report)
    at = (report.at or now).timestamp()
    ahead_s = at - now.timestamp()
    if ahead_s > MAX_AHEAD_S:
        raise _contradictory(f"was measured {ahead_s:.0f} s in the future, expected at most {MAX_AHEAD_S:.0f} s")
    if -ahead_s > STALE_S:
        raise _contradictory(f"was measured {-ahead_s:.0f} s ago, expected at most {STALE_S:.0f} s")
    # If the known report is far in the future, our clock was set back since, and its time proves nothing.
    if known is not None and at < known.at <= now.timestamp() + MAX_AHEAD_S:
        raise _contradictory(f"was measured {known.at - at:.1f} s before the last accepted one, expected a newer one")
    return Load(report=report, at=at)


def current(load: Load | None, now: float) -> Load | None:
    """The load, unless it is stale at `now` (Unix seconds)."""
    return load if load is not None and abs(now - load.at) <= STALE_S else None


def wait_s(load: Load, handle_s: float) -> float | None:
    """Seconds until a person takes a question that joins the queue now; None if nobody is at work.

    The people at work share the queue. Each question takes `handle_s`, unless the desk reports its own figure.
    """
    report = load.report
    if report.agents == 0:
        return None
    each_s = report.handle_s or handle_s
    ahead = max(0, report.queue_depth + load.sent * report.pops - (report.free_agents or 0))
    return ahead * each_s / report.agents


def callback_s(load: Load, handle_s: float) -> float | None:
    """Seconds until a callback that is promised now, after queue and earlier promises. None if nobody is at work."""
    queue_s = wait_s(load, handle_s)
    if queue_s is None:
        return None
    report = load.report
    earlier = report.callbacks + load.promised * report.pops
    return queue_s + (earlier + 1) * (report.handle_s or handle_s) / report.agents


def _check_fields(report: LoadReport) -> None:
    if report.queue_depth == 0 and report.wait_s > 0:
        raise _contradictory(f"has queue_depth 0 and wait_s {report.wait_s:g}, expected wait_s 0")
    if report.free_agents is not None and report.free_agents > report.agents:
        raise _contradictory(
            f"has free_agents {report.free_agents} and agents {report.agents}, expected at most as many free"
        )


def _contradictory(problem: str) -> RefusedError:
    return RefusedError(f"load report {problem}", reason=Reason.CONTRADICTORY)
