"""Erasing 10,000 of 20,000 sessions of a PoP, with every older proof still valid.

python -m benchmarks.ledger.erasure --sessions 10000
"""

import argparse
import asyncio
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import msgspec
from nacl.public import PrivateKey

from edge.config import PopConfig
from edge.daemon.ledger import Ledger
from edge.daemon.payloads import PayloadKeeper
from edge.daemon.telemetry import Metrics
from edge.host import utc_now
from edge.ledger import check_inclusion, leaf_hash, open_checkpoint, read_key
from edge.records.ledger import LeafKind, LeafPayload, LeafProof
from edge.records.payloads import EraseRequest, ErasureScope
from edge.store.outbox import Outbox

TENANT, EVENT = "acme", "acme/drop"
PAYLOADS = 3
"""Leaves of each session."""

_PAYLOAD = LeafPayload(island=EVENT, question="when does it ship to norway, and what does it cost? " * 4)
_PROOFS = 500
_AT_ONCE = 5_000


class ErasureFigures(NamedTuple):
    """What an erasure took, and what is left."""

    took_s: float
    keys: int
    payloads: int
    valid_proofs: int
    """Proofs from before that still hold, of `proofs`; each also with a checkpoint from after."""
    proofs: int

    def in_words(self, sessions: int) -> str:
        """One line."""
        return (
            f"{sessions} sessions erased in {self.took_s:.2f} s, at most 5: {self.keys} keys, {self.payloads} payloads;"
            f" {self.valid_proofs} of {self.proofs} older proofs are valid"
        )


async def erasure_figures(folder: Path, sessions: int) -> ErasureFigures:
    """Keep the payloads of twice as many sessions in `folder`, and erase these."""
    threads = [ThreadPoolExecutor(1) for _ in range(3)]
    config = _config_in(folder)
    outbox = threads[0].submit(Outbox, config.state_dir).result()
    keeper = PayloadKeeper(config.state_dir, config=config.retention, thread=threads[1], now=utc_now)
    public = bytes(PrivateKey.generate().public_key)
    keeper.sealing_key = lambda _tenant: public
    ledger = Ledger(
        config=config,
        thread=threads[2],
        outbox=outbox,
        outbox_thread=threads[0],
        metrics=Metrics().ledger,
        now=utc_now,
        payloads=keeper,
    )
    keeper.ledger = ledger
    await ledger.writer.begin()
    leaves = list[str]()
    for number in range(2 * sessions * PAYLOADS):
        session, at = f"session-{number // PAYLOADS}", utc_now().timestamp()
        leaves.append(ledger.note(EVENT, LeafKind.DECISION, _PAYLOAD, at=at, session=session))
        if number % _AT_ONCE == 0:
            await ledger.writer.write()
    await ledger.writer.write()
    chosen = leaves[:: max(1, len(leaves) // _PROOFS)]
    before = [await ledger.proof(bytes.fromhex(leaf)) for leaf in chosen]
    names = tuple(f"session-{number}" for number in range(sessions))
    began = time.perf_counter()
    erased = await keeper.erase(EraseRequest(scope=ErasureScope.SESSION, tenant=TENANT, names=names))
    took_s = time.perf_counter() - began
    await keeper.sweep()
    await ledger.writer.write()
    after = [await ledger.proof(bytes.fromhex(leaf)) for leaf in chosen]
    await ledger.writer.close()
    await keeper.close()
    threads[0].submit(outbox.close).result()
    valid = sum(_is_valid(old) and _is_valid(new) for old, new in zip(before, after, strict=True))
    return ErasureFigures(took_s, erased.keys, erased.payloads, valid, len(chosen))


def _is_valid(proof: LeafProof) -> bool:
    """True if the proof leads to the checkpoint that it comes with; raises `RefusedError` if it does not."""
    checkpoint = open_checkpoint(proof.checkpoint, read_key(proof.key)).checkpoint
    check_inclusion(
        leaf_hash(proof.entry.encode()),
        index=proof.index,
        size=checkpoint.size,
        proof=proof.proof,
        root=checkpoint.root,
    )
    return True


def _config_in(folder: Path) -> PopConfig:
    document = {
        "pop": {"name": "pop-1", "state_dir": "state"},
        "publisher": {"url": "http://127.0.0.1:9", "trusted_root": "root.json"},
        "origin": {"url": "http://127.0.0.1:9"},
    }
    return msgspec.structs.replace(msgspec.convert(document, PopConfig), folder=folder)


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--sessions", type=int, default=10_000)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(erasure_figures(Path(folder), asked.sessions))
    print(found.in_words(asked.sessions))


if __name__ == "__main__":
    main()
