"""A desk killed with SIGKILL while it hands tickets on to Chatwoot or Zammad, and looks there for replies."""

import asyncio
import tempfile
import time
from pathlib import Path

import click
from rich.progress import Progress

from benchmarks.figures import Figure
from tests.desk.relay.killing import relay_kills


def relay(kills: int, *, seed: int) -> list[Figure]:
    """Kill so often before each kind. Raises `click.exceptions.Exit` if something is lost, twice, or mixed up."""
    return [_one("chatwoot", kills, seed), _one("zammad", kills, seed)]


def _one(kind: str, kills: int, seed: int) -> Figure:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        task = progress.add_task(f"killing before {kind}", total=kills)
        outcome = asyncio.run(
            relay_kills(Path(folder), kind, kills=kills, seed=seed, after=lambda: progress.advance(task))
        )
    for fault in outcome.faults:
        print(fault)
    if outcome.faults:
        raise click.exceptions.Exit(1)
    return Figure(
        f"{kills} SIGKILLs of a relay to {kind}: questions and replies lost, twice, or in another conversation",
        f"0 of {outcome.questions:,} and {outcome.replies:,}, in {time.monotonic() - began:.0f} s",
        "0",
    )
