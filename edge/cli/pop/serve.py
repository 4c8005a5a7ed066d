"""`skerry pop`: run a PoP."""

import asyncio
import gc
import os
import signal
from contextlib import suppress
from pathlib import Path

import click

from edge.cli.pop.reload import reload_command
from edge.cli.service import run_service
from edge.cli.terminal import echo
from edge.config import PopConfig, notices_of, read_pop_config
from edge.host import authorities_when_used, url_of


@click.group("pop")
def pop_command() -> None:
    """Run a PoP."""


pop_command.add_command(reload_command)


@pop_command.command()
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="SKERRY_CONFIG",
    required=True,
    help="The PoP's TOML file; `skerry keys init` writes a starter. Environment: SKERRY_CONFIG.",
)
@click.option("--check", is_flag=True, help="Only check the configuration, and every file that it names.")
def serve(path: Path, *, check: bool) -> None:
    """Run a PoP until SIGTERM or Ctrl-C. SIGHUP makes it read its files again."""
    config = read_pop_config(path)
    # The tokenizers library would start a thread pool of its own in addition to ours.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if check:
        # Not loaded by a PoP that runs.
        from edge.cli.files import echo_files
        from edge.daemon import read_operator_files

        files = read_operator_files(config)
        echo(f"{path} is sound: PoP '{config.pop.name}' at {url_of(config.http.hosts[0], config.http.port)}")
        for notice in notices_of(config):
            echo(f"note: {notice}")
        echo_files(files.watched)
        return
    run_service(serve_pop(config))


async def serve_pop(config: PopConfig) -> None:
    """Run a PoP until it is told to stop. Once it is ready, garbage is looked for only in what came later."""
    # Until it is ready, a PoP makes what it keeps. To look for garbage in that takes a tenth of the start.
    gc.disable()
    try:
        await _run(config)
    finally:
        gc.enable()


async def _run(config: PopConfig) -> None:
    # It imports aiohttp.
    with authorities_when_used():
        from edge.daemon import run_pop
        from edge.triage import stance_cues

    def tell(url: str) -> None:
        # All of it stays, and none of it was garbage when this was measured: no collection looks at it again.
        gc.freeze()
        gc.enable()
        echo(f"pop '{config.pop.name}' ready on {url}")
        # No start waits for it. A question that is faster waits for as long as it would have waited for the start. And
        # a limit of tasks, which lets no further thread begin, ends no PoP that is ready.
        with suppress(RuntimeError):
            loop.run_in_executor(None, stance_cues)

    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_pop(config, stop=stop, reload=reload, on_ready=tell)
