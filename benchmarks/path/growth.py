"""A question's time with more snippets in its island, more islands in the PoP, and more tickets that wait.

Snippets: three islands in one PoP are asked the same questions in turns. Islands and tickets: one PoP after another,
so the encoder's time after each question takes the machine's other work out of the ratio. Tickets wait because their
origin does not answer.
"""

import asyncio
import tempfile
import time
import uuid
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from benchmarks.authors.growth import island_text
from benchmarks.client import Connection, request_bytes
from benchmarks.figures import Figure
from benchmarks.path.asked import Asked, ask_and_encode, over_encoder
from benchmarks.pop import distinct_questions
from benchmarks.soaks.soak_pop import make_ticket
from benchmarks.strangers.measured_pop import RAISED, pin
from benchmarks.sync import Author
from edge.cli.demo import Harness
from edge.config import model_files
from edge.host import utc_now
from edge.publish.compile import prepare_island, sign_island
from edge.publish.repository import Repository, set_island, target_path
from edge.publish.source import read_island
from edge.records import IslandName
from edge.store.outbox import Outbox, Parcel
from edge.triage import MODEL_FILES, Triage, load_triage
from tests.pen import DROP, Pen

SNIPPETS = (22, 100, 280)
ISLANDS = (1, 1_000, 10_000)
TICKETS = (0, 100_000)
BAR = "1.2"
WARM_UP = 50
MAX_WAIT_S = 900.0
"""A PoP verifies 10,000 islands before it serves the last."""

_ROOM = "max_tickets = 1000000\n"
"""Follows `RAISED`, which ends in the section `[outbox]`."""


PARTS = ("snippets", "islands", "tickets")


async def measure_growth(count: int, parts: Collection[str], *, quick: bool) -> list[Figure]:
    """These of `PARTS`. `count` questions each; `quick`: about a hundredth of the sizes."""
    triage = await asyncio.to_thread(lambda: load_triage(model_files(MODEL_FILES)))
    snippets, islands, tickets = (3, 4, 5) if quick else SNIPPETS, ISLANDS, TICKETS
    if quick:
        islands, tickets = (1, 10, 100), (0, 1_000)
    figures = []
    if "snippets" in parts:
        figures.append(_figure("snippets", snippets, await _by_snippets(snippets, count, triage)))
    if "islands" in parts:
        asked = [await _with_islands(number, count, triage) for number in islands]
        figures.append(_figure("islands", islands, asked))
    if "tickets" in parts:
        asked = [await _with_tickets(number, count) for number in tickets]
        figures.append(_figure("waiting tickets", tickets, asked))
    return figures


def _figure(what: str, sizes: Sequence[int], asked: Sequence[Sequence[Asked]]) -> Figure:
    ratios = [over_encoder(one[WARM_UP:]) for one in asked]
    shares = " / ".join(f"{ratio / ratios[0]:.2f}" for ratio in ratios)
    return Figure(f"{what}: {' / '.join(f'{size:,}' for size in sizes)}", f"{shares} of {ratios[0]:.2f} x", BAR)


async def _by_snippets(sizes: Sequence[int], count: int, triage: Triage) -> list[list[Asked]]:
    with tempfile.TemporaryDirectory() as folder:
        async with Harness(Path(folder)) as harness:
            names = await asyncio.to_thread(_publish_grown, harness.home, sizes, triage)
            await _serve(harness, names)
            texts = distinct_questions(WARM_UP + count)
            return await asyncio.to_thread(
                ask_and_encode, harness.pop_port, list(map(str, names)), texts, triage.encoder
            )


def _publish_grown(home: Path, sizes: Sequence[int], triage: Triage) -> list[IslandName]:
    repository, names = Repository(home), [IslandName("acme", f"grown-{size}") for size in sizes]
    repository.init(now=utc_now(), tenants=["acme"])
    for name, size in zip(names, sizes, strict=True):
        file = home / f"{name.island}.toml"
        file.write_text(island_text(size), encoding="utf-8")
        prepared, now = prepare_island(read_island(file).source(), triage=triage), utc_now()
        signed = sign_island(prepared, revision=1, signer=repository.tenant_key("acme"), now=now)
        with repository.change(now) as change:
            set_island(change.state.tenants["acme"], name, signed)
            change.add_target(target_path(name, signed.sha256), signed.data)
            change.touch("acme")
    return names


async def _with_islands(number: int, count: int, triage: Triage) -> list[Asked]:
    with tempfile.TemporaryDirectory() as folder:
        async with Harness(Path(folder)) as harness:
            names = [IslandName(f"tenant-{index % 100}", f"island-{index}") for index in range(number)]
            author = await asyncio.to_thread(Author, harness.home, triage, names, snippets=2)
            # Golden questions are judged before an island is in force. No question is faster or slower by them, and
            # those of ten thousand islands would take most of this benchmark's time.
            author.content = msgspec.structs.replace(author.content, golden=())
            await asyncio.to_thread(author.publish_all)
            # A first sync puts all of them in force at once.
            await _serve(harness, names[-1:])
            return await _asked(harness, names[-1], count, triage)


async def _with_tickets(number: int, count: int) -> list[Asked]:
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with Harness(Path(folder)) as harness:
            await asyncio.to_thread(pen.copy_home, harness.home)
            await asyncio.to_thread(_put_tickets, harness.folder / harness.pop_state, number)
            await _serve(harness, [DROP])
            return await _asked(harness, DROP, count, pen.triage)


def _put_tickets(state: Path, number: int) -> None:
    payload = msgspec.json.encode(make_ticket())
    with Outbox(state, max_tickets=2 * number + 1) as outbox:
        for first in range(0, number, 1_000):
            outbox.put_many([Parcel(str(uuid.uuid4()), payload) for _ in range(min(1_000, number - first))])


async def _asked(harness: Harness, name: IslandName, count: int, triage: Triage) -> list[Asked]:
    texts = distinct_questions(WARM_UP + count)
    (asked,) = await asyncio.to_thread(ask_and_encode, harness.pop_port, [str(name)], texts, triage.encoder)
    return asked


async def _serve(harness: Harness, names: Sequence[IslandName]) -> None:
    """Start publisher and PoP, and wait until all these islands are served. No origin answers."""
    harness.more_settings = RAISED + _ROOM
    await harness.start_publisher()
    await harness.start_pop()
    await asyncio.to_thread(_until_served, harness.pop_port, names)
    pin(harness)


def _until_served(port: int, names: Sequence[IslandName]) -> None:
    connection, until = Connection(port), time.monotonic() + MAX_WAIT_S
    for name in names:
        while "outcome" not in connection.ask(request_bytes(str(name), "when does it ship"))[1]:
            if time.monotonic() > until:
                raise SystemExit(f"island {name} is not served after {MAX_WAIT_S:.0f} s")
            time.sleep(0.2)
    connection.close()
