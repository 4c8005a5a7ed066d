"""`skerry pop`: run a PoP."""

import asyncio
import os
import signal
from pathlib import Path

import click

from edge.cli.pop.reload import reload_command
from edge.cli.service import run_service
from edge.cli.terminal import echo
from edge.config import PopConfig, notices_of, read_pop_config
from edge.host import url_of


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
    run_service(_serve(config))


async def _serve(config: PopConfig) -> None:
    from edge.daemon import run_pop

    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_pop(
        config, stop=stop, reload=reload, on_ready=lambda url: echo(f"pop '{config.pop.name}' ready on {url}")
    )
