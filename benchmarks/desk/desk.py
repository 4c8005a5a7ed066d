"""`make bench ARGS=desk`: one desk and three PoPs, as processes. Each part by itself with `--only`.

visible: from a viewer's question at a PoP until it is in the `/v1/changes` of an agent's page.
page:    the desk's page in Chromium: first paint with 1,000 rows, scrolling through 10,000.
painted: from a viewer's question at a PoP until an open page has drawn it.
replies: each reply to one of many open tickets reaches the stream of the viewer who asked, and no other.
row:     what a row of very many equal tickets costs, in one process.
relay:   a desk before Chatwoot and before Zammad is killed while it hands tickets on and looks for replies.
kills:   PoPs and desk are killed while viewers ask and people reply: nothing is lost, and nothing is there twice.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import click

from benchmarks.desk.kills import kills
from benchmarks.desk.page import page, painted
from benchmarks.desk.relay_kills import relay
from benchmarks.desk.rows import rows
from benchmarks.desk.streams import replies, visible
from benchmarks.figures import Figure, print_figures
from edge.cli.demo import Harness
from tests.journeys.desk.drop import Drop
from tests.pen import Pen

POPS = ("ams", "fra", "sin")
PARTS = ("visible", "page", "painted", "replies", "row", "relay", "kills")


@contextlib.asynccontextmanager
async def fleet() -> AsyncIterator[Drop]:
    """A desk with an agent, and three PoPs that serve the drop."""
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with Harness(Path(folder)) as harness:
            await asyncio.to_thread(pen.copy_home, harness.home)
            drop = Drop(harness)
            await drop.begin()
            for name in POPS:
                await drop.start_pop(name)
            yield drop


@click.command()
@click.option(
    "--questions", default=300, show_default=True, help="Questions of `visible` and `painted`, one after the other."
)
@click.option("--tickets", default=300, show_default=True, help="Open tickets of `replies`.")
@click.option("--equal", default=30_000, show_default=True, help="Equal tickets of `row`.")
@click.option("--rounds", default=200, show_default=True, help="How often to kill something.")
@click.option("--seed", default=16, show_default=True, help="Seed of the moments and victims.")
@click.option("--paints", default=30, show_default=True, help="How often `page` opens the page.")
@click.option("--only", type=click.Choice(PARTS), help="One part; without it, all.")
def main(*, questions: int, tickets: int, equal: int, rounds: int, seed: int, paints: int, only: str | None) -> None:
    """Measure a desk with three PoPs. Exit status 1 if something is lost, twice, or with another viewer."""
    parts: dict[str, Callable[[], list[Figure]]] = {
        "visible": lambda: _with_fleet(lambda drop: visible(drop, questions)),
        "page": lambda: asyncio.run(page(paints)),
        "painted": lambda: _with_fleet(lambda drop: painted(drop, questions)),
        "replies": lambda: _with_fleet(lambda drop: replies(drop, tickets)),
        "row": lambda: rows(equal),
        "relay": lambda: relay(rounds, seed=seed),
        "kills": lambda: _with_fleet(lambda drop: kills(drop, rounds, seed=seed)),
    }
    for name, part in parts.items():
        if only in {None, name}:
            print_figures(f"desk, {name}", part())


def _with_fleet(part: Callable[[Drop], Awaitable[Figure]]) -> list[Figure]:
    async def measure() -> Figure:
        async with fleet() as drop:
            return await part(drop)

    return [asyncio.run(measure())]


if __name__ == "__main__":
    main()
