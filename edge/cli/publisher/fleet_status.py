"""Status of the fleet for several commands: wait until all PoPs have a revision, and name the PoPs that do not."""

import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from edge.cli.options import echo_table, time_text
from edge.cli.publisher.ledger_words import echo_ledgers
from edge.cli.terminal import echo
from edge.errors import ConfigError
from edge.foreign_words import one_line
from edge.host import utc_now
from edge.host.admin import is_listening
from edge.records import CLOCK_OFF_S, Ahead, FleetStatus, IslandFleetStatus, IslandOnPop, PopFleetStatus, Wanted

LAGGING = 3
"""Exit status if a PoP lags. 1 is an error, 2 a wrong call."""

POLL_HOME_S = 0.05
"""On the publisher's machine a poll only reads the new rows of one SQLite file."""

_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m|h)?")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


def _seconds(_context: click.Context, _option: click.Parameter, text: str) -> float:
    """Seconds of a duration such as `30s`, `500ms` or `2m`. A number alone means seconds."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise click.BadParameter(f"found {text!r}, expected a duration such as 30s, 500ms or 2m")
    return float(match[1]) * _UNIT_S[match[2]]


wait_option: Callable[[Any], Any] = click.option("--wait", is_flag=True, help="Wait until all PoPs have it.")
timeout_option: Callable[[Any], Any] = click.option(
    "--timeout",
    "timeout_s",
    callback=_seconds,
    default="30s",
    show_default=True,
    metavar="DURATION",
    help="Longest wait with --wait: 500ms, 30s, 2m or 1h.",
)


def wait_for_fleet(
    read_status: Callable[[], FleetStatus],
    *,
    timeout_s: float,
    poll_s: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> FleetStatus:
    """The first status in which no PoP lags, or the last one within `timeout_s`."""
    deadline = clock() + timeout_s
    while True:
        status = read_status()
        left_s = deadline - clock()
        if status.everyone or left_s <= 0:
            return status
        sleep(min(poll_s, left_s))


def next_step(home: Path) -> str:
    """The command after a publication: it starts the publisher, or asks the one that serves this home."""
    return f"skerry status --home {home}" if is_listening(home) else f"skerry publisher serve --home {home}"


def require_fleet(home: Path) -> None:
    """Raise `ConfigError` if the fleet has no PoP to wait for. Call it before anything is changed."""
    from edge.publish.fleet import FleetMembers

    if not FleetMembers(home).names():
        raise ConfigError(
            f"the fleet has no PoP to wait for; run: skerry publisher pops add NAME --key KEY --home {home}"
        )


def end_when_everyone_has(wanted: Sequence[Wanted], *, home: Path, timeout_s: float) -> None:
    """Wait until all PoPs have `wanted`, and print the time taken.

    After `timeout_s`, name the PoPs that lag and exit with status 3.
    """
    from edge.publish.fleet import fleet_of, fleet_status

    began = time.monotonic()
    with fleet_of(home) as registry:
        status = wait_for_fleet(
            lambda: fleet_status(wanted, registry.fleet(), now=utc_now()),
            timeout_s=timeout_s,
            poll_s=POLL_HOME_S,
        )
    took_s = time.monotonic() - began
    if status.everyone:
        meant = max(island.meant for island in status.islands)
        pops = f"{meant} PoP{'' if meant == 1 else 's'}" if meant else "no PoP is meant to serve it"
        echo(f"the fleet has it: {pops}, {took_s * 1000:.0f} ms")
        return
    for island in status.islands:
        for lag in island.lagging:
            echo(f"{lag.pop}: {_name(island.wanted)}: {one_line(lag.text)}", err=True)
    late = {lag.pop for island in status.islands for lag in island.lagging}
    echo(f"after {timeout_s:g} s, {len(late)} of {len(status.pops)} PoPs do not have it", err=True)
    sys.exit(LAGGING)


def echo_fleet(status: FleetStatus, *, home: Path | None) -> None:
    """Print tables: islands, PoPs that lag, all PoPs; for a single island also its state on each PoP.

    `home` is the publisher's, for a command that is printed; None if it is on another machine.
    """
    if not status.pops:
        add = "skerry publisher pops add NAME --key KEY"
        echo(f"the fleet has no PoP; add one with: {add} --home {home or 'DIR'}")
        return
    if status.ahead:
        _echo_ahead(status.ahead, home=home)
    echo_table(("island", "published", "have it"), [_island_row(island) for island in status.islands])
    lagging = [(lag, island.wanted.island) for island in status.islands for lag in island.lagging]
    if lagging:
        echo()
        rows = [(lag.pop, island, lag.reason.value, time_text(lag.since), lag.text) for lag, island in lagging]
        echo_table(("lagging", "island", "reason", "since", "why"), rows)
    echo()
    echo_table(("pop", "heard", "version", "model", "note"), [_pop_row(pop, status.at) for pop in status.pops])
    echo_ledgers(status)
    if len(status.islands) == 1:
        echo()
        rows = [
            (pop.pop, _revision(island), island.state.value, time_text(island.since), island.last_error or "-")
            for pop in status.pops
            for island in pop.islands
        ]
        echo_table(("pop", "revision", "state", "since", "last error"), rows)


def _echo_ahead(ahead: Sequence[Ahead], *, home: Path | None) -> None:
    for one in ahead:
        echo(f"ahead       {one_line(one.text)}")
    here = f"run: skerry recover restored --home {home}"
    there = "run on its machine: skerry recover restored --home HOME"
    echo("            this publisher was restored from an old copy, and PoPs would refuse what it publishes;")
    echo(f"            {there if home is None else here}")
    echo()


def _name(wanted: Wanted) -> str:
    return f"{wanted.island} {'withdrawn' if wanted.is_withdrawn else f'revision {wanted.revision}'}"


def _island_row(island: IslandFleetStatus) -> tuple[str, str, str]:
    wanted = island.wanted
    what = f"{'withdrawn at' if wanted.is_withdrawn else 'revision'} {wanted.revision}"
    rollout = f", rollout on {island.in_rollout}" if island.in_rollout else ""
    evicted = f", evicted on {', '.join(island.evicted_on)}" if island.evicted_on else ""
    have = island.meant - len(island.lagging) - len(island.evicted_on)
    return wanted.island, what, f"{have} of {island.meant}{rollout}{evicted}"


def _revision(island: IslandOnPop) -> str:
    """The revision served; in a rollout also its percentage, and the revision for the others."""
    if island.rollout_percent is None:
        return str(island.revision or "-")
    return f"{island.revision} for {island.rollout_percent} %, {island.previous_revision or 'none'} for the others"


def _pop_row(pop: PopFleetStatus, at: datetime) -> tuple[str, str, str, str, str]:
    return pop.pop, time_text(pop.heard_at), pop.version or "-", pop.model or "-", _remark(pop, at)


def _remark(pop: PopFleetStatus, at: datetime) -> str:
    if pop.heard_at is None:
        return "never heard from"
    if pop.silent_since is not None:
        return f"silent for {(at - pop.silent_since).total_seconds():.0f} s"
    if abs(pop.clock_ahead_s) > CLOCK_OFF_S:
        return f"its clock is {abs(pop.clock_ahead_s):.0f} s {'ahead' if pop.clock_ahead_s > 0 else 'behind'}"
    return "-"
