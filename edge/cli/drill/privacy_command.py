"""`skerry drill privacy`: can a thief of all files say who is who?"""

import asyncio
import sys
from collections.abc import Iterator

import click

from edge.cli.drill.privacy import PrivacyFault, PrivacyReport, hold_privacy_drill
from edge.cli.options import echo_table
from edge.cli.service import cancel_on_signals
from edge.cli.terminal import echo, echo_json
from edge.drill import LinkFinding

BROKEN = 3
"""Exit status if a promise did not hold. 1 is an error, 2 a wrong call."""

VIEWERS, MIN_VIEWERS, MAX_VIEWERS = 300, 40, 2_000
"""With fewer, guessing is right so often that it hides a leak."""

_HEADERS = ("file", "way", "across", "named", "right", "bound")
_WIDTH = 34


@click.command("privacy")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Draws viewers, words and order.")
@click.option(
    "--viewers",
    type=click.IntRange(MIN_VIEWERS, MAX_VIEWERS),
    default=VIEWERS,
    show_default=True,
    help="Viewers, each of whom is at every event.",
)
@click.option(
    "--fault",
    type=click.Choice([fault.value for fault in PrivacyFault]),
    default=PrivacyFault.NONE.value,
    show_default=True,
    help="Plant a fault that the drill must find: pseudonyms that stay the same, or addresses in a log.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
def privacy_command(*, seed: int, viewers: int, fault: str, as_json: bool) -> None:
    """Can a thief of all files say which viewers were at two events?

    Publisher, desk and two PoPs run on this machine while viewers take part in two events of each of two tenants. Then
    every file that they left is read, but for tenants' keys, and viewers of two events are paired by pseudonym, id,
    address, text, time and order. Exit status 3 if more pairs are right than guessing explains (99.9 %).
    """
    try:
        report = asyncio.run(_held(seed=seed, viewers=viewers, fault=PrivacyFault(fault)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        echo("stopped: every process of the drill has ended, and its folder is deleted", err=True)
        sys.exit(1)
    if as_json:
        echo_json(_document(report))
    else:
        echo_table(_HEADERS, [_cells(one) for one in report.findings if one.right or one.is_leak])
        for line in _verdict(report):
            echo(line)
    sys.exit(BROKEN if report.leaks else 0)


async def _held(*, seed: int, viewers: int, fault: PrivacyFault) -> PrivacyReport:
    cancel_on_signals()
    return await hold_privacy_drill(seed=seed, viewers=viewers, fault=fault)


def _cells(one: LinkFinding) -> list[str]:
    store = one.store if len(one.store) <= _WIDTH else f"…{one.store[1 - _WIDTH :]}"
    return [store, one.way, one.across, str(one.named), str(one.right), str(one.bound)]


def _verdict(report: PrivacyReport) -> Iterator[str]:
    yield (
        f"seed {report.seed}: {report.viewers} viewers at {report.attended // report.viewers} events, "
        f"{report.traced} of {report.attended} visits left traces, {len(report.findings)} ways tried"
    )
    for one in report.leaks:
        yield f"LEAK: {one.store}, {one.way} across {one.across}: {one.right} right, {one.bound} at most by guessing"
        yield from (f"      in {field}" for field in one.fields)
    if not report.leaks:
        yield "sound: no store and no way tells more than guessing (99.9 %)"


def _document(report: PrivacyReport) -> dict[str, object]:
    return {
        "seed": report.seed,
        "viewers": report.viewers,
        "attended": report.attended,
        "traced": report.traced,
        "is_sound": not report.leaks,
        "findings": [{**one._asdict(), "is_leak": one.is_leak} for one in report.findings],
    }
