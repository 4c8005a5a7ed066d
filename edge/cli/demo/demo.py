"""`skerry demo`: publisher, PoP and origin on one machine.

Publisher, PoP and desk are processes of their own, started with the commands that an operator uses. Origin is a small
server in this process. Each step checks what it shows, and the demo fails if a step fails.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from edge.cli.demo.desk import links, open_shop, replay
from edge.cli.demo.harness import Harness
from edge.cli.demo.output import DemoOutput
from edge.cli.demo.script import play
from edge.cli.keys import FIRST_POP
from edge.cli.service import cancel_on_signals


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the last step. Default: keep running until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON; steps go to stderr.")
def demo_command(*, once: bool, as_json: bool) -> None:
    """Run publisher, PoP, origin and desk on this machine, and ask questions.

    The demo publishes the sample islands, asks them questions, stops origin and publisher in turn, withdraws an island
    and answers at a desk. Then it replays a drop until Ctrl-C. Exit status 1 if a step fails. Everything is in a
    temporary folder, which is deleted at the end.
    """
    folder = Path(tempfile.mkdtemp(prefix="skerry-demo-"))
    output = DemoOutput(to_stderr=as_json)
    try:
        asyncio.run(_run(folder, output, stay=not once))
    except (KeyboardInterrupt, asyncio.CancelledError):
        output.say("stopped")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        click.echo(json.dumps(output.summary(), indent=1))
    sys.exit(1 if output.failed else 0)


async def _run(folder: Path, output: DemoOutput, *, stay: bool) -> None:
    cancel_on_signals()
    async with Harness(folder, usual_ports=True) as harness:
        # The PoP that `skerry keys init` makes key and token for.
        harness.pop_name, harness.pop_state = FIRST_POP, "home/pop-state"
        await play(harness, output)
        output.conclude()
        if output.failed:
            return
        if not stay:
            output.say("next: skerry demo without --once keeps all of it running, with commands to try")
            return
        shop = await open_shop(harness)
        try:
            output.suggest(harness, await links(harness, shop, os.environ))
            await replay(harness)
        finally:
            await shop.stop()
