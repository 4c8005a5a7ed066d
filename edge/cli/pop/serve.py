"""`skerry pop`: run a PoP."""

import asyncio
import os
import signal
from pathlib import Path

import click

from edge.cli.service import run_service
from edge.cli.terminal import echo
from edge.config import PopConfig, notices_of, read_pop_config
from edge.host import url_of


@click.group("pop")
def pop_command() -> None:
    """Run a PoP."""


@pop_command.command()
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="SKERRY_CONFIG",
    required=True,
    help="The PoP's TOML file; `skerry keys init` writes a starter. Environment: SKERRY_CONFIG.",
)
@click.option("--check", is_flag=True, help="Only check the configuration.")
def serve(path: Path, *, check: bool) -> None:
    """Run a PoP until SIGTERM or Ctrl-C."""
    config = read_pop_config(path)
    if check:
        echo(f"{path} is sound: PoP '{config.pop.name}' at {url_of(config.http.hosts[0], config.http.port)}")
        for notice in notices_of(config):
            echo(f"note: {notice}")
        return
    # The tokenizers library would start a thread pool of its own in addition to ours.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    run_service(_serve(config))


async def _serve(config: PopConfig) -> None:
    from edge.daemon import run_pop

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_pop(config, stop=stop, on_ready=lambda url: echo(f"pop '{config.pop.name}' ready on {url}"))
