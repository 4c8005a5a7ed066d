"""Which of a desk's reports may be believed, and how long who is handed over now will wait.

Between two reports a PoP knows of one thing more: the questions it handed over itself. It counts them in, or a surge
would be noticed only at the next report. Where several PoPs share the people (`pops`), each assumes that the others
have handed over as much as it has: viewers of one stream are spread evenly enough, and the next report corrects it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from edge.errors import Reason, RefusedError
from edge.records import LoadReport

STALE_S = 60.0
"""Four reports of a desk that reports every 15 s, all lost: what was true then is a guess now."""

MAX_AHEAD_S = 30.0
"""Clocks kept by NTP differ by milliseconds; half a minute is a clock that nobody keeps."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is known of one tenant's people: their last report, when it was measured (Unix seconds), what came since."""

    report: LoadReport
    at: float
    sent: int = 0
    """Questions put into the queue here since the report."""
    promised: int = 0
    """Callbacks promised here since the report."""

    def queued(self) -> "Load":
        """The same, one question more in the queue."""
        return replace(self, sent=self.sent + 1)

    def called_back(self) -> "Load":
        """The same, one callback more promised."""
        return replace(self, promised=self.promised + 1)


def take_report(report: LoadReport, *, held: Load | None, now: datetime) -> Load:
    """The load that `report` says; raises `RefusedError` (`CONTRADICTORY`) when it cannot be true, or is an old one."""
    _check_fields(report)
    at = (report.at or now).timestamp()
    ahead_s = at - now.timestamp()
    if ahead_s > MAX_AHEAD_S:
        raise _contradictory(f"was measured {ahead_s:.0f} s from now, expected at most {MAX_AHEAD_S:.0f}")
    if -ahead_s > STALE_S:
        raise _contradictory(f"was measured {-ahead_s:.0f} s ago, expected at most {STALE_S:.0f}")
    # One that seems to come from the future was measured by a clock that was set back since.
    if held is not None and at < held.at <= now.timestamp() + MAX_AHEAD_S:
        raise _contradictory(f"was measured {held.at - at:.1f} s before the one held, expected a newer one")
    return Load(report=report, at=at)


def current(load: Load | None, now: float) -> Load | None:
    """The load, unless it is stale at `now` (Unix seconds)."""
    return load if load is not None and abs(now - load.at) <= STALE_S else None


def wait_s(load: Load, handle_s: float) -> float | None:
    """Seconds until a person turns to who is queued now; None when nobody is at work to say so.

    The queue, shared by the people at work, each taking `handle_s` unless their desk says otherwise.
    """
    report = load.report
    if report.agents == 0:
        return None
    each_s = report.handle_s or handle_s
    ahead = max(0, report.queue_depth + load.sent * report.pops - (report.free_agents or 0))
    return ahead * each_s / report.agents


def callback_s(load: Load, handle_s: float) -> float | None:
    """Seconds until a person calls back who is promised it now: after the queue, and after earlier promises."""
    queue_s = wait_s(load, handle_s)
    if queue_s is None:
        return None
    report = load.report
    earlier = report.callbacks + load.promised * report.pops
    return queue_s + (earlier + 1) * (report.handle_s or handle_s) / report.agents


def _check_fields(report: LoadReport) -> None:
    if report.queue_depth == 0 and report.wait_s > 0:
        raise _contradictory(f"says 0 wait and the longest has waited {report.wait_s:g} s, expected 0 s")
    if report.free_agents is not None and report.free_agents > report.agents:
        raise _contradictory(f"says {report.free_agents} of {report.agents} people are free, expected at most all")


def _contradictory(problem: str) -> RefusedError:
    return RefusedError(f"load report {problem}", reason=Reason.CONTRADICTORY)
