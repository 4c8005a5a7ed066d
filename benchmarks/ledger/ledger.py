"""`make bench ARGS=ledger`: a leaf on the answer's path, a log of a million leaves, an erasure, 1,200 kills.

make bench ARGS=ledger
make bench ARGS='ledger --leaves 100000 --kills 50 --merge-kills 10'
"""

import argparse
import asyncio
import gc
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from benchmarks.ledger.erasure import erasure_figures
from benchmarks.ledger.kills import kill_often
from benchmarks.ledger.lives import EVENT, POP, config_in
from benchmarks.ledger.merge_kills import kill_merging
from edge.daemon.ledger import Ledger
from edge.daemon.telemetry import Metrics
from edge.host import utc_now
from edge.ledger import NoteKey, check_inclusion, commit, leaf_hash, open_checkpoint
from edge.records.ledger import LeafKind, LeafPayload, ShownAnswer
from edge.store.leaves import NewLeaf
from edge.store.ledger import LedgerStore, LogBatch
from edge.store.outbox import Outbox

PAYLOAD = LeafPayload(
    island="northwind/hoodie-drop",
    revision=7,
    channel="widget",
    question="when does the tidebreak hoodie ship to norway?",
    outcome="answer",
    reason="confident",
    confidence=0.9731,
    threshold=0.82,
    answers=(ShownAnswer(snippet="ship-date", digest="sha-256=:" + "x" * 43 + "=:"),),
)
BATCH = 5_000
PROOFS = 1_000


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--leaves", type=int, default=1_000_000)
    options.add_argument("--kills", type=int, default=1_000)
    options.add_argument("--merge-kills", type=int, default=200)
    options.add_argument("--sessions", type=int, default=10_000, help="sessions to erase")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # First, while this process has no thread: it forks.
        result = kill_often(folder / "kills", asked.kills)
        print(
            f"{result.kills} kills: {result.acknowledged} leaves acknowledged, {len(result.lost)} lost;"
            f" {result.states} signed states of one history, {result.size} leaves in the end"
        )
        merged = kill_merging(folder / "merge-kills", asked.merge_kills)
        print(
            f"{merged.kills} kills while sessions are merged: {merged.acknowledged} merges and undoings acknowledged,"
            f" {len(merged.faults)} lost or doubled"
        )
        (folder / "path").mkdir()
        asyncio.run(_path(folder / "path"))
        _many(folder / "many", asked.leaves)
        (folder / "erasure").mkdir()
        print(asyncio.run(erasure_figures(folder / "erasure", asked.sessions)).in_words(asked.sessions))


async def _path(folder: Path) -> None:
    """The cost of a leaf where an answer waits for it."""
    with ThreadPoolExecutor(1) as thread, ThreadPoolExecutor(1) as outbox_thread:
        config = config_in(folder)
        outbox = outbox_thread.submit(Outbox, config.state_dir).result()
        ledger = Ledger(
            config=config, thread=thread, outbox=outbox, outbox_thread=outbox_thread, metrics=Metrics().ledger,
            now=utc_now,
        )  # fmt: skip
        await ledger.writer.begin()
        costs_us, at = list[float](), utc_now().timestamp()
        for _ in range(20):
            for _ in range(1_000):
                began = time.perf_counter()
                ledger.note(EVENT, LeafKind.DECISION, PAYLOAD, at=at, session="a session of a viewer")
                costs_us.append((time.perf_counter() - began) * 1e6)
            await ledger.writer.write()
        await ledger.writer.close()
        outbox_thread.submit(outbox.close).result()
    print(f"a leaf on the answer's path: {_spread(costs_us)} us; at most 20")


def _many(folder: Path, leaves: int) -> None:
    """A log of many leaves: memory, and a proof with its verification."""
    folder.mkdir()
    gc.collect()
    rng = Random(7)
    with LedgerStore(folder / "state", pop=POP) as store:
        # Warm, so that what is counted are the leaves.
        store.append([_batch(range(BATCH))], 0.0)
        empty, began = _memory_mib(), time.perf_counter()
        for first in range(BATCH, leaves, BATCH):
            store.append([_batch(range(first, min(leaves, first + BATCH)))], 0.0)
        took_s, grown = time.perf_counter() - began, _memory_mib() - empty
        times_ms = [_proof_ms(store, _leaf(rng.randrange(leaves))) for _ in range(PROOFS)]
        size_mib = store.size_bytes() / 2**20
    print(f"{leaves} leaves: {size_mib:.0f} MiB on disk, {took_s / leaves * 1e6:.1f} us each to write")
    print(f"proof and verification: {_spread(times_ms)} ms; at most 1")
    print(f"memory: {grown:.1f} MiB over that of {BATCH} leaves; at most 20")


def _proof_ms(store: LedgerStore, leaf: NewLeaf) -> float:
    """How long it takes to prove a leaf, and to verify that."""
    began = time.perf_counter()
    proof = store.proof(leaf.id)
    if proof is None:
        raise RuntimeError("a leaf that was written has no proof")
    state = open_checkpoint(proof.checkpoint, NoteKey(proof.origin, store.public)).checkpoint
    digest = leaf_hash(proof.entry)
    check_inclusion(digest, index=proof.number, size=state.size, proof=proof.hashes, root=state.root)
    return (time.perf_counter() - began) * 1e3


def _batch(numbers: range) -> LogBatch:
    return LogBatch(1, EVENT, [_leaf(number) for number in numbers], (), numbers.stop, None)


def _leaf(number: int) -> NewLeaf:
    made = commit(LeafKind.DECISION, PAYLOAD, at_ms=number, salt=number.to_bytes(32, "big"))
    return NewLeaf(made.id, EVENT, made.entry)


def _memory_mib() -> float:
    with Path("/proc/self/statm").open(encoding="ascii") as stream:
        return int(stream.read().split()[1]) * 4096 / 2**20


def _spread(values: list[float]) -> str:
    ordered = statistics.quantiles(values, n=100)
    return f"p50 {ordered[49]:.2f}, p99 {ordered[98]:.2f}"


if __name__ == "__main__":
    main()
