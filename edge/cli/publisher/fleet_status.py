"""What the commands that ask about the fleet share: waiting for it, and saying who is not where they should be."""

import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from edge.cli.options import echo_table, printable, time_text
from edge.errors import ConfigError
from edge.host import utc_now
from edge.records import CLOCK_OFF_S, FleetStatus, IslandFleetStatus, IslandOnPop, PopFleetStatus, Wanted

LAGGING = 3
"""Exit status: not everyone is there. 1 is an error, 2 a wrong call."""

POLL_HOME_S = 0.05
"""On the publisher's machine a look reads one SQLite file, and only what is new in it."""

_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m|h)?")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


def _seconds(_context: click.Context, _option: click.Parameter, text: str) -> float:
    """The seconds of `30s`, `500ms`, `2m`, or of a number alone."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise click.BadParameter(f"found {text!r}, expected a duration as 30s, 500ms or 2m")
    return float(match[1]) * _UNIT_S[match[2]]


wait_option: Callable[[Any], Any] = click.option("--wait", is_flag=True, help="End when every PoP is there.")
timeout_option: Callable[[Any], Any] = click.option(
    "--timeout",
    "timeout_s",
    callback=_seconds,
    default="30s",
    show_default=True,
    metavar="DURATION",
    help="With --wait: for this long.",
)


def wait_for_fleet(
    look: Callable[[], FleetStatus],
    *,
    timeout_s: float,
    poll_s: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> FleetStatus:
    """The first report in which everyone is there, or the last before `timeout_s` was over."""
    deadline = clock() + timeout_s
    while True:
        report = look()
        left_s = deadline - clock()
        if report.everyone or left_s <= 0:
            return report
        sleep(min(poll_s, left_s))


def require_fleet(home: Path) -> None:
    """Raises `ConfigError` when there is nobody to wait for; to be called before anything is changed."""
    from edge.publish.fleet import FleetMembers

    if not FleetMembers(home).names():
        raise ConfigError(
            f"no PoP belongs to this fleet, so there is none to wait for; "
            f"run: skerry publisher pops add NAME --key KEY --home {home}"
        )


def end_when_everyone_has(wanted: Sequence[Wanted], *, home: Path, timeout_s: float) -> None:
    """Returns when every PoP has what is wanted, and says how long that took; else names who has not, exit status 3."""
    from edge.publish.fleet import fleet_of, fleet_status

    began = time.monotonic()
    with fleet_of(home) as registry:
        report = wait_for_fleet(
            lambda: fleet_status(wanted, registry.fleet(), now=utc_now()),
            timeout_s=timeout_s,
            poll_s=POLL_HOME_S,
        )
    took_s = time.monotonic() - began
    if report.everyone:
        meant = max(one.meant for one in report.islands)
        pops = f"{meant} PoP{'' if meant == 1 else 's'}" if meant else "no PoP is meant to serve it"
        click.echo(f"the fleet has it: {pops}, {took_s * 1000:.0f} ms")
        return
    for one in report.islands:
        for lag in one.lagging:
            click.echo(f"{lag.pop}: {_name(one.wanted)}: {printable(lag.text)}", err=True)
    late = {lag.pop for one in report.islands for lag in one.lagging}
    click.echo(f"after {timeout_s:g} s {len(late)} of {len(report.pops)} PoPs have not taken it", err=True)
    sys.exit(LAGGING)


def echo_report(report: FleetStatus) -> None:
    """Who has what, for people; with columns parted by tabs where nobody reads."""
    if not report.pops:
        click.echo("no PoP belongs to this fleet; add one with: skerry publisher pops add NAME --key KEY")
        return
    echo_table(("island", "wanted", "have it"), [_island_row(one) for one in report.islands])
    lagging = [(lag, one.wanted.island) for one in report.islands for lag in one.lagging]
    if lagging:
        click.echo()
        rows = [(lag.pop, island, lag.reason.value, time_text(lag.since), lag.text) for lag, island in lagging]
        echo_table(("lagging", "island", "reason", "since", "why"), rows)
    click.echo()
    echo_table(("pop", "heard", "version", "model", "note"), [_pop_row(pop, report.at) for pop in report.pops])
    if len(report.islands) == 1:
        click.echo()
        rows = [
            (pop.pop, _revision(one), one.state.value, time_text(one.since), one.last_error or "-")
            for pop in report.pops
            for one in pop.islands
        ]
        echo_table(("pop", "revision", "state", "since", "last error"), rows)


def _name(wanted: Wanted) -> str:
    return f"{wanted.island} {'withdrawn' if wanted.is_withdrawn else f'revision {wanted.revision}'}"


def _island_row(one: IslandFleetStatus) -> tuple[str, str, str]:
    wanted = one.wanted
    what = f"{'withdrawn at' if wanted.is_withdrawn else 'revision'} {wanted.revision}"
    rollout = f", rollout on {one.in_rollout}" if one.in_rollout else ""
    return wanted.island, what, f"{one.meant - len(one.lagging)} of {one.meant}{rollout}"


def _revision(one: IslandOnPop) -> str:
    """What is served, and for a revision in rollout to how many, and what the others get."""
    if one.rollout_percent is None:
        return str(one.revision or "-")
    return f"{one.revision} for {one.rollout_percent} %, {one.previous_revision or 'none'} for the others"


def _pop_row(pop: PopFleetStatus, at: datetime) -> tuple[str, str, str, str, str]:
    return pop.pop, time_text(pop.heard_at), pop.version or "-", pop.model or "-", _note(pop, at)


def _note(pop: PopFleetStatus, at: datetime) -> str:
    if pop.heard_at is None:
        return "never heard from"
    if pop.silent_since is not None:
        return f"silent for {(at - pop.silent_since).total_seconds():.0f} s"
    if abs(pop.clock_ahead_s) > CLOCK_OFF_S:
        return f"its clock is {abs(pop.clock_ahead_s):.0f} s {'ahead' if pop.clock_ahead_s > 0 else 'behind'}"
    return "-"
