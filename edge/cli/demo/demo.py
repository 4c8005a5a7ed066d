"""`skerry demo`: the whole product on one machine, with nothing pretended.

Publisher and PoP run as processes of their own, started by the commands that an operator would use; origin is a small
server in this process. Every step says what it is about to show, and the demo fails if that is not what happened.
"""

import asyncio
import json
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import click

from edge.cli.demo.harness import Harness
from edge.cli.demo.report import DemoReport
from edge.cli.demo.script import play


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the last step instead of staying up.")
@click.option("--json", "as_json", is_flag=True, help="Print one machine-readable summary; progress goes to stderr.")
def demo_command(*, once: bool, as_json: bool) -> None:
    """Publish the sample islands, ask them questions, withdraw one, cut the wires, and lose nothing."""
    folder = Path(tempfile.mkdtemp(prefix="skerry-demo-"))
    report = DemoReport(to_stderr=as_json)
    try:
        asyncio.run(_run(folder, report, stay=not once))
    except (KeyboardInterrupt, asyncio.CancelledError):
        report.say("stopped")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        click.echo(json.dumps(report.summary(), indent=1))
    sys.exit(1 if report.failed else 0)


async def _run(folder: Path, report: DemoReport, *, stay: bool) -> None:
    if task := asyncio.current_task():
        # A terminal that closes or a container that stops ends publisher and PoP, too.
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    async with Harness(folder) as harness:
        await play(harness, report)
        report.conclude()
        if stay and not report.failed:
            report.invite(harness)
            await asyncio.Event().wait()
