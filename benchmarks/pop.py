"""One PoP through its HTTP interface: latency, throughput, memory, start, and time until a change is in force."""

import asyncio
import compileall
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

import edge
from benchmarks.client import Connection, ask_all, request_bytes
from benchmarks.figures import Figure, middle_and_tail, print_figures
from edge.cli.demo import Harness
from edge.config import asset_folder
from edge.publish.compile import Prepared
from edge.publish.source import read_question_file
from tests.pen import DROP, Pen
from tests.waiting import until

ROUNDS = 50
WARM_UP = 200


def distinct_questions(count: int) -> list[str]:
    """`count` different questions: sample questions with one word replaced, so that the PoP has seen none before."""
    rng = random.Random(7)
    texts = [question.text for question in read_question_file(asset_folder("islands") / "questions.toml")]
    words = sorted({word for text in texts for word in text.split()})
    distinct: dict[str, None] = {}
    while len(distinct) < count:
        parts = rng.choice(texts).split()
        parts[rng.randrange(len(parts))] = rng.choice(words)
        distinct[" ".join(parts)] = None
    return list(distinct)


async def measure() -> list[Figure]:
    """All figures of one PoP."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        pen = await asyncio.to_thread(Pen, Path(folder) / "pen")
        async with Harness(Path(folder)) as harness:
            await asyncio.to_thread(pen.copy_home, harness.home)
            await harness.origin.start()
            await harness.start_publisher()
            await harness.start_pop()
            await _until_revision(harness, 1)
            figures += await _latency(harness)
            figures.append(await _throughput(harness, pen))
            figures.append(await _memory(harness))
            figures += await _propagation(harness, pen)
            figures.append(await _start(harness))
    return figures


async def _latency(harness: Harness) -> list[Figure]:
    requests = [request_bytes(str(DROP), text) for text in distinct_questions(WARM_UP + 2_000)]

    def one_by_one() -> tuple[list[tuple[float, Any]], list[float]]:
        connection = Connection(harness.pop_port)
        for request in requests[:WARM_UP]:
            connection.ask(request)
        new = [connection.ask(request) for request in requests[WARM_UP:]]
        again_request = request_bytes(str(DROP), "when does it ship?")
        again = [connection.ask(again_request)[0] for _ in range(2_000)]
        connection.close()
        return new, again

    new, again = await asyncio.to_thread(one_by_one)
    answered = [took_s for took_s, response in new if response["ticket"] is None]
    escalated = [took_s for took_s, response in new if response["ticket"] is not None]
    return [
        Figure(
            "`POST /v1/ask`, never seen before, answered or clarified, p50 / p99",
            middle_and_tail(answered),
            "2 / 5 ms",
        ),
        Figure("the same, escalated: on disk before the response", middle_and_tail(escalated), "-"),
        Figure("the same question again, p50 / p99", middle_and_tail(again), "0.3 ms p50"),
    ]


async def _throughput(harness: Harness, pen: Pen) -> Figure:
    """Throughput for questions that are mostly answered: the author's own with one word more, so none is cached."""
    examples = [text for texts in pen.prepared.examples.values() for text in texts]
    words = ("please", "anyone", "guys", "mods", "asap", "again", "today", "tho", "actually", "btw", "quick question")
    requests = [request_bytes(str(DROP), f"{text} {word}") for word in words for text in examples]
    took_s = await ask_all(harness.pop_port, requests, connections=16)
    return Figure(
        "distinct questions per second, mostly answered, client on the same cores",
        f"{len(requests) / took_s:.0f}/s",
        "900/s",
    )


async def _memory(harness: Harness) -> Figure:
    requests = [request_bytes(str(DROP), text + " now") for text in distinct_questions(5_000)]
    await ask_all(harness.pop_port, requests, connections=16)
    status = await asyncio.to_thread(Path(f"/proc/{harness.process_id('pop')}/status").read_text)
    resident_kib = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    return Figure("PoP memory after 10,000 questions", f"{resident_kib / 1024:.0f} MiB", "180 MiB")


async def _propagation(harness: Harness, pen: Pen) -> list[Figure]:
    """Time from the call that publishes (after training) until the PoP's HTTP interface shows the change."""
    corrected, asked_otherwise, withdrawn = [], [], []
    for number in range(ROUNDS):
        corrected.append(await _until_published(harness, pen, pen.prepared))
        withdrawn.append(await _until_withdrawn(harness, pen))
        asked_otherwise.append(await _until_published(harness, pen, _with_new_proof(pen.prepared, number)))
    return [
        Figure(
            "publish, questions as before -> in force on a connected PoP, p50 / p99",
            middle_and_tail(corrected),
            "50 ms p99",
        ),
        Figure("publish, questions new, too -> in force, p50 / p99", middle_and_tail(asked_otherwise), "50 ms p99"),
        Figure("withdraw -> gone, p50 / p99", middle_and_tail(withdrawn), "50 ms p99"),
    ]


async def _until_published(harness: Harness, pen: Pen, prepared: Prepared) -> float:
    began = time.perf_counter()
    revision = await asyncio.to_thread(pen.publish, harness.home, prepared)
    await _until_revision(harness, revision)
    return time.perf_counter() - began


async def _until_withdrawn(harness: Harness, pen: Pen) -> float:
    began = time.perf_counter()
    await asyncio.to_thread(pen.withdraw, harness.home)
    await _until_state(harness, "withdrawn")
    return time.perf_counter() - began


def _with_new_proof(prepared: Prepared, number: int) -> Prepared:
    """The same island with another golden question, so that the PoP must load the head and judge all of them again."""
    first, *others = prepared.golden
    changed = msgspec.structs.replace(first, confidence=first.confidence - 1e-6 * (number + 1))
    return msgspec.structs.replace(prepared, golden=(changed, *others))


async def _start(harness: Harness) -> Figure:
    # As pip does when it installs a wheel. Else a checkout's first start, or each one with PYTHONDONTWRITEBYTECODE,
    # compiles five hundred files.
    await asyncio.to_thread(compileall.compile_dir, Path(edge.__file__).parent, quiet=1)
    times = []
    for _ in range(5):
        await harness.stop("pop")
        began = time.perf_counter()
        await harness.spawn_pop()
        await until(lambda: _is_ready(harness), "ready")
        times.append(time.perf_counter() - began)
    return Figure("start -> ready, warm store, median of 5", f"{sorted(times)[2]:.2f} s", "1.0 s")


async def _is_ready(harness: Harness) -> bool:
    try:
        async with harness.http.get(harness.pop_url + "/readyz") as reply:
            return reply.ok
    except aiohttp.ClientError:
        return False


async def _until_revision(harness: Harness, revision: int) -> None:
    async def is_so() -> bool:
        islands = (await harness.get("/v1/islands"))["islands"]
        return [(island["revision"], island["state"]) for island in islands] == [(revision, "fresh")]

    await until(is_so, f"revision {revision} in force")


async def _until_state(harness: Harness, state: str) -> None:
    async def is_so() -> bool:
        return bool((await harness.get("/v1/islands"))["islands"][0]["state"] == state)

    await until(is_so, state)


if __name__ == "__main__":
    print_figures("One PoP over HTTP (`python -m benchmarks pop`)", asyncio.run(measure()))
